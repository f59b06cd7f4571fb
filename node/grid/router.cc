#include "node/grid/router.h"

#include <algorithm>
#include <utility>

#include "node/grid/placement.h"
#include "node/grid/user_search.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr const char* kTooMany = "too many commands are under way";

template <class Message>
Message failed(proto::ErrorCode code, std::string why) {
  Message message;
  message.set_error(static_cast<std::uint32_t>(code));
  message.set_message(std::move(why));
  return message;
}

proto::Reply unavailable_reply(const std::string& why) {
  return failed<proto::Reply>(proto::ErrorCode::kUnavailable, why + "; repeat the command with the same key");
}

proto::Answer unavailable_answer(const std::string& why) {
  return failed<proto::Answer>(proto::ErrorCode::kUnavailable, why);
}

base::ShardId shard_of(const proto::Command& command) { return shard_of_user(kernel::lower_name(command.account())); }

base::ShardId shard_of(const proto::AuthorFeedQuery& query) {
  return shard_of_user(kernel::lower_name(query.author()));
}

}  // namespace

Router::Router(const RouterOptions& options, base::EventLoop& loop, Homes& homes, RouterMesh& mesh)
    : options_(options),
      loop_(loop),
      homes_(homes),
      mesh_(mesh),
      alive_{options.self},
      next_number_(options.first_number) {}

base::NodeId Router::home_of(const proto::Command& command) const {
  return node_of_shard(shard_of(command), options_.nodes);
}

void Router::execute(const proto::Command& command, ReplyCallback callback) {
  const base::NodeId home = home_of(command);
  if (home == options_.self) {
    if (is_full()) return fail_soon({std::move(callback), nullptr}, kTooMany);
    // This node's own disk may stall like any other.
    const std::uint64_t number = await(home, {std::move(callback), nullptr});
    return homes_.execute(shard_of(command), command, [this, number](const proto::Reply& reply) {
      if (const auto asker = settle(number)) asker->reply(reply);
    });
  }
  proto::LinkFrame frame;
  *frame.mutable_request()->mutable_command() = command;
  ask(home, frame, {std::move(callback), nullptr});
}

void Router::query(const proto::Query& query, AnswerCallback callback) {
  if (query.has_users()) return search_users(query, std::move(callback));
  const base::ShardId shard = shard_of(query.author_feed());
  const base::NodeId home = node_of_shard(shard, options_.nodes);
  if (home == options_.self && is_full()) return fail_soon({nullptr, std::move(callback)}, kTooMany);
  if (home == options_.self) return homes_.query(shard, query, answer_in_time(std::move(callback)));
  proto::LinkFrame frame;
  *frame.mutable_request()->mutable_query() = query;
  ask(home, frame, {nullptr, std::move(callback)});
}

void Router::search_users(const proto::Query& query, AnswerCallback callback) {
  const auto search = std::make_shared<UserSearch>(query.users(), options_.nodes, std::move(callback));
  const AnswerCallback take = [search](const proto::Answer& answer) { search->take(answer); };
  proto::LinkFrame frame;
  *frame.mutable_request()->mutable_query() = query;
  for (std::uint32_t node = 0; node < options_.nodes; ++node) {
    if (base::NodeId(node) == options_.self && !is_full()) {
      homes_.query_all(query, answer_in_time(take));
    } else {
      ask(base::NodeId(node), frame, {nullptr, take});
    }
  }
}

void Router::ask(base::NodeId node, proto::LinkFrame& frame, Asker asker) {
  if (std::find(alive_.begin(), alive_.end(), node) == alive_.end()) {
    return fail_soon(std::move(asker), "the user's home is down");
  }
  if (is_full()) return fail_soon(std::move(asker), kTooMany);
  const std::uint64_t number = next_number_;
  frame.mutable_request()->set_number(number);
  frame.mutable_request()->set_time_left_ms(
      static_cast<std::uint32_t>(duration_cast<milliseconds>(options_.deadline).count()));
  if (!mesh_.send_to(node, proto::encode_frame(frame))) {
    return fail_soon(std::move(asker), "the way to the user's home is full");
  }
  await(node, std::move(asker));
}

std::uint64_t Router::await(base::NodeId node, Asker asker) {
  const std::uint64_t number = next_number_++;
  asked_[number] = {node, loop_.now() + options_.deadline, std::move(asker)};
  if (sweep_timer_ == nullptr) sweep_later();
  return number;
}

std::optional<Router::Asker> Router::settle(std::uint64_t number) {
  const auto found = asked_.find(number);
  if (found == asked_.end()) return std::nullopt;  // the deadline has answered
  std::optional<Asker> asker(std::move(found->second.asker));
  asked_.erase(found);
  return asker;
}

