#include "node/grid/request_table.h"

#include <algorithm>
#include <string>

#include "base/overloaded.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

template <class Message>
Message unavailable(std::string why) {
  Message message;
  message.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  message.set_message(std::move(why));
  return message;
}

}  // namespace

void tell_unavailable(const Asker& asker, const char* why) {
  std::visit(base::Overloaded{
                 [&](const Homes::ReplyCallback& reply) {
                   reply(unavailable<proto::Reply>(std::string(why) + "; repeat the command with the same key"));
                 },
                 [&](const Homes::AnswerCallback& answer) { answer(unavailable<proto::Answer>(why)); },
             },
             asker);
}

RequestTable::RequestTable(base::EventLoop& loop, std::uint64_t first_number, const char* too_late)
    : loop_(loop), too_late_(too_late), next_number_(first_number) {}

std::size_t RequestTable::size_of(base::NodeId node) const {
  const auto found = sizes_.find(node);
  return found == sizes_.end() ? 0 : found->second;
}

std::uint64_t RequestTable::add(base::NodeId node, base::MonotonicTime deadline, Asker asker) {
  const std::uint64_t number = next_number_++;
  waiting_.emplace(number, Waiting{node, deadline, std::move(asker)});
  deadlines_.emplace(deadline, number);
  ++sizes_[node];
  if (sweep_timer_ == nullptr || deadline < sweep_at_) sweep_later();
  return number;
}

std::optional<Asker> RequestTable::take(std::uint64_t number) {
  auto taken = waiting_.extract(number);
  if (taken.empty()) return std::nullopt;  // it has been told already
  Waiting& waiting = taken.mapped();
  deadlines_.erase({waiting.deadline, number});
  const auto size = sizes_.find(waiting.node);
  if (--size->second == 0) sizes_.erase(size);
  return std::move(waiting.asker);
}

template <class Callback>
std::optional<Callback> RequestTable::take_as(std::uint64_t number, base::NodeId node) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end() || found->second.node != node) return std::nullopt;
  if (!std::holds_alternative<Callback>(found->second.asker)) return std::nullopt;
  return std::get<Callback>(*take(number));
}

std::optional<Homes::ReplyCallback> RequestTable::take_reply(std::uint64_t number, base::NodeId node) {
  return take_as<Homes::ReplyCallback>(number, node);
}

std::optional<Homes::AnswerCallback> RequestTable::take_answer(std::uint64_t number, base::NodeId node) {
  return take_as<Homes::AnswerCallback>(number, node);
}

void RequestTable::keep_only(const std::vector<base::NodeId>& nodes, const char* why) {
  std::vector<std::uint64_t> gone;
  for (const auto& [number, waiting] : waiting_) {
    if (std::find(nodes.begin(), nodes.end(), waiting.node) == nodes.end()) gone.push_back(number);
  }
  for (const std::uint64_t number : gone) fail_soon(*take(number), why);
}

void RequestTable::fail_soon(Asker asker, const char* why) {
  loop_.post([asker = std::move(asker), why] { tell_unavailable(asker, why); });
}

void RequestTable::sweep_later() {
  sweep_timer_.reset();
  if (deadlines_.empty()) return;
  sweep_at_ = deadlines_.begin()->first;
  sweep_timer_ = loop_.call_after(sweep_at_ - loop_.now(), [this] { sweep(); });
}

void RequestTable::sweep() {
  while (!deadlines_.empty() && deadlines_.begin()->first <= loop_.now()) {
    tell_unavailable(*take(deadlines_.begin()->second), too_late_);
  }
  sweep_later();
}

}  // namespace buzzer::grid
