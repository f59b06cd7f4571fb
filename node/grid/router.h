// Routing: any node takes any command and hands it to the node where its account is at home, itself or over a link; a
// query likewise (query_home.h), but some are put to every node and the answers gathered.
//
// What the home cannot know by itself is asked first: to which thread the buzz belongs that a reply answers, and where
// the root of a thread is at home. That is a query to the home of the named buzz, and what follows has the time that is
// left.
//
// A command or query is answered exactly once: by its home, or `unavailable` (indefinite) when the home is down, its
// link ends or is full, too many requests are under way, or 2 s have passed. The asker repeats it with the same key to
// learn what became of it. The answering side is peer_requests.h.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/homes.h"
#include "node/grid/mesh_sender.h"
#include "node/grid/peer_requests.h"
#include "node/grid/request_table.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

struct RouterOptions {
  base::NodeId self;
  std::uint32_t nodes = 1;
  std::uint64_t first_number = 1;  // of its requests; random, so that no answer to a former life of this node fits
  base::Duration deadline = std::chrono::seconds(2);
  std::size_t most_under_way = 4096;           // commands and queries asked and not answered
  std::size_t most_under_way_for_peer = 1024;  // requests of one peer taken and not answered
};

class Router {
 public:
  using ReplyCallback = Homes::ReplyCallback;
  using AnswerCallback = Homes::AnswerCallback;

  // `loop`, `homes` and `mesh` must outlive it.
  Router(const RouterOptions& options, base::EventLoop& loop, Homes& homes, MeshSender& mesh);

  // Never call back from within the call. What a command of a user says of a thread's root counts for nothing.
  void execute(const proto::Command& command, ReplyCallback callback);
  void query(const proto::Query& query, AnswerCallback callback);

  // The node where an account is at home, whether there is such an account or not.
  [[nodiscard]] base::NodeId home_of(const proto::Command& command) const;

  // A frame of a peer that `arrived` at this node then. Frames of kinds that are not the router's are ignored.
  void frame_arrived(base::NodeId from, const proto::LinkFrame& frame, base::MonotonicTime arrived);
  // Requests to peers that are gone are answered `unavailable`.
  void alive_changed(const std::vector<base::NodeId>& alive);

  [[nodiscard]] std::size_t under_way() const { return asked_.size(); }

 private:
  [[nodiscard]] bool is_full() const { return asked_.size() >= options_.most_under_way; }
  // To the home, in time.
  void hand_over(const proto::Command& command, base::MonotonicTime deadline, ReplyCallback callback);
  void ask_home(base::ShardId shard, const proto::Query& query, base::MonotonicTime deadline, AnswerCallback callback);
  void ask_about(std::uint64_t buzz, base::MonotonicTime deadline, AnswerCallback callback);
  // To every node; `told` comes once for each.
  using NodeAnswered = std::function<void(base::NodeId, const proto::Answer&)>;
  void ask_all(const proto::Query& query, base::MonotonicTime deadline, const NodeAnswered& told);
  void ask_own_part(const proto::Query& query, base::MonotonicTime deadline, AnswerCallback callback);

  void execute_reply(const proto::Command& command, ReplyCallback callback);
  void read_thread(const proto::Query& query, AnswerCallback callback);
  void gather(const proto::Query& query, AnswerCallback callback);

  // Sends the frame, whose request has its body, but no number yet.
  void ask(base::NodeId node, proto::LinkFrame& frame, base::MonotonicTime deadline, Asker asker);
  // What passes an answer on, unless the time is over.
  [[nodiscard]] AnswerCallback answer_in_time(base::MonotonicTime deadline, AnswerCallback callback);
  void answer_soon(proto::Answer answer, AnswerCallback callback);
  void take_response(base::NodeId from, const proto::Response& response);

  const RouterOptions options_;
  base::EventLoop& loop_;
  Homes& homes_;
  MeshSender& mesh_;
  std::vector<base::NodeId> alive_;
  RequestTable asked_;
  PeerRequests taken_;
};

}  // namespace buzzer::grid
