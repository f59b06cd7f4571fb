#include "node/gateway/ws_connection.h"

#include <algorithm>
#include <utility>

#include "client/frame.h"

namespace buzzer::gateway {
namespace {

using client::Event;
using client::Opcode;

constexpr std::size_t kMostAtOnce = 64UL << 10;  // bytes in one call of the system, and one frame
// A thread keeps no more of what composing has needed.
constexpr std::size_t kMostScratch = 4 * kMostAtOnce;
// What a push that waits costs beside its body.
constexpr std::size_t kQueuedCost = 128;
// What comes in one turn, before the others have theirs: messages and control frames.
constexpr int kMostEvents = 64;
// So much of the queue's front may be empty before it is made shorter.
constexpr std::size_t kMostWritten = 1024;
// An idle connection keeps no more than this of what it has needed.
constexpr std::size_t kMostKept = 1024;

std::span<const std::uint8_t> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

// One for all connections of a thread: what is composed is written, or copied away, before the next.
std::string& scratch() {
  thread_local std::string frames;
  frames.clear();
  return frames;
}

}  // namespace

WsConnection::WsConnection(const WsLimits& limits, std::unique_ptr<base::Connection> connection, base::EventLoop& loop,
                           Flusher& flusher)
    : limits_(limits),
      connection_(std::move(connection)),
      loop_(loop),
      flusher_(flusher),
      reader_(client::Role::kServer, limits.reader) {}

void WsConnection::start(WsSession& session, std::string_view early) {
  session_ = &session;
  heard_ = loop_.now();
  wrote_ = heard_ - flusher_.tick();
  const auto self = shared_from_this();
  connection_->set_handler(*this);
  if (!early.empty()) on_bytes(as_bytes(early));
}

void WsConnection::send(std::string message, Opcode opcode) {
  if (closing_ || ended_) return;
  queued_bytes_ += message.size() + kQueuedCost;
  queue_.push_back({std::make_shared<const std::string>(std::move(message)), {}, opcode});
  flush_when(Due::kSoon);
}

bool WsConnection::push(const PushHead& head, std::shared_ptr<const std::string> body) {
  if (closing_ || ended_) return true;  // its session hears of that soon
  const std::size_t cost = body->size() + kQueuedCost;
  if (queued_bytes() + cost > limits_.most_queued) return false;
  queued_bytes_ += cost;
  queue_.push_back({std::move(body), head});
  if (due_ == Due::kNot) flush_when(loop_.now() - wrote_ >= flusher_.tick() ? Due::kSoon : Due::kAtTick);
  return true;
}

void WsConnection::flush_when(Due due) {
  if (stalled_ || due_ >= due) return;
  due_ = due;
  due == Due::kSoon ? flusher_.soon(weak_from_this()) : flusher_.at_tick(weak_from_this());
}

void WsConnection::flush() {
  due_ = Due::kNot;
  const auto self = shared_from_this();
  write_pongs();
  while (!stalled_ && !ended_ && queue_start_ < queue_.size()) {
    std::string& frames = scratch();
    compose(frames);
    write(frames);
    if (frames.capacity() > kMostScratch) std::string().swap(frames);
  }
  if (ended_ || stalled_) return;
  queue_.clear();
  queue_start_ = 0;
  behind_since_.reset();
  if (closing_) return finish();
  forget_memory();
  if (session_ != nullptr) session_->on_drained();
}

void WsConnection::compose(std::string& frames) {
  std::string head;
  while (queue_start_ < queue_.size() && frames.size() < kMostAtOnce) {
    const Queued queued = std::move(queue_[queue_start_++]);
    queued_bytes_ -= queued.body->size() + kQueuedCost;
    head.clear();
    if (queued.head.subscription != 0) session_->append_head(head, queued.head);
    const auto header = client::encode_header({true, queued.opcode, head.size() + queued.body->size(), std::nullopt});
    frames.append(reinterpret_cast<const char*>(header.bytes.data()), header.size).append(head).append(*queued.body);
    ++(queued.head.subscription != 0 ? flusher_.counts().pushes : flusher_.counts().messages);
    if (queued.head.subscription != 0) session_->on_push_written(queued.head);
  }
  // A queue that never becomes quite empty must not grow for that.
  if (queue_start_ < std::max(kMostWritten, queue_.size() / 2)) return;
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_start_));
  queue_start_ = 0;
}

void WsConnection::write(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t taken = connection_->write(as_bytes(bytes));
  if (taken > 0) wrote_ = loop_.now();
  flusher_.counts().bytes += taken;
  if (taken == bytes.size()) return;
  stalled_ = true;
  if (!behind_since_) behind_since_ = loop_.now();
  rest_.assign(bytes.substr(taken));
  rest_start_ = 0;
}

void WsConnection::on_writable() {
  const auto self = shared_from_this();
  const std::size_t taken = connection_->write(as_bytes(std::string_view(rest_).substr(rest_start_)));
  if (taken > 0) wrote_ = loop_.now();
  flusher_.counts().bytes += taken;
  rest_start_ += taken;
  if (rest_start_ < rest_.size()) return;
  stalled_ = false;
  rest_.clear();
  rest_start_ = 0;
  flush();
  forget_memory();
}

void WsConnection::forget_memory() {
  // An assignment may keep the memory.
  if (queue_.empty() && queue_.capacity() * sizeof(Queued) > kMostKept) std::vector<Queued>().swap(queue_);
  if (rest_.empty() && rest_.capacity() > kMostKept) std::string().swap(rest_);
  if (unread_.empty() && unread_.capacity() > kMostKept) std::string().swap(unread_);
}

