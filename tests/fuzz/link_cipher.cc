// Of an encrypted link only what the peer sealed next opens, and it opens to what was sealed.
//   input = *step
// The key is made from the whole input: the fuzzer sees what its bytes are compared with, and under a key that stays
// the same it learned a frame that opens from one input and said it in another.
#include "linkmgr/link_cipher.h"

#include <vector>

#include "base/check.h"
#include "tests/fuzz/fuzz_input.h"

namespace buzzer::fuzz {
namespace {

struct Sealed {
  std::string plain;
  std::string payload;
};

// FNV-1a.
linkmgr::LinkKey key_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3;
  linkmgr::LinkKey key{};
  std::memcpy(key.data(), &hash, sizeof(hash));
  return key;
}

class Conversation {
 public:
  explicit Conversation(const linkmgr::LinkKey& key) : sealing_(key), opening_(key) {}

  void run(Input& input) {
    while (!input.empty()) step(input);
  }

 private:
  void step(Input& input) {
    enum { kSeal, kOpenNext, kOpenEarlier, kChange, kCut, kStrange, kEnd };
    switch (input.below(kEnd)) {
      case kSeal: {
        std::string plain = input.piece();
        std::string payload = sealing_.seal(plain);
        BUZZER_CHECK(payload.size() == plain.size() + linkmgr::kCipherOverhead);
        sealed_.push_back(Sealed{std::move(plain), std::move(payload)});
        return;
      }
      case kOpenNext:
        if (next_ < sealed_.size()) open(sealed_[next_].payload);
        return;
      case kOpenEarlier:
        if (!sealed_.empty()) open(sealed_[input.byte() % sealed_.size()].payload);
        return;
      case kChange: {
        if (next_ == sealed_.size()) return;
        std::string changed = sealed_[next_].payload;
        const std::size_t at = (input.byte() * 256U + input.byte()) % changed.size();
        changed[at] = static_cast<char>(changed[at] ^ input.byte());
        open(changed);
        return;
      }
      case kCut:
        if (next_ < sealed_.size()) open(sealed_[next_].payload.substr(0, input.byte()));
        return;
      case kStrange:
        open(input.piece());
        return;
      default:
        return;
    }
  }

  void open(const std::string& payload) {
    const Exactly bytes(payload);
    const bool is_next = next_ < sealed_.size() && payload == sealed_[next_].payload;
    const auto plain = opening_.open(bytes.text());
    BUZZER_CHECK(plain.has_value() == is_next);
    if (!is_next) return;
    BUZZER_CHECK(*plain == sealed_[next_].plain);
    ++next_;
  }

  linkmgr::LinkCipher sealing_;
  linkmgr::LinkCipher opening_;
  std::vector<Sealed> sealed_;
  std::size_t next_ = 0;  // the one that opens
};

}  // namespace
}  // namespace buzzer::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  buzzer::fuzz::Input input(data, size);
  buzzer::fuzz::Conversation(buzzer::fuzz::key_of({data, size})).run(input);
  return 0;
}
