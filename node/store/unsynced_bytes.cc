#include "node/store/unsynced_bytes.h"

#include <algorithm>
#include <utility>

namespace buzzer::store {
namespace {

constexpr std::size_t kAtomicBytes = 8;
constexpr std::size_t kSectorBytes = 64;  // smaller than a real one, so that few records already lie in several

std::vector<Piece> some_sectors(const Piece& piece, base::Random& random) {
  std::vector<Piece> kept;
  for (std::size_t at = 0; at < piece.bytes.size(); at += kSectorBytes) {
    if (random.next() % 2 == 0) kept.push_back({piece.offset + at, piece.bytes.substr(at, kSectorBytes)});
  }
  return kept;
}

}  // namespace

std::uint64_t UnsyncedBytes::size() const {
  std::uint64_t size = durable_;
  for (const Piece& piece : pieces_) size = std::max<std::uint64_t>(size, piece.offset + piece.bytes.size());
  return size;
}

void UnsyncedBytes::synced() {
  durable_ = size();
  pieces_.clear();
}

std::vector<Piece> UnsyncedBytes::survivors(Survival survival, base::Random& random) const {
  std::vector<Piece> kept;
  switch (survival) {
    case Survival::kAll:
      return pieces_;
    case Survival::kNone:
      return {};
    case Survival::kReordered:
      for (const Piece& piece : pieces_) {
        for (Piece& sector : some_sectors(piece, random)) kept.push_back(std::move(sector));
      }
      return kept;
    case Survival::kTorn: {
      std::uint64_t total = 0;
      for (const Piece& piece : pieces_) total += piece.bytes.size();
      std::uint64_t left = random.next() % (total + 1);
      for (const Piece& piece : pieces_) {
        if (left == 0) break;
        const std::uint64_t fits = std::min<std::uint64_t>(left, piece.bytes.size());
        if (fits == piece.bytes.size() || piece.bytes.size() > kAtomicBytes) {
          kept.push_back({piece.offset, piece.bytes.substr(0, fits)});
        }
        left -= fits;
      }
      return kept;
    }
  }
  return kept;
}

}  // namespace buzzer::store
