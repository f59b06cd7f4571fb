#include "node/grid/router.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "base/overloaded.h"
#include "node/grid/owed_gathering.h"
#include "node/grid/placement.h"
#include "node/grid/query_home.h"
#include "node/grid/user_search.h"
#include "node/kernel/buzz_id.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr const char* kTooMany = "too many commands are under way";
constexpr const char* kTooLate = "the user's home has not answered in time";

base::ShardId shard_of(const proto::Command& command) { return shard_of_user(kernel::lower_name(command.account())); }

// It may be otherwise at the next attempt.
bool is_indefinite(const proto::Answer& answer) {
  return !proto::error_info(static_cast<proto::ErrorCode>(answer.error())).definite;
}

}  // namespace

Router::Router(const RouterOptions& options, base::EventLoop& loop, Homes& homes, MeshSender& mesh)
    : options_(options),
      loop_(loop),
      homes_(homes),
      mesh_(mesh),
      alive_{options.self},
      asked_(loop, options.first_number, kTooLate),
      taken_(options.self, options.nodes, options.most_under_way_for_peer, loop, homes, mesh) {}

base::NodeId Router::home_of(const proto::Command& command) const {
  return node_of_shard(shard_of(command), options_.nodes);
}

void Router::execute(const proto::Command& command, ReplyCallback callback) {
  if (command.has_post_buzz() && command.post_buzz().in_reply_to() != 0) {
    return execute_reply(command, std::move(callback));
  }
  const base::MonotonicTime deadline = loop_.now() + options_.deadline;
  if (command.post_buzz().root() == 0) return hand_over(command, deadline, std::move(callback));
  proto::Command without_root = command;
  without_root.mutable_post_buzz()->clear_root();
  hand_over(without_root, deadline, std::move(callback));
}

// Of a buzz that is not there the home judges, not this node: the command may be a repetition of one that was executed
// while it still was.
void Router::execute_reply(const proto::Command& command, ReplyCallback callback) {
  const base::MonotonicTime deadline = loop_.now() + options_.deadline;
  ask_about(command.post_buzz().in_reply_to(), deadline,
            [this, reply = command, deadline, callback = std::move(callback)](const proto::Answer& parent) mutable {
              if (is_indefinite(parent)) {
                return tell_unavailable(std::move(callback),
                                        "the home of the buzz that is replied to has not answered");
              }
              const bool there = parent.error() == 0 && parent.buzzes_size() > 0 && !parent.buzzes(0).deleted();
              reply.mutable_post_buzz()->set_root(there ? root_of(parent.buzzes(0)) : 0);
              hand_over(reply, deadline, std::move(callback));
            });
}

void Router::hand_over(const proto::Command& command, base::MonotonicTime deadline, ReplyCallback callback) {
  const base::NodeId home = home_of(command);
  if (home == options_.self) {
    if (is_full()) return asked_.fail_soon(std::move(callback), kTooMany);
    // This node's own disk may stall like any other.
    const std::uint64_t number = asked_.add(home, deadline, std::move(callback));
    return homes_.execute(shard_of(command), command, [this, home, number](const proto::Reply& reply) {
      if (const auto asker = asked_.take_reply(number, home)) (*asker)(reply);
    });
  }
  proto::LinkFrame frame;
  *frame.mutable_request()->mutable_command() = command;
  ask(home, frame, deadline, std::move(callback));
}

void Router::query(const proto::Query& query, AnswerCallback callback) {
  if (query.has_owed() && query.owed().here()) {
    proto::Answer own = homes_.owed();
    sort_owed(own);
    return answer_soon(std::move(own), std::move(callback));
  }
  if (lacks_root(query)) return read_thread(query, std::move(callback));
  std::visit(
      base::Overloaded{
          [&](base::ShardId shard) { ask_home(shard, query, loop_.now() + options_.deadline, std::move(callback)); },
          [&](EveryNode /*everywhere*/) { gather(query, std::move(callback)); },
          [&](const proto::Answer& refusal) { answer_soon(refusal, std::move(callback)); },
      },
      query_home(query));
}

void Router::read_thread(const proto::Query& query, AnswerCallback callback) {
  const base::MonotonicTime deadline = loop_.now() + options_.deadline;
  ask_about(query.thread().id(), deadline,
            [this, whole = query, deadline, callback = std::move(callback)](const proto::Answer& buzz) mutable {
              if (buzz.error() != 0) return callback(buzz);
              if (buzz.buzzes_size() == 0) return tell_unavailable(std::move(callback), "an answer without a buzz");
              const std::uint64_t root = root_of(buzz.buzzes(0));
              whole.mutable_thread()->set_root(root);
              ask_home(kernel::id_shard(base::BuzzId(root)), whole, deadline, std::move(callback));
            });
}

