#include "node/grid/router.h"

#include <algorithm>
#include <utility>

#include "node/grid/placement.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

proto::Reply unavailable(const char* why) {
  proto::Reply reply;
  reply.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  reply.set_message(std::string(why) + "; repeat the command with the same key");
  return reply;
}

base::ShardId shard_of(const proto::Command& command) { return shard_of_user(kernel::lower_name(command.account())); }

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
  if (home == options_.self) return homes_.execute(shard_of(command), command, std::move(callback));
  ask(home, command, std::move(callback));
}

void Router::ask(base::NodeId home, const proto::Command& command, ReplyCallback callback) {
  if (std::find(alive_.begin(), alive_.end(), home) == alive_.end()) {
    return answer_soon(std::move(callback), "the user's home is down");
  }
  if (asked_.size() >= options_.most_under_way)
    return answer_soon(std::move(callback), "too many commands are under way");
  const std::uint64_t number = next_number_++;
  proto::LinkFrame frame;
  frame.mutable_request()->set_number(number);
  frame.mutable_request()->set_time_left_ms(
      static_cast<std::uint32_t>(duration_cast<milliseconds>(options_.deadline).count()));
  *frame.mutable_request()->mutable_command() = command;
  if (!mesh_.send_to(home, proto::encode_frame(frame))) {
    return answer_soon(std::move(callback), "the way to the user's home is full");
  }
  asked_[number] = {home, loop_.now() + options_.deadline, std::move(callback)};
  if (sweep_timer_ == nullptr) sweep_later();
}

void Router::frame_arrived(base::NodeId from, const proto::LinkFrame& frame, base::MonotonicTime arrived) {
  if (frame.has_request()) return take_request(from, frame.request(), arrived);
  if (!frame.has_response() || !frame.response().has_reply()) return;
  const auto found = asked_.find(frame.response().number());
  if (found == asked_.end() || found->second.home != from) return;  // too late, or not the one that was asked
  const ReplyCallback callback = std::move(found->second.callback);
  asked_.erase(found);
  callback(frame.response().reply());
}

void Router::take_request(base::NodeId from, const proto::Request& request, base::MonotonicTime arrived) {
  const auto refuse = [&](const char* why) { respond(from, request.number(), unavailable(why)); };
  if (!request.has_command()) return refuse("a request of no known kind");
  if (home_of(request.command()) != options_.self) return refuse("this node is not the user's home");
  if (loop_.now() - arrived > milliseconds(request.time_left_ms())) return refuse("the request has waited too long");
  std::size_t& taken = taken_[from];
  if (taken >= options_.most_under_way_for_peer) return refuse("too many commands are under way at the user's home");
  ++taken;
  homes_.execute(shard_of(request.command()), request.command(),
                 [this, from, number = request.number()](const proto::Reply& reply) {
                   --taken_[from];
                   respond(from, number, reply);
                 });
}

void Router::respond(base::NodeId to, std::uint64_t number, const proto::Reply& reply) {
  proto::LinkFrame frame;
  frame.mutable_response()->set_number(number);
  *frame.mutable_response()->mutable_reply() = reply;
  // An answer that finds no room is not sent: the asker's deadline answers for it.
  static_cast<void>(mesh_.send_to(to, proto::encode_frame(frame)));
}

void Router::alive_changed(const std::vector<base::NodeId>& alive) {
  alive_ = alive;
  for (auto at = asked_.begin(); at != asked_.end();) {
    if (std::find(alive_.begin(), alive_.end(), at->second.home) != alive_.end()) {
      ++at;
      continue;
    }
    answer_soon(std::move(at->second.callback), "the user's home went down");
    at = asked_.erase(at);
  }
}

void Router::answer_soon(ReplyCallback callback, const char* why) {
  loop_.post([callback = std::move(callback), why] { callback(unavailable(why)); });
}

void Router::sweep_later() {
  if (asked_.empty()) return;
  sweep_timer_ = loop_.call_after(asked_.begin()->second.deadline - loop_.now(), [this] { sweep(); });
}

void Router::sweep() {
  sweep_timer_.reset();
  while (!asked_.empty() && asked_.begin()->second.deadline <= loop_.now()) {
    answer_soon(std::move(asked_.begin()->second.callback), "the user's home has not answered in time");
    asked_.erase(asked_.begin());
  }
  sweep_later();
}

}  // namespace buzzer::grid
