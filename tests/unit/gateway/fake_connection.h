// A connection whose other end is a test: what is written is kept, as much as there is room for.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/transport.h"
#include "tests/support/bytes.h"

namespace buzzer::gateway {

// What a test sees and says of one; outlives it.
struct FakeWire {
  static constexpr std::size_t kAny = std::numeric_limits<std::size_t>::max();

  std::string written;
  std::vector<std::size_t> writes;  // bytes taken by each call
  std::size_t room = kAny;
  bool reading = true;
  bool finished = false;
  bool there = true;
  base::ConnectionHandler* handler = nullptr;

  void receive(std::string_view bytes) const { handler->on_bytes(tests::to_bytes(bytes)); }
  // There is room for so many bytes more.
  void make_room(std::size_t bytes) {
    room = bytes;
    handler->on_writable();
  }
};

class FakeConnection final : public base::Connection {
 public:
  explicit FakeConnection(FakeWire& wire) : wire_(wire) {}
  ~FakeConnection() override { wire_.there = false; }

  void set_handler(base::ConnectionHandler& handler) override { wire_.handler = &handler; }
  [[nodiscard]] std::size_t write(std::span<const std::uint8_t> bytes) override {
    const std::size_t taken = std::min(bytes.size(), wire_.room);
    if (wire_.room != FakeWire::kAny) wire_.room -= taken;
    wire_.written += tests::to_text(bytes.subspan(0, taken));
    wire_.writes.push_back(taken);
    return taken;
  }
  void finish_writing() override { wire_.finished = true; }
  void set_reading(bool on) override { wire_.reading = on; }
  [[nodiscard]] const std::string& peer_name() const override { return name_; }
  [[nodiscard]] bool is_loopback() const override { return true; }

 private:
  FakeWire& wire_;
  const std::string name_ = "a test";
};

}  // namespace buzzer::gateway
