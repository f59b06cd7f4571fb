// Streams whose receivers have said how far they are: whose turn it is, and what is sent.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/planted_mistakes.h"
#include "node/grid/out_streams.h"

namespace buzzer::grid {
namespace {

// One turn of a stream.
constexpr std::size_t kMostRead = 64UL << 10;
// Few rows have more bytes than this; so much is reserved for each before it is read.
constexpr std::size_t kLikelyRow = 4UL << 10;

}  // namespace

void OutStreams::line_up(const StreamKey& key, Stream& stream) {
  if (std::exchange(stream.in_line, true)) return;
  peer_of(key).line.push_back(key);
  turn_soon();
}

void OutStreams::serve_line(Peer& peer) {
  while (!peer.line.empty()) {
    const StreamKey key = peer.line.front();
    Stream* stream = find(key);
    std::size_t wanted = 0;
    if (stream != nullptr && stream->phase == Phase::kOpen && stream->reading == 0) {
      const kernel::Span rows = shards_.rows(key.from, key.to);
      const std::uint64_t next = stream->window.next();
      // Rows that are gone already cannot be what comes next: the stream is another one by now.
      if (next < rows.first) watch(*stream);
      if (rows.holds(next)) wanted = wanted_bytes(*stream, rows.last - next + 1);
    }
    const bool goes = wanted > 0 && stream->window.has_room_for(wanted);
    if (goes && peer.under_way > 0 && peer.under_way + wanted > options_.most_bytes_for_peer) return;
    peer.line.pop_front();
    if (stream != nullptr) stream->in_line = false;  // lines up again when what it lacks has come
    if (goes) read(key, *stream, wanted);
  }
}

std::size_t OutStreams::wanted_bytes(const Stream& stream, std::uint64_t rows) const {
  const std::size_t likely = std::min<std::uint64_t>(rows, kMostRead / kLikelyRow) * kLikelyRow;
  const std::size_t bound = std::min(stream.window.credit(), options_.most_bytes_for_peer);
  return std::max({std::min(likely, bound), stream.needs, std::size_t{1}});
}

void OutStreams::read(const StreamKey& key, Stream& stream, std::size_t bytes) {
  const ReadBy by{++last_read_, stream.question};
  stream.reading = by.number;
  stream.reserved = bytes;
  peer_of(key).under_way += bytes;
  // Nothing of `stream` after this: the shard may find that it cannot read, and stop.
  shards_.read_rows(key.from, key.to, stream.window.next(), bytes,
                    here_.while_here([this, key, by](std::uint64_t generation, std::vector<proto::Delivery>&& rows) {
                      rows_read(key, by, generation, std::move(rows));
                    }));
}

void OutStreams::rows_read(const StreamKey& key, const ReadBy& read, std::uint64_t generation,
                           std::vector<proto::Delivery>&& rows) {
  Stream* stream = find(key);
  if (stream == nullptr || stream->reading != read.number) return;
  stream->reading = 0;
  Peer& peer = peer_of(key);
  peer.under_way -= std::exchange(stream->reserved, 0);
  turn_soon();
  if (stream->phase != Phase::kOpen) return;
  if (stream->question != read.question) return line_up(key, *stream);  // it was asked meanwhile
  if (generation != 0 && stream->window.generation() != 0 && stream->window.generation() != generation) {
    stream->acknowledged.reset();  // it has begun anew
    return ask(key, *stream);
  }
  if (rows.empty()) {
    if (shards_.rows(key.from, key.to).holds(stream->window.next())) watch(*stream);  // they cannot be read now
    return;
  }
  const std::size_t bytes =
      std::accumulate(rows.begin(), rows.end(), std::size_t{0},
                      [](std::size_t sum, const proto::Delivery& row) { return sum + row.ByteSizeLong(); });
  const bool fits = peer.under_way == 0 || peer.under_way + bytes <= options_.most_bytes_for_peer;
  if (!fits || !stream->window.has_room_for(bytes)) {
    stream->needs = bytes;  // read again when there is room
    return line_up(key, *stream);
  }
  send(key, *stream, generation, std::move(rows), bytes);
}

void OutStreams::send(const StreamKey& key, Stream& stream, std::uint64_t generation,
                      std::vector<proto::Delivery>&& rows, std::size_t bytes) {
  if (std::exchange(stream.sends_again, false) && rows.size() > 1 && is_planted(base::Mistake::kRowDroppedAtResend)) {
    rows.erase(rows.begin());
  }
  proto::StreamRows message;
  message.set_from(key.from.value());
  message.set_to(key.to.value());
  message.set_incarnation(shards_.incarnation(key.from));
  message.set_generation(generation);
  message.set_first(stream.window.next());
  for (proto::Delivery& row : rows) *message.add_rows() = std::move(row);
  frames_.add(who_.node_of(key.to), std::move(message));
  if (stream.window.under_way() == 0) watch(stream);
  stream.needs = 0;
  stream.window.sent(generation, rows.size(), bytes);
  peer_of(key).under_way += bytes;
  line_up(key, stream);
}

}  // namespace buzzer::grid
