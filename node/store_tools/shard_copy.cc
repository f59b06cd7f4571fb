#include "node/store_tools/shard_copy.h"

#include <memory>

#include <xxhash.h>

#include "node/store/key_parts.h"
#include "node/store/key_schema.h"

namespace buzzer::store_tools {
namespace {

constexpr std::size_t kBatchBytes = 1UL << 20;

// Adds up what a shard consists of, entry by entry.
class Summing {
 public:
  explicit Summing(const TellBytes& progress) : progress_(progress) { XXH3_64bits_reset(state_.get()); }

  void add(std::string_view key, std::string_view value) {
    add_text(key);
    add_text(value);
    ++content_.entries;
    content_.bytes += key.size() + value.size();
    if (content_.bytes - told_ < kBatchBytes) return;
    tell();
  }

  [[nodiscard]] ShardContent finish() {
    tell();
    content_.checksum = XXH3_64bits_digest(state_.get());
    return content_;
  }

 private:
  struct Free {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
  };

  void add_text(std::string_view text) {
    const auto size = store::encode_number(text.size());
    XXH3_64bits_update(state_.get(), size.data(), size.size());
    XXH3_64bits_update(state_.get(), text.data(), text.size());
  }
  void tell() {
    progress_(content_.bytes - told_);
    told_ = content_.bytes;
  }

  const TellBytes& progress_;
  const std::unique_ptr<XXH3_state_t, Free> state_{XXH3_createState()};
  ShardContent content_;
  std::uint64_t told_ = 0;
};

}  // namespace

base::Result<ShardContent> copy_shard(const store::Store& from, store::Store& to, base::ShardId shard,
                                      const TellBytes& progress) {
  const store::KeysBeginning all(store::shard_keys(shard));
  Summing sum(progress);
  store::Batch batch;
  base::Result<void> written;
  const auto write = [&] {
    if (const auto done = to.write(batch); !done) written = tl::unexpected(done.error());
    batch.clear();
  };
  const auto gone_through = store::for_each_entry(from, all.range(), store::Direction::kForward,
                                                  [&](std::string_view key, std::string_view value) {
                                                    sum.add(key, value);
                                                    batch.put(key, value);
                                                    if (batch.bytes() >= kBatchBytes) write();
                                                    return written.has_value();
                                                  });
  if (gone_through && written) write();
  if (!gone_through) return tl::unexpected(gone_through.error());
  if (!written) return tl::unexpected(written.error());
  return sum.finish();
}

base::Result<ShardContent> compare_shard(const store::Store& one, const store::Store& other, base::ShardId shard,
                                         const TellBytes& progress) {
  const store::KeysBeginning all(store::shard_keys(shard));
  const auto first = one.scan(all.range(), store::Direction::kForward);
  const auto second = other.scan(all.range(), store::Direction::kForward);
  Summing sum(progress);
  for (; first->valid() && second->valid(); first->next(), second->next()) {
    if (first->key() != second->key() || first->value() != second->value()) {
      return base::fail("shard " + std::to_string(shard.value()) + " differs at " + store::describe_key(first->key()));
    }
    sum.add(first->key(), first->value());
  }
  if (auto read = first->status(); !read) return tl::unexpected(read.error());
  if (auto read = second->status(); !read) return tl::unexpected(read.error());
  if (first->valid() || second->valid()) {
    return base::fail("shard " + std::to_string(shard.value()) + " has more entries in one store than in the other");
  }
  return sum.finish();
}

}  // namespace buzzer::store_tools
