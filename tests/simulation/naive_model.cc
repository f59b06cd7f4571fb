#include "tests/simulation/naive_model.h"

#include <algorithm>
#include <utility>

namespace buzzer::simulation {

std::string NaiveModel::take(const proto::Command& command, const proto::Reply& reply, std::uint32_t& missing) {
  const std::string account = plain_lower(command.account());
  if (command.has_register_account()) {
    const ModelUser user{command.register_account().name(), reply.time_ms()};
    return users_.emplace(account, user).second ? "" : account + " was registered twice";
  }
  if (users_.count(account) == 0) return account + " did something before it was registered";
  if (command.has_follow_user() || command.has_unfollow_user()) return "";   // naive_follows.h
  if (command.has_open_session() || command.has_close_session()) return "";  // session_check.h
  if (!command.has_post_buzz()) return change(account, command, reply, missing);
  ModelBuzz buzz;
  buzz.author = account;
  buzz.posted_ms = reply.time_ms();
  buzz.text = command.post_buzz().text();
  buzz.in_reply_to = command.post_buzz().in_reply_to();
  if (buzz.in_reply_to >= reply.id()) return "a reply has a smaller id than what it replies to";
  const bool is_new = buzzes_.emplace(reply.id(), std::move(buzz)).second;
  if (!is_new) return "two buzzes of one id: " + std::to_string(reply.id());
  return reply.version() == 1 ? "" : "the first version is not 1";
}

std::string NaiveModel::change(const std::string& account, const proto::Command& command, const proto::Reply& reply,
                               std::uint32_t& missing) {
  const std::string name = std::to_string(reply.id()) + '/' + std::to_string(reply.version());
  const auto found = buzzes_.find(reply.id());
  if (found == buzzes_.end()) return "a change of a buzz that is not there: " + name;
  ModelBuzz& buzz = found->second;
  if (buzz.deleted) return "a change of a deleted buzz: " + name;
  if (buzz.author != account) return "a change of another's buzz: " + name;
  if (reply.version() <= buzz.version || reply.version() > buzz.version + 1 + missing) {
    return "version " + name + " follows version " + std::to_string(buzz.version);
  }
  missing -= reply.version() - buzz.version - 1;
  buzz.version = reply.version();
  buzz.edited_ms = reply.time_ms();
  buzz.deleted = command.has_delete_buzz();
  buzz.text = buzz.deleted ? "" : command.edit_buzz().text();
  return "";
}

std::vector<std::uint64_t> NaiveModel::feed(const std::string& author) const {
  std::vector<std::pair<std::int64_t, std::uint64_t>> places;
  for (const auto& [id, buzz] : buzzes_) {
    if (buzz.author == author && !buzz.deleted) places.emplace_back(buzz.posted_ms, id);
  }
  std::sort(places.rbegin(), places.rend());
  std::vector<std::uint64_t> ids;
  ids.reserve(places.size());
  for (const auto& place : places) ids.push_back(place.second);
  return ids;
}

std::uint64_t NaiveModel::root(std::uint64_t id) const {
  const auto buzz = buzzes_.find(id);
  if (buzz == buzzes_.end() || buzz->second.in_reply_to == 0) return 0;
  std::uint64_t above = buzz->second.in_reply_to;
  while (true) {
    const auto parent = buzzes_.find(above);
    if (parent == buzzes_.end()) return 0;
    if (parent->second.in_reply_to == 0) return above;
    above = parent->second.in_reply_to;
  }
}

}  // namespace buzzer::simulation