void Router::ask_about(std::uint64_t buzz, base::MonotonicTime deadline, AnswerCallback callback) {
  proto::Query query;
  query.mutable_buzz()->set_id(buzz);
  ask_home(kernel::id_shard(base::BuzzId(buzz)), query, deadline, std::move(callback));
}

void Router::ask_home(base::ShardId shard, const proto::Query& query, base::MonotonicTime deadline,
                      AnswerCallback callback) {
  const base::NodeId home = node_of_shard(shard, options_.nodes);
  if (home == options_.self) {
    if (is_full()) return asked_.fail_soon(std::move(callback), kTooMany);
    return homes_.query(shard, query, answer_in_time(deadline, std::move(callback)));
  }
  proto::LinkFrame frame;
  *frame.mutable_request()->mutable_query() = query;
  ask(home, frame, deadline, std::move(callback));
}

void Router::gather(const proto::Query& query, AnswerCallback callback) {
  const base::MonotonicTime deadline = loop_.now() + options_.deadline;
  if (query.has_owed()) {
    const auto all = std::make_shared<OwedGathering>(options_.nodes, std::move(callback));
    return ask_all(query, deadline, [all](base::NodeId node, const proto::Answer& answer) { all->take(node, answer); });
  }
  const auto all = std::make_shared<UserSearch>(query, options_.nodes, std::move(callback));
  ask_all(query, deadline, [all](base::NodeId /*node*/, const proto::Answer& answer) { all->take(answer); });
}

void Router::ask_all(const proto::Query& query, base::MonotonicTime deadline, const NodeAnswered& told) {
  proto::LinkFrame frame;
  *frame.mutable_request()->mutable_query() = query;
  for (std::uint32_t number = 0; number < options_.nodes; ++number) {
    const base::NodeId node(number);
    AnswerCallback take = [told, node](const proto::Answer& answer) { told(node, answer); };
    if (node == options_.self && !is_full()) {
      ask_own_part(query, deadline, std::move(take));
    } else {
      ask(node, frame, deadline, std::move(take));
    }
  }
}

void Router::ask_own_part(const proto::Query& query, base::MonotonicTime deadline, AnswerCallback callback) {
  if (query.has_owed()) return answer_soon(homes_.owed(), std::move(callback));
  homes_.query_all(query, answer_in_time(deadline, std::move(callback)));
}

void Router::ask(base::NodeId node, proto::LinkFrame& frame, base::MonotonicTime deadline, Asker asker) {
  if (std::find(alive_.begin(), alive_.end(), node) == alive_.end()) {
    return asked_.fail_soon(std::move(asker), "the user's home is down");
  }
  if (is_full()) return asked_.fail_soon(std::move(asker), kTooMany);
  frame.mutable_request()->set_number(asked_.next_number());
  // What is left of less than a millisecond is not worth a request.
  const auto left = duration_cast<milliseconds>(deadline - loop_.now());
  if (left <= milliseconds::zero()) return asked_.fail_soon(std::move(asker), kTooLate);
  frame.mutable_request()->set_time_left_ms(static_cast<std::uint32_t>(left.count()));
  if (!mesh_.send_to(node, proto::encode_frame(frame))) {
    return asked_.fail_soon(std::move(asker), "the way to the user's home is full");
  }
  asked_.add(node, deadline, std::move(asker));
}

Router::AnswerCallback Router::answer_in_time(base::MonotonicTime deadline, AnswerCallback callback) {
  return [this, number = asked_.add(options_.self, deadline, std::move(callback))](const proto::Answer& answer) {
    if (const auto asker = asked_.take_answer(number, options_.self)) (*asker)(answer);
  };
}

void Router::answer_soon(proto::Answer answer, AnswerCallback callback) {
  loop_.post([answer = std::move(answer), callback = std::move(callback)] { callback(answer); });
}

void Router::frame_arrived(base::NodeId from, const proto::LinkFrame& frame, base::MonotonicTime arrived) {
  if (frame.has_request()) return taken_.take(from, frame.request(), arrived);
  if (frame.has_response()) return take_response(from, frame.response());
}

// One that comes too late, or from another than the one that was asked, finds nobody.
void Router::take_response(base::NodeId from, const proto::Response& response) {
  if (response.has_reply()) {
    if (const auto asker = asked_.take_reply(response.number(), from)) (*asker)(response.reply());
  } else if (response.has_answer()) {
    if (const auto asker = asked_.take_answer(response.number(), from)) (*asker)(response.answer());
  }
}

void Router::alive_changed(const std::vector<base::NodeId>& alive) {
  alive_ = alive;
  asked_.keep_only(alive_, "the user's home went down");
}

}  // namespace buzzer::grid