void WsConnection::on_bytes(std::span<const std::uint8_t> bytes) {
  heard_ = loop_.now();
  pinged_ = false;
  const auto self = shared_from_this();
  if (closing_) return await_close(bytes);
  if (reading_ && unread_.empty()) bytes = read(bytes);
  unread_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  judge_reading();
}

std::span<const std::uint8_t> WsConnection::read(std::span<const std::uint8_t> bytes) {
  for (int events = 0; reading_ && !closing_ && !ended_ && events < kMostEvents; ++events) {
    const auto event = reader_.next(bytes);
    if (!event) break;
    take(*event);
  }
  if (ended_) return {};
  if (!closing_) {
    write_pongs();
    return bytes;
  }
  await_close(bytes);
  return {};
}

void WsConnection::read_on() {
  reads_on_ = false;
  if (!reading_ || closing_ || ended_) return;
  std::string unread = std::exchange(unread_, {});
  const auto left = read(as_bytes(unread).subspan(std::exchange(unread_start_, 0)));
  if (!left.empty()) {
    unread_start_ = unread.size() - left.size();
    unread_ = std::move(unread);
  }
  judge_reading();
}

void WsConnection::judge_reading() {
  if (closing_ || ended_) return;
  const bool listen = reading_ && unread_.empty();
  if (std::exchange(listening_, listen) != listen) connection_->set_reading(listen);
  if (!reading_ || unread_.empty() || std::exchange(reads_on_, true)) return;
  // In a turn of its own: this may be called from within a message, and the others are to have theirs.
  loop_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->read_on();
  });
}

void WsConnection::take(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kText:
      ++flusher_.counts().received;
      return session_->on_message(event.payload);
    case Event::Kind::kBinary:
      if (!session_->on_binary(event.payload)) {
        return close(client::close_code::kUnsupportedData, "messages are text");
      }
      ++flusher_.counts().received;
      return;
    case Event::Kind::kPing:
      return add_pong(event.payload);
    case Event::Kind::kPong:
      return;
    case Event::Kind::kClose: {
      heard_all_ = true;
      const bool says_why = event.code != client::close_code::kNoCode;
      return close_with(says_why ? client::close_payload(event.code, {}) : std::string());
    }
    case Event::Kind::kFailure:
      heard_all_ = true;
      return close_with(client::close_payload(event.code, event.payload));
  }
}

void WsConnection::set_reading(bool on) {
  if (std::exchange(reading_, on) != on) judge_reading();
}

// It waits for nothing else, as pongs do: control frames may stand between messages.
void WsConnection::ping() {
  std::string frame;
  client::append_frame({true, Opcode::kPing, 0, std::nullopt}, {}, frame);
  if (!stalled_) return write(frame);
  rest_ += frame;
}

void WsConnection::add_pong(std::string_view payload) {
  // One who sends pings and does not read gets no pong for each: the latest answers them all (RFC 6455, 5.5.3).
  if (stalled_) pongs_.clear();
  client::append_frame({true, Opcode::kPong, 0, std::nullopt}, payload, pongs_);
}

void WsConnection::write_pongs() {
  if (!stalled_ && !ended_) write(std::exchange(pongs_, {}));
}

void WsConnection::close(std::uint16_t code, std::string_view reason) {
  if (closing_ || ended_) return;
  if (code == close_code::kSlow) ++flusher_.counts().closed_slow;
  if (code == close_code::kIdle) ++flusher_.counts().closed_idle;
  queue_.clear();
  queue_start_ = 0;
  queued_bytes_ = 0;
  pongs_.clear();
  close_with(client::close_payload(code, reason));
}

void WsConnection::close_with(std::string_view payload) {
  client::append_frame({true, Opcode::kClose, 0, std::nullopt}, payload, farewell_);
  closing_ = true;
  closing_at_ = loop_.now();
  listening_ = true;
  connection_->set_reading(true);  // to the end, so that closing does not reset the connection
  const std::string unread = std::exchange(unread_, {});
  flush();
  await_close(as_bytes(unread).subspan(std::exchange(unread_start_, 0)));
}

void WsConnection::await_close(std::span<const std::uint8_t> bytes) {
  while (!heard_all_) {
    const auto event = reader_.next(bytes);
    if (!event) return;
    if (event->kind != Event::Kind::kClose && event->kind != Event::Kind::kFailure) continue;
    heard_all_ = true;
    finish();
  }
}

void WsConnection::finish() {
  if (stalled_ || queue_start_ < queue_.size()) return;
  if (!farewell_.empty()) write(std::exchange(farewell_, {}));
  if (!stalled_ && heard_all_ && !std::exchange(finished_, true)) connection_->finish_writing();
}

void WsConnection::check() {
  if (ended_) return;
  const auto self = shared_from_this();
  const base::MonotonicTime now = loop_.now();
  if (closing_) {
    if (now - closing_at_ > limits_.closing) end();
    return;
  }
  if (stalled_ && now - wrote_ > limits_.slow_after) return close(close_code::kSlow, "what is sent here is not read");
  if (behind_since_ && now - *behind_since_ > limits_.behind_after) {
    return close(close_code::kSlow, "what is sent here is read too slowly");
  }
  if (!listening_) return;  // what the client says waits to be read
  if (now - heard_ > limits_.close_after) return close(close_code::kIdle, "nothing was heard for too long");
  if (now - heard_ > limits_.ping_after && !std::exchange(pinged_, true)) ping();
}

void WsConnection::on_end(std::string_view /*reason*/) {
  const auto self = shared_from_this();
  end();
}

void WsConnection::end() {
  if (std::exchange(ended_, true)) return;
  connection_.reset();
  queue_.clear();
  if (session_ != nullptr) std::exchange(session_, nullptr)->on_closed();
}

}  // namespace buzzer::gateway
