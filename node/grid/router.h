// Routing: any node takes any command and hands it to the node where its account is at home, itself or over a link; a
// query likewise, but users are searched for at every node.
//
// A command or query is answered exactly once: by its home, or `unavailable` (indefinite) when the home is down, its
// link ends or is full, too many requests are under way, or 2 s have passed. The asker repeats it with the same key to
// learn what became of it. At the home a request that has waited longer than its time left is not executed.
//
// Belongs to the thread of the shards of this node.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/homes.h"
#include "proto/encoded_frame.h"
#include "proto/link.pb.h"

namespace buzzer::grid {

// How the router reaches other nodes. Declared here, implemented by the node.
class RouterMesh {
 public:
  RouterMesh() = default;
  RouterMesh(const RouterMesh&) = delete;
  RouterMesh& operator=(const RouterMesh&) = delete;
  virtual ~RouterMesh() = default;

  // False when there is no way there, or no room on it: then nothing was sent.
  [[nodiscard]] virtual bool send_to(base::NodeId peer, proto::EncodedFrame frame) = 0;
};

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
  Router(const RouterOptions& options, base::EventLoop& loop, Homes& homes, RouterMesh& mesh);

  // Never call back from within the call.
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
  // Of a command or of a query; whichever it was, one of the two is set.
  struct Asker {
    ReplyCallback reply;
    AnswerCallback answer;
  };
  struct Asked {
    base::NodeId node;
    base::MonotonicTime deadline;
    Asker asker;
  };

  [[nodiscard]] bool is_full() const { return asked_.size() >= options_.most_under_way; }
  // Sends the frame, whose request has its body, but no number yet.
  void ask(base::NodeId node, proto::LinkFrame& frame, Asker asker);
  // Keeps the asker, under the next number, until it is answered: by settle(), or when its time is over.
  std::uint64_t await(base::NodeId node, Asker asker);
  // The asker of that number, if it has not been answered.
  [[nodiscard]] std::optional<Asker> settle(std::uint64_t number);
  // What passes an answer on, unless the time is over.
  [[nodiscard]] AnswerCallback answer_in_time(AnswerCallback callback);
  void search_users(const proto::Query& query, AnswerCallback callback);
  void take_request(base::NodeId from, const proto::Request& request, base::MonotonicTime arrived);
  void take_command(base::NodeId from, std::uint64_t number, const proto::Command& command);
  void take_query(base::NodeId from, std::uint64_t number, const proto::Query& query);
  void take_response(base::NodeId from, const proto::Response& response);
  void respond(base::NodeId to, std::uint64_t number, const proto::Reply& reply);
  void respond(base::NodeId to, std::uint64_t number, const proto::Answer& answer);
  void send_response(base::NodeId to, std::uint64_t number, proto::LinkFrame& frame);
  void fail_soon(Asker asker, const char* why);
  void sweep_later();
  void sweep();

  const RouterOptions options_;
  base::EventLoop& loop_;
  Homes& homes_;
  RouterMesh& mesh_;
  std::vector<base::NodeId> alive_;
  std::uint64_t next_number_;
  std::map<std::uint64_t, Asked> asked_;  // by number, and so by deadline
  std::map<base::NodeId, std::size_t> taken_;
  std::unique_ptr<base::Timer> sweep_timer_;
};

}  // namespace buzzer::grid
