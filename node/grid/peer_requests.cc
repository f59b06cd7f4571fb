#include "node/grid/peer_requests.h"

#include <chrono>
#include <utility>
#include <variant>

#include "base/overloaded.h"
#include "node/grid/placement.h"
#include "node/grid/query_home.h"
#include "node/kernel/text.h"

namespace buzzer::grid {
namespace {

base::ShardId home_of(const proto::Command& command) { return shard_of_user(kernel::lower_name(command.account())); }

}  // namespace

PeerRequests::PeerRequests(base::NodeId self, std::uint32_t nodes, std::size_t most_of_peer, base::EventLoop& loop,
                           Homes& homes, MeshSender& mesh)
    : self_(self),
      nodes_(nodes),
      most_of_peer_(most_of_peer),
      loop_(loop),
      homes_(homes),
      mesh_(mesh),
      under_way_(loop, 1, "the user's home has not answered in time") {}

void PeerRequests::take(base::NodeId from, const proto::Request& request, base::MonotonicTime arrived) {
  const base::MonotonicTime until = arrived + std::chrono::milliseconds(request.time_left_ms());
  const char* refused = why_refused(from, request, loop_.now(), until);
  if (refused == nullptr && request.has_command()) return take_command(from, request, until);
  if (refused == nullptr) return take_query(from, request, until);
  if (request.has_query()) return tell_unavailable(answerer(from, request.number()), refused);
  tell_unavailable(replier(from, request.number()), refused);
}

const char* PeerRequests::why_refused(base::NodeId from, const proto::Request& request, base::MonotonicTime now,
                                      base::MonotonicTime until) const {
  if (request.body_case() == proto::Request::BODY_NOT_SET) return "a request of no known kind";
  if (request.has_query() && request.query().body_case() == proto::Query::BODY_NOT_SET) {
    return "a query of no known kind";
  }
  if (request.has_command() && node_of_shard(home_of(request.command()), nodes_) != self_) {
    return "this node is not the user's home";
  }
  if (now > until) return "the request has waited too long";
  if (under_way_.size_of(from) >= most_of_peer_) return "too many commands are under way at the user's home";
  return nullptr;
}

void PeerRequests::take_command(base::NodeId from, const proto::Request& request, base::MonotonicTime until) {
  const std::uint64_t number = under_way_.add(from, until, replier(from, request.number()));
  homes_.execute(home_of(request.command()), request.command(), [this, from, number](const proto::Reply& reply) {
    if (const auto peer = under_way_.take_reply(number, from)) (*peer)(reply);
  });
}

void PeerRequests::take_query(base::NodeId from, const proto::Request& request, base::MonotonicTime until) {
  const proto::Query& query = request.query();
  const auto answer = answerer(from, request.number());
  // Looking it up is the asker's.
  if (lacks_root(query)) return tell_unavailable(answer, "a thread without its root");
  const auto begin = [&]() -> Homes::AnswerCallback {
    return [this, from, number = under_way_.add(from, until, answer)](const proto::Answer& told) {
      if (const auto peer = under_way_.take_answer(number, from)) (*peer)(told);
    };
  };
  std::visit(base::Overloaded{
                 [&](base::ShardId shard) {
                   if (node_of_shard(shard, nodes_) == self_) return homes_.query(shard, query, begin());
                   tell_unavailable(answer, "this node is not the user's home");
                 },
                 [&](EveryNode /*everywhere*/) {
                   if (query.has_owed()) return answer(homes_.owed());
                   homes_.query_all(query, begin());
                 },
                 [&](const proto::Answer& refusal) { answer(refusal); },
             },
             query_home(query));
}

Homes::ReplyCallback PeerRequests::replier(base::NodeId to, std::uint64_t number) {
  return [this, to, number](const proto::Reply& reply) {
    proto::LinkFrame frame;
    *frame.mutable_response()->mutable_reply() = reply;
    send(to, number, frame);
  };
}

Homes::AnswerCallback PeerRequests::answerer(base::NodeId to, std::uint64_t number) {
  return [this, to, number](const proto::Answer& answer) {
    proto::LinkFrame frame;
    *frame.mutable_response()->mutable_answer() = answer;
    send(to, number, frame);
  };
}

void PeerRequests::send(base::NodeId to, std::uint64_t number, proto::LinkFrame& frame) {
  frame.mutable_response()->set_number(number);
  static_cast<void>(mesh_.send_to(to, proto::encode_frame(frame)));
}

}  // namespace buzzer::grid
