// Shards as gossip sees them: a few numbers and texts in memory, durable `sync` after they were written.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "node/grid/gossip_shards.h"
#include "tests/support/manual_loop.h"

namespace buzzer::grid {

using Texts = std::vector<std::string>;

class FakeGossipShards final : public GossipShards {
 public:
  struct OutStream {
    std::uint64_t generation = 0;
    std::uint64_t first = 1;  // the number of rows.front()
    Texts rows;
    std::size_t durable = 0;  // of these rows
    Texts all;                // ever, for when it begins anew

    [[nodiscard]] std::uint64_t last() const { return first + rows.size() - 1; }
  };
  struct Shard {
    bool serves = false;
    std::uint64_t incarnation = 0;
    std::uint64_t served = 0;  // how often; answers of a former time never come
    std::map<base::ShardId, OutStream> out;
    std::map<base::ShardId, kernel::StreamPlace> in;
    std::map<base::ShardId, std::uint64_t> peers;  // incarnations that it was told
    std::map<base::ShardId, Texts> taken;
  };
  using RowsQueued = std::function<void(base::ShardId from, base::ShardId to)>;

  FakeGossipShards(tests::ManualLoop& loop, std::uint64_t first_number) : loop_(loop), numbers_(first_number) {}

  void post(base::ShardId from, base::ShardId to, const std::string& text) {
    OutStream& stream = shards[from].out[to];
    if (stream.generation == 0) stream.generation = ++numbers_;
    stream.rows.push_back(text);
    stream.all.push_back(text);
    write([this, from, to, generation = stream.generation, number = stream.last()] {
      OutStream& now = shards[from].out[to];
      if (now.generation == generation && number >= now.first) {
        now.durable = std::max<std::size_t>(now.durable, number - now.first + 1);
      }
    });
    rows_queued(from, to);
  }

  [[nodiscard]] bool serves(base::ShardId shard) const override {
    const auto found = shards.find(shard);
    return found != shards.end() && found->second.serves;
  }
  [[nodiscard]] std::uint64_t incarnation(base::ShardId shard) const override { return shards.at(shard).incarnation; }

  void deliver(const proto::StreamRows& rows, StateCallback told) override {
    const base::ShardId from(static_cast<std::uint8_t>(rows.from()));
    const base::ShardId to(static_cast<std::uint8_t>(rows.to()));
    before_call(to);
    if (!serves(to)) return;
    most_delivered = std::max(most_delivered, rows.ByteSizeLong());
    kernel::StreamPlace& place = shards[to].in[from];
    std::uint64_t number = rows.first();
    for (const proto::Delivery& row : rows.rows()) {
      const bool begins = rows.generation() != place.generation && number == 1;
      if (begins || (rows.generation() == place.generation && number == place.number + 1)) {
        if (begins) shards[to].taken[from].clear();  // all of it comes
        place = {rows.generation(), number, row.life()};
        shards[to].taken[from].push_back(row.buzz().text());
      } else {
        ++refused;
      }
      ++number;
    }
    tell_stream(from, to, std::move(told));
  }
  void tell_stream(base::ShardId from, base::ShardId to, StateCallback told) override {
    if (!serves(to)) return;
    proto::StreamState state;
    const kernel::StreamPlace& place = shards[to].in[from];
    state.set_from(from.value());
    state.set_to(to.value());
    state.set_incarnation(shards[to].incarnation);
    state.set_generation(place.generation);
    state.set_number(place.number);
    state.set_life(place.life);
    answer(to, [told = std::move(told), state] { told(state); });
  }
  [[nodiscard]] bool peer_serves(base::ShardId shard, base::ShardId peer, std::uint64_t incarnation) override {
    before_call(shard);
    if (!serves(shard)) return false;
    std::uint64_t& known = shards[shard].peers[peer];
    if (known != 0 && known != incarnation && shards[shard].out.count(peer) > 0) begin_anew(shard, peer);
    known = incarnation;
    return serves(shard) && shards[shard].in[peer].number > 0;
  }

