// A client's WebSocket connection as its session sees it: text messages in, messages and pushes out.
//
// A push is a body that all who are told the same share, behind a head of its own, which is made only when it is
// written. When is the flusher's (flusher.h); all that waits is then written in as few calls as it takes. Pushes wait
// in at most limits.most_queued bytes, bodies counted whole; one that finds no room is refused, and its session catches
// up later. Answers always find room: a session bounds them by not reading on (set_reading) while requests are under
// way.
//
// What comes is told a few messages at a time, so that no client, however much it says at once, keeps the thread from
// the others; nothing more is read from the socket before all of that is told.
//
// It answers pings, each while the client reads the answers, only the latest when it does not; asks for a sign of life
// when nothing has come for a while, and ends in order: a close frame, then reading until the other end closes, but not
// for ever. When it is the other end that closes, or breaks a rule, what waits is written first.
//
// Belongs to one gateway worker's thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/event_loop.h"
#include "base/transport.h"
#include "client/frame_reader.h"
#include "node/gateway/cursor.h"
#include "node/gateway/flusher.h"

namespace buzzer::gateway {

struct WsLimits {
  client::ReaderLimits reader;
  std::size_t most_queued = 1UL << 20;                    // bytes of pushes that wait
  base::Duration ping_after = std::chrono::seconds(30);   // of silence
  base::Duration close_after = std::chrono::seconds(75);  // of silence
  base::Duration slow_after = std::chrono::seconds(30);   // without room for anything, while something waits
  base::Duration behind_after = std::chrono::minutes(5);  // in which something has always waited for room
  base::Duration closing = std::chrono::seconds(5);       // for the other end to close too
};

// Beside those of RFC 6455.
namespace close_code {
inline constexpr std::uint16_t kSlow = 4000;        // it has not read, or too little, for too long
inline constexpr std::uint16_t kStopping = 4001;    // this node stops: another one serves
inline constexpr std::uint16_t kIdle = 4002;        // no sign of life
inline constexpr std::uint16_t kStoodStill = 4003;  // the node did (awake_core.h)
}  // namespace close_code

// What a push's head is made of; nothing for a protocol without heads.
struct PushHead {
  std::uint64_t subscription = 0;
  FeedPosition prev;
  std::uint64_t position = 0;  // its number
};

class WsSession {
 public:
  WsSession() = default;
  WsSession(const WsSession&) = delete;
  WsSession& operator=(const WsSession&) = delete;
  virtual ~WsSession() = default;

  virtual void on_message(std::string_view text) = 0;
  // A message of binary data. False: this protocol has none, and the connection closes for it.
  [[nodiscard]] virtual bool on_binary(std::string_view /*data*/) { return false; }
  // Appends the head of the push as it goes over the wire.
  virtual void append_head(std::string& to, const PushHead& head) const = 0;
  // It has been given to the system.
  virtual void on_push_written(const PushHead& head) = 0;
  // Nothing waits any more.
  virtual void on_drained() = 0;
  // Nothing comes any more, and nothing goes. The last call; the session may be destroyed.
  virtual void on_closed() = 0;
};

class WsConnection final : public base::ConnectionHandler,
                           public Flushed,
                           public std::enable_shared_from_this<WsConnection> {
 public:
  // All must outlive it, the session until on_closed().
  WsConnection(const WsLimits& limits, std::unique_ptr<base::Connection> connection, base::EventLoop& loop,
               Flusher& flusher);

  // Once; a shared pointer holds it. `early`: bytes that had come behind the handshake.
  void start(WsSession& session, std::string_view early);

  // A message: text, or binary data.
  void send(std::string message, client::Opcode opcode = client::Opcode::kText);
  // False, and nothing taken, when there is no room.
  [[nodiscard]] bool push(const PushHead& head, std::shared_ptr<const std::string> body);
  [[nodiscard]] const WsLimits& limits() const { return limits_; }
  // Of messages and pushes that wait.
  [[nodiscard]] std::size_t queued_bytes() const { return queued_bytes_ + rest_.size() - rest_start_ + pongs_.size(); }

  // Of the heap, beside the bodies of what waits.
  [[nodiscard]] std::size_t held_bytes() const {
    return queue_.capacity() * sizeof(Queued) + rest_.capacity() + pongs_.capacity() + unread_.capacity() +
           reader_.held_bytes();
  }

  // While off, no message is told, and before long nothing more is read.
  void set_reading(bool on);

  // What waits is dropped. on_closed follows, not from within the call.
  void close(std::uint16_t code, std::string_view reason);

  // Whether it has closed or begun to: what is sent reaches nobody.
  [[nodiscard]] bool is_closing() const { return closing_ || ended_; }

  // To be called every few seconds: for pings and what has gone on for too long.
  void check();

  void on_bytes(std::span<const std::uint8_t> bytes) override;
  void on_writable() override;
  void on_end(std::string_view reason) override;
  void flush() override;

 private:
  struct Queued {
    std::shared_ptr<const std::string> body;
    PushHead head;  // of a push; subscription 0: a message
    client::Opcode opcode = client::Opcode::kText;
  };

  enum class Due : std::uint8_t { kNot, kAtTick, kSoon };

  // As long as messages are to be told, and so many as are in one turn; returns what is left.
  [[nodiscard]] std::span<const std::uint8_t> read(std::span<const std::uint8_t> bytes);
  // What was left, in a turn of its own.
  void read_on();
  // Reads from the socket, or sees to it that read_on() is called, or neither.
  void judge_reading();
  void take(const client::Event& event);
  // Behind what waits.
  void close_with(std::string_view payload);
  // Behind the other end's close frame nothing comes; what it sends until then is ignored.
  void await_close(std::span<const std::uint8_t> bytes);
  // Once nothing waits: the close frame, and when the other end has closed too, that no more will come.
  void finish();
  void ping();
  void add_pong(std::string_view payload);
  void write_pongs();
  void flush_when(Due due);
  // Frames from the queue, as many as are written at once.
  void compose(std::string& frames);
  void write(std::string_view bytes);
  void forget_memory();
  void end();

  const WsLimits& limits_;
  std::unique_ptr<base::Connection> connection_;
  base::EventLoop& loop_;
  Flusher& flusher_;
  WsSession* session_ = nullptr;  // null once on_closed is told
  client::FrameReader reader_;
  std::string unread_;  // came and is not told yet: what one read of the socket gives at most
  std::size_t unread_start_ = 0;
  std::vector<Queued> queue_;
  std::size_t queue_start_ = 0;
  std::size_t queued_bytes_ = 0;
  std::string rest_;  // composed and not written
  std::size_t rest_start_ = 0;
  std::string pongs_;     // frames to write before all that is not composed
  std::string farewell_;  // the close frame, until it is given to the system
  base::MonotonicTime heard_;
  base::MonotonicTime wrote_;       // when the system took something last
  base::MonotonicTime closing_at_;  // when it began to close
  std::optional<base::MonotonicTime> behind_since_;
  bool reading_ = true;    // messages are to be told
  bool listening_ = true;  // the socket is read
  bool reads_on_ = false;  // read_on() is to come
  bool stalled_ = false;   // the system has no room; it will say when
  Due due_ = Due::kNot;    // what the flusher knows
  bool pinged_ = false;
  bool closing_ = false;    // a close frame is to go, and nothing behind it
  bool heard_all_ = false;  // the other end has closed too, or cannot be understood
  bool finished_ = false;   // the other end has been told that no more will come
  bool ended_ = false;
};

}  // namespace buzzer::gateway
