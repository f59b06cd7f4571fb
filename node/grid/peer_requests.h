// The answering side of routing: what other nodes ask of the homes of this one.
//
// A request that has waited longer than its time left is not executed, nor one for somebody who is at home elsewhere;
// of one peer only so many are under way. Each counts until it has been answered or its time is over, since a follow
// may wait for a node that is down.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <cstddef>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/homes.h"
#include "node/grid/mesh_sender.h"
#include "node/grid/request_table.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

class PeerRequests {
 public:
  // `loop`, `homes` and `mesh` must outlive it. `self` is one of `nodes`; at most `most_of_peer` of each are under way.
  PeerRequests(base::NodeId self, std::uint32_t nodes, std::size_t most_of_peer, base::EventLoop& loop, Homes& homes,
               MeshSender& mesh);

  // It `arrived` at this node then.
  void take(base::NodeId from, const proto::Request& request, base::MonotonicTime arrived);

 private:
  [[nodiscard]] const char* why_refused(base::NodeId from, const proto::Request& request, base::MonotonicTime now,
                                        base::MonotonicTime until) const;
  void take_command(base::NodeId from, const proto::Request& request, base::MonotonicTime until);
  void take_query(base::NodeId from, const proto::Request& request, base::MonotonicTime until);
  // What sends the response. One that finds no room on the link is lost: the asker's deadline answers for it.
  [[nodiscard]] Homes::ReplyCallback replier(base::NodeId to, std::uint64_t number);
  [[nodiscard]] Homes::AnswerCallback answerer(base::NodeId to, std::uint64_t number);
  void send(base::NodeId to, std::uint64_t number, proto::LinkFrame& frame);

  const base::NodeId self_;
  const std::uint32_t nodes_;
  const std::size_t most_of_peer_;
  base::EventLoop& loop_;
  Homes& homes_;
  MeshSender& mesh_;
  RequestTable under_way_;
};

}  // namespace buzzer::grid
