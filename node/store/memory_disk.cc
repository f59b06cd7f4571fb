#include "node/store/memory_disk.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

namespace buzzer::store {
namespace {

constexpr std::size_t kHeaderBytes = sizeof(std::uint32_t) + sizeof(std::uint64_t);
constexpr std::size_t kPieceBytes = 64;         // small, so that few records already lie in several pieces
constexpr std::size_t kFoldBytes = 64UL << 10;  // a crash reads less of them again

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : bytes) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
  return hash;
}

template <class Number>
void append_number(std::string& out, Number value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}

template <class Number>
std::optional<Number> take_number(std::string_view& in) {
  if (in.size() < sizeof(Number)) return std::nullopt;
  Number value{};
  std::memcpy(&value, in.data(), sizeof value);
  in.remove_prefix(sizeof value);
  return value;
}

// Of the end of a range that is erased; a value is smaller.
constexpr std::uint32_t kRange = 0x80000000;

// payload   = sequence:u64 operation*
// operation = size of key:u32, what:u32, key, value
// what      = 1 + size of value | 0 for an erasure | kRange + size of value: all from the key up to the value are
// erased
class PayloadWriter {
 public:
  explicit PayloadWriter(std::string& out) : out_(out) {}
  void put(std::string_view key, std::string_view value) {
    append_number(out_, static_cast<std::uint32_t>(key.size()));
    append_number(out_, static_cast<std::uint32_t>(value.size() + 1));
    out_.append(key).append(value);
  }
  void erase(std::string_view key) {
    append_number(out_, static_cast<std::uint32_t>(key.size()));
    append_number(out_, std::uint32_t{0});
    out_ += key;
  }
  void erase_range(std::string_view begin, std::string_view end) {
    append_number(out_, static_cast<std::uint32_t>(begin.size()));
    append_number(out_, kRange + static_cast<std::uint32_t>(end.size()));
    out_.append(begin).append(end);
  }

 private:
  std::string& out_;
};

// The payload of the record at the front of `log`, which it is taken off; none if it is not whole.
std::optional<std::string_view> take_record(std::string_view& log) {
  std::string_view rest = log;
  const auto size = take_number<std::uint32_t>(rest);
  const auto sum = take_number<std::uint64_t>(rest);
  if (!size || !sum || *size > rest.size()) return std::nullopt;
  const std::string_view payload = rest.substr(0, *size);
  if (checksum(payload) != *sum) return std::nullopt;
  log.remove_prefix(kHeaderBytes + *size);
  return payload;
}

// Returns the record's sequence.
std::uint64_t apply(std::string_view payload, MemoryTable& table) {
  const std::uint64_t sequence = take_number<std::uint64_t>(payload).value_or(0);
  while (!payload.empty()) {
    const std::uint32_t key_size = take_number<std::uint32_t>(payload).value_or(0);
    const std::uint32_t what = take_number<std::uint32_t>(payload).value_or(0);
    std::string key(payload.substr(0, key_size));
    payload.remove_prefix(key_size);
    if (what == 0) {
      table.erase(key);
      continue;
    }
    const std::size_t value_size = what >= kRange ? what - kRange : what - 1;
    std::string value(payload.substr(0, value_size));
    payload.remove_prefix(value_size);
    if (what >= kRange) {
      table.erase(table.lower_bound(key), table.lower_bound(value));
    } else {
      table.insert_or_assign(std::move(key), std::move(value));
    }
  }
  return sequence;
}

}  // namespace

base::Result<void> MemoryDisk::call(std::uint64_t bytes, const char* what) {
  switch (faults_.call(bytes)) {
    case DiskOutcome::kOk:
      return {};
    case DiskOutcome::kError:
      return base::fail(std::string("the disk failed to ") + what);
    case DiskOutcome::kFull:
      return base::fail(std::string("no space left on the disk to ") + what);
  }
  return {};
}

base::Result<void> MemoryDisk::append(std::uint64_t sequence, const Batch& batch) {
  scratch_.assign(kHeaderBytes, '\0');
  append_number(scratch_, sequence);
  batch.for_each(PayloadWriter(scratch_));
  const std::string_view payload = std::string_view(scratch_).substr(kHeaderBytes);
  const auto size = static_cast<std::uint32_t>(payload.size());
  const std::uint64_t sum = checksum(payload);
  std::memcpy(scratch_.data(), &size, sizeof size);
  std::memcpy(scratch_.data() + sizeof size, &sum, sizeof sum);

  auto done = call(scratch_.size(), "append to the log");
  log_.append(scratch_, 0, done ? scratch_.size() : scratch_.size() / 2);
  return done;
}

base::Result<void> MemoryDisk::sync() {
  if (auto done = call(0, "sync the log"); !done) return done;
  synced_ = log_.size();
  synced_witness_ = witness_;
  fold_synced();
  return {};
}

base::Result<void> MemoryDisk::write_witness(std::uint64_t sequence) {
  if (auto done = call(0, "write the witness"); !done) return done;
  witness_ = sequence;
  return {};
}

base::Result<MemoryDisk::Recovered> MemoryDisk::recover() {
  if (const auto done = call(0, "read the log"); !done) return tl::unexpected(done.error());
  Recovered found{checkpoint_, checkpoint_sequence_, witness_};
  std::string_view rest = log_;
  while (const auto payload = take_record(rest)) found.sequence = apply(*payload, found.table);
  log_.resize(log_.size() - rest.size());
  synced_ = log_.size();
  return found;
}

void MemoryDisk::crash(Survival survival, base::Random& random) {
  const std::size_t unsynced = log_.size() - synced_;
  switch (survival) {
    case Survival::kAll:
      return;
    case Survival::kNone:
      log_.resize(synced_);
      witness_ = synced_witness_;
      return;
    case Survival::kTorn:
      log_.resize(synced_ + random.next() % (unsynced + 1));
      break;
    case Survival::kReordered:
      for (std::size_t at = synced_; at < log_.size(); at += kPieceBytes) {
        const std::size_t size = std::min(kPieceBytes, log_.size() - at);
        if (random.next() % 2 == 0) log_.replace(at, size, size, '\0');
      }
      break;
  }
  if (random.next() % 2 == 0) witness_ = synced_witness_;
}

void MemoryDisk::lower_witness(std::uint64_t sequence) {
  witness_ = std::min(witness_, sequence);
  synced_witness_ = std::min(synced_witness_, sequence);
}

MemoryDisk::Image MemoryDisk::image() const {
  return {checkpoint_, checkpoint_sequence_, log_.substr(0, synced_), synced_witness_};
}

void MemoryDisk::put_back(const Image& image) {
  checkpoint_ = image.checkpoint;
  checkpoint_sequence_ = image.checkpoint_sequence;
  log_ = image.log;
  synced_ = log_.size();
  witness_ = image.witness;
  synced_witness_ = image.witness;
}

void MemoryDisk::fold_synced() {
  if (synced_ < kFoldBytes) return;
  std::string_view rest = std::string_view(log_).substr(0, synced_);
  while (const auto payload = take_record(rest)) checkpoint_sequence_ = apply(*payload, checkpoint_);
  log_.erase(0, synced_);
  synced_ = 0;
}

}  // namespace buzzer::store
