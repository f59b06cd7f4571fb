// The sending end of gossip's streams: asks receivers how far they are, and sends the rows behind that as there is
// room.
//
//            rows queued, or the receiver serves                      it answers
//   waiting ------------------------------------> asked -----------------------------------> open
//      ^  ^        asked again after ask_again      |  (broken: the shard begins it anew)      |
//      |  +-----------------------------------------+                                         |
//      +----------- its node leaves; nothing has been acknowledged for ask_again: asked -------+
//
// While asked, nothing is sent: so whatever was sent before has either arrived or is lost when the answer comes, and
// what is sent then is exactly what is missing. What links and shards promise makes that hold: both keep the order of
// what they are given, over a new link too. Acknowledgements never move a stream back, only answers do.
//
// Of each stream there is a small record while its shard serves; rows are in memory only between read and sent. Streams
// to one node that have rows wait in line, each reads a piece when it is its turn, and then goes to the end.
//
// Belongs to the thread of the shards of this node. Calls shards in turns of its own, but where it is said.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/event_loop.h"
#include "base/ids.h"
#include "node/grid/gossip_frames.h"
#include "node/grid/gossip_options.h"
#include "node/grid/gossip_shards.h"
#include "node/grid/here.h"
#include "node/grid/serving_shards.h"
#include "node/grid/stream_window.h"

namespace buzzer::grid {

class OutStreams {
 public:
  // All must outlive it; it reads `who` and does not change it.
  OutStreams(const GossipOptions& options, base::EventLoop& loop, GossipShards& shards, const ServingShards& who,
             GossipFrames& frames);

  // Once `who` says so. Calls the shard.
  void sender_serves(base::ShardId from);
  void sender_stopped(base::ShardId from);
  void receiver_serves(base::ShardId to);
  void receiver_stopped(base::ShardId to);
  void node_came(base::NodeId node);
  void node_left(base::NodeId node);

  void rows_queued(base::ShardId from, base::ShardId to);
  // What a receiver says. Calls the shard.
  void told(base::ShardId from, base::ShardId to, const proto::StreamState& state);

  // Rows that the receiver has not acknowledged.
  [[nodiscard]] std::uint64_t owed(base::ShardId from, base::ShardId to) const;

 private:
  struct StreamKey {
    base::ShardId to;
    base::ShardId from;
    friend auto operator<=>(const StreamKey&, const StreamKey&) = default;
  };
  enum class Phase { kWaiting, kAsked, kOpen };
  struct Stream {
    Phase phase = Phase::kWaiting;
    std::uint64_t question = 0;  // the last one
    StreamWindow window;         // while open
    bool sends_again = false;    // of what comes next some may have been sent before
    std::optional<std::uint64_t> acknowledged;
    std::uint64_t acknowledged_by = 0;  // that incarnation of the receiver
    std::optional<base::MonotonicTime> ask_at;
    bool in_line = false;
    std::uint64_t reading = 0;  // the number of the read under way; 0: none
    std::size_t reserved = 0;   // of its node's bytes, for that read
    std::size_t needs = 0;      // the next row alone has so many bytes, more than was reserved
  };
  struct Peer {
    std::deque<StreamKey> line;  // streams that may have rows to send
    std::size_t under_way = 0;   // sent or reserved, in bytes
  };
  struct ReadBy {
    std::uint64_t number;
    std::uint64_t question;  // that opened the stream
  };

  [[nodiscard]] Stream* find(const StreamKey& key);
  [[nodiscard]] Peer& peer_of(const StreamKey& key) { return peers_[who_.node_of(key.to)]; }
  void turn_soon();
  void turn();
  // Asks the receiver, if it is there; if nobody knows, after a while.
  void wake(const StreamKey& key, Stream& stream);
  void ask(const StreamKey& key, Stream& stream);
  void open(const StreamKey& key, Stream& stream, std::uint64_t generation, std::uint64_t next, std::size_t credit);
  // Nothing is under way any more.
  void close(const StreamKey& key, Stream& stream);
  void line_up(const StreamKey& key, Stream& stream);
  // Lets the streams to a node read, as far as there is room.
  void serve_line(Peer& peer);
  [[nodiscard]] std::size_t wanted_bytes(const Stream& stream, std::uint64_t rows) const;
  void read(const StreamKey& key, Stream& stream, std::size_t bytes);
  void rows_read(const StreamKey& key, const ReadBy& read, std::uint64_t generation,
                 std::vector<proto::Delivery>&& rows);
  void send(const StreamKey& key, Stream& stream, std::uint64_t generation, std::vector<proto::Delivery>&& rows,
            std::size_t bytes);
  // Asks again after a while, unless something comes.
  void watch(Stream& stream);
  void sweep();

  const GossipOptions options_;
  base::EventLoop& loop_;
  GossipShards& shards_;
  const ServingShards& who_;
  GossipFrames& frames_;
  std::map<StreamKey, Stream> streams_;  // of shards of this node that serve
  std::map<base::NodeId, Peer> peers_;
  std::set<StreamKey> queued_;  // noted, for the next turn
  bool turn_posted_ = false;
  std::uint64_t last_question_ = 0;
  std::uint64_t last_read_ = 0;
  std::unique_ptr<base::Timer> sweep_timer_;  // while there is something to be asked again
  const Here here_;
};

}  // namespace buzzer::grid