  [[nodiscard]] std::vector<base::ShardId> streams_of(base::ShardId shard) const override {
    std::vector<base::ShardId> found;
    if (serves(shard)) {
      for (const auto& [to, stream] : shards.at(shard).out) found.push_back(to);
    }
    return found;
  }
  [[nodiscard]] kernel::Span rows(base::ShardId from, base::ShardId to) const override {
    if (!serves(from) || shards.at(from).out.count(to) == 0) return {};
    const OutStream& stream = shards.at(from).out.at(to);
    return {stream.first, stream.last()};
  }
  kernel::Meeting heard(base::ShardId from, base::ShardId to, std::uint64_t /*incarnation*/,
                        const kernel::StreamPlace& place) override {
    before_call(from);
    if (!serves(from)) return kernel::Meeting::kMeets;
    OutStream& stream = shards[from].out[to];
    if (place.generation != stream.generation && stream.first == 1) return kernel::Meeting::kFromBeginning;
    if (place.generation != stream.generation || place.number < stream.first || place.number > stream.last()) {
      begin_anew(from, to);
      return kernel::Meeting::kBroken;
    }
    while (stream.first < place.number) {
      stream.rows.erase(stream.rows.begin());
      if (stream.durable > 0) --stream.durable;  // a peer may claim what it was not sent yet
      ++stream.first;
    }
    return kernel::Meeting::kMeets;
  }
  void read_rows(base::ShardId from, base::ShardId to, std::uint64_t first, std::size_t most_bytes,
                 RowsCallback callback) override {
    before_call(from);
    if (!serves(from)) return;
    ++reads[{from, to}];
    const OutStream& stream = shards[from].out[to];
    std::vector<proto::Delivery> found;
    std::size_t bytes = 0;
    for (std::uint64_t number = first; readable && number <= stream.last(); ++number) {
      proto::Delivery row;
      row.set_life(1);
      row.mutable_buzz()->set_text(stream.rows.at(number - stream.first));
      bytes += row.ByteSizeLong();
      if (!found.empty() && bytes > most_bytes) break;
      found.push_back(row);
    }
    const auto tell = [this, from, to, callback = std::move(callback), found, generation = stream.generation,
                       end = first + found.size()]() mutable {
      const OutStream& now = shards[from].out[to];
      told_before_durable |= now.generation == generation && end > now.first + now.durable;
      callback(generation, std::move(found));
    };
    answer(from, tell);
  }

  void begin_anew(base::ShardId from, base::ShardId to) {
    OutStream& stream = shards[from].out[to];
    ++begun_anew;
    Texts all = std::move(stream.all);
    stream = {++numbers_, 1, {}, 0, {}};
    for (const std::string& text : all) post(from, to, text);
  }
  void stop(base::ShardId shard) {
    shards[shard].serves = false;
    ++shards[shard].served;
  }

  std::map<base::ShardId, Shard> shards;
  RowsQueued rows_queued = [](base::ShardId, base::ShardId) {};
  // Called at the beginning of every call that may change a shard.
  std::function<void(base::ShardId)> before_call = [](base::ShardId) {};
  base::Duration sync = std::chrono::milliseconds(1);
  bool readable = true;
  bool told_before_durable = false;
  int refused = 0;  // rows that were not the next
  int begun_anew = 0;
  std::size_t most_delivered = 0;  // bytes at once
  std::map<std::pair<base::ShardId, base::ShardId>, int> reads;

 private:
  // In order, as a journal does.
  void write(std::function<void()> done) {
    written_ = std::max(written_, loop_.now() + sync);
    timers_.push_back(loop_.call_after(written_ - loop_.now(), std::move(done)));
  }
  void answer(base::ShardId shard, std::function<void()> tell) {
    write([this, shard, tell = std::move(tell), served = shards[shard].served] {
      if (shards[shard].served == served) tell();
    });
  }

  tests::ManualLoop& loop_;
  std::uint64_t numbers_;
  base::MonotonicTime written_;
  std::vector<std::unique_ptr<base::Timer>> timers_;
};

}  // namespace buzzer::grid