Router::AnswerCallback Router::answer_in_time(AnswerCallback callback) {
  return [this, number = await(options_.self, {nullptr, std::move(callback)})](const proto::Answer& answer) {
    if (const auto asker = settle(number)) asker->answer(answer);
  };
}

void Router::frame_arrived(base::NodeId from, const proto::LinkFrame& frame, base::MonotonicTime arrived) {
  if (frame.has_request()) return take_request(from, frame.request(), arrived);
  if (frame.has_response()) return take_response(from, frame.response());
}

void Router::take_response(base::NodeId from, const proto::Response& response) {
  const auto found = asked_.find(response.number());
  if (found == asked_.end() || found->second.node != from) return;  // too late, or not the one that was asked
  const Asker& asker = found->second.asker;
  if (asker.reply ? !response.has_reply() : !response.has_answer()) return;
  const auto answered = settle(response.number());
  if (answered->reply) {
    answered->reply(response.reply());
  } else {
    answered->answer(response.answer());
  }
}

void Router::take_request(base::NodeId from, const proto::Request& request, base::MonotonicTime arrived) {
  const char* refusal = nullptr;
  std::size_t& taken = taken_[from];
  if (request.has_command() && home_of(request.command()) != options_.self) {
    refusal = "this node is not the user's home";
  } else if (loop_.now() - arrived > milliseconds(request.time_left_ms())) {
    refusal = "the request has waited too long";
  } else if (taken >= options_.most_under_way_for_peer) {
    refusal = "too many commands are under way at the user's home";
  }
  if (refusal != nullptr && request.has_query()) {
    return respond(from, request.number(), unavailable_answer(refusal));
  }
  if (refusal != nullptr) return respond(from, request.number(), unavailable_reply(refusal));
  if (request.has_command()) {
    ++taken;
    return take_command(from, request.number(), request.command());
  }
  if (!request.has_query()) {
    return respond(from, request.number(), unavailable_reply("a request of no known kind"));
  }
  ++taken;
  take_query(from, request.number(), request.query());
}

void Router::take_command(base::NodeId from, std::uint64_t number, const proto::Command& command) {
  homes_.execute(shard_of(command), command, [this, from, number](const proto::Reply& reply) {
    --taken_[from];
    respond(from, number, reply);
  });
}

void Router::take_query(base::NodeId from, std::uint64_t number, const proto::Query& query) {
  AnswerCallback answered = [this, from, number](const proto::Answer& answer) {
    --taken_[from];
    respond(from, number, answer);
  };
  if (query.has_users()) return homes_.query_all(query, std::move(answered));
  const base::ShardId shard = shard_of(query.author_feed());
  if (node_of_shard(shard, options_.nodes) == options_.self) return homes_.query(shard, query, std::move(answered));
  answered(unavailable_answer("this node is not the user's home"));
}

void Router::respond(base::NodeId to, std::uint64_t number, const proto::Reply& reply) {
  proto::LinkFrame frame;
  *frame.mutable_response()->mutable_reply() = reply;
  send_response(to, number, frame);
}

void Router::respond(base::NodeId to, std::uint64_t number, const proto::Answer& answer) {
  proto::LinkFrame frame;
  *frame.mutable_response()->mutable_answer() = answer;
  send_response(to, number, frame);
}

void Router::send_response(base::NodeId to, std::uint64_t number, proto::LinkFrame& frame) {
  frame.mutable_response()->set_number(number);
  // An answer that finds no room is not sent: the asker's deadline answers for it.
  static_cast<void>(mesh_.send_to(to, proto::encode_frame(frame)));
}

void Router::alive_changed(const std::vector<base::NodeId>& alive) {
  alive_ = alive;
  for (auto at = asked_.begin(); at != asked_.end();) {
    if (std::find(alive_.begin(), alive_.end(), at->second.node) != alive_.end()) {
      ++at;
      continue;
    }
    fail_soon(std::move(at->second.asker), "the user's home went down");
    at = asked_.erase(at);
  }
}

void Router::fail_soon(Asker asker, const char* why) {
  loop_.post([asker = std::move(asker), why] {
    if (asker.reply) {
      asker.reply(unavailable_reply(why));
    } else {
      asker.answer(unavailable_answer(why));
    }
  });
}

void Router::sweep_later() {
  if (asked_.empty()) return;
  sweep_timer_ = loop_.call_after(asked_.begin()->second.deadline - loop_.now(), [this] { sweep(); });
}

void Router::sweep() {
  sweep_timer_.reset();
  while (!asked_.empty() && asked_.begin()->second.deadline <= loop_.now()) {
    fail_soon(std::move(asked_.begin()->second.asker), "the user's home has not answered in time");
    asked_.erase(asked_.begin());
  }
  sweep_later();
}

}  // namespace buzzer::grid
