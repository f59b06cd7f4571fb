#include "node/http/connection.h"

#include <algorithm>
#include <utility>

namespace buzzer::http {
namespace {

// What one connection may ask in a turn before the others have theirs.
constexpr int kRequestsPerTurn = 32;
// A smaller body is copied behind its head, for one call of the system instead of two.
constexpr std::size_t kSmallBody = 16UL << 10;
// How long a server that stops waits for clients to close too.
constexpr auto kClosingInAHurry = std::chrono::milliseconds(100);
// A connection that waits keeps no larger buffer than this.
constexpr std::size_t kIdleBuffer = 1UL << 10;

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::shared_ptr<const void> take_seat(const std::shared_ptr<std::atomic<std::size_t>>& taken) {
  ++*taken;
  return {taken.get(), [taken](const void* /*seat*/) { --*taken; }};
}

}  // namespace

Connection::Connection(Service& service, std::unique_ptr<base::Connection> connection, GoneCallback on_gone)
    : service_(service), connection_(std::move(connection)), on_gone_(std::move(on_gone)), reader_(service.limits) {}

void Connection::start() {
  wait_at_most(service_.times.request);
  connection_->set_handler(*this);
}

void Connection::on_bytes(std::span<const std::uint8_t> bytes) {
  if (state_ == State::kClosing) return;
  unread_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  go_on();
}

void Connection::on_writable() { go_on(); }

void Connection::on_end(std::string_view /*reason*/) { gone(); }

void Connection::go_on() {
  if (going_on_) return;
  const auto self = shared_from_this();
  going_on_ = true;
  const std::uint64_t last = number_ + kRequestsPerTurn;
  while (number_ < last && step()) {
  }
  going_on_ = false;
  if (number_ < last) return;
  service_.loop.post([weak = weak_from_this()] {
    if (const auto still_there = weak.lock()) still_there->go_on();
  });
}

bool Connection::step() {
  switch (state_) {
    case State::kReading:
      return read();
    case State::kWriting:
      return write();
    case State::kAnswering:
    case State::kClosing:
    case State::kGone:
      return false;
  }
  return false;
}

bool Connection::read() {
  if (unread_start_ == unread_.size()) {
    unread_start_ = 0;
    unread_.clear();
    if (unread_.capacity() > kIdleBuffer) unread_.shrink_to_fit();
    connection_->set_reading(true);
    return false;
  }
  const bool had_begun = reader_.has_begun();
  auto input = bytes_of(std::string_view(unread_).substr(unread_start_));
  const auto progress = reader_.read(input);
  unread_start_ = unread_.size() - input.size();
  // The time for the first request has run since the connection was made.
  if (!had_begun && reader_.has_begun() && number_ > 0) wait_at_most(service_.times.request);
  switch (progress) {
    case RequestReader::Progress::kMore:
      if (reader_.take_wish_to_continue()) allow_body();
      break;
    case RequestReader::Progress::kWhole:
      handle();
      break;
    case RequestReader::Progress::kRefused:
      close_after_ = true;
      refuse(reader_.refusal());
      break;
  }
  return true;
}

// Nothing else waits to be written, so there is room for a line; a client for whom there is none gets no answer either.
void Connection::allow_body() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  if (connection_->write(bytes_of(kContinue)) < kContinue.size()) gone();
}

void Connection::handle() {
  const std::uint64_t number = ++number_;
  ++service_.counts.requests;
  state_ = State::kAnswering;
  connection_->set_reading(false);
  wait_at_most(service_.times.answer);
  is_head_ = reader_.method() == "HEAD";
  close_after_ = finishing_ || !reader_.keeps_alive();
  if (service_.host_names.allow(reader_.host())) {
    const Target& target = reader_.target();
    const Request request{reader_.method(),
                          target.path,
                          target.query,
                          reader_.minor_version(),
                          reader_.headers(),
                          reader_.body(),
                          connection_->peer_name(),
                          connection_->is_loopback()};
    const auto weak = weak_from_this();
    const Answer answer{[weak, number](const Response& response) {
                          if (const auto self = weak.lock()) self->answer(number, response);
                        },
                        [weak, number](std::string head, Taker taker) {
                          if (const auto self = weak.lock()) {
                            self->take_over(number, std::move(head), std::move(taker));
                          }
                        }};
    service_.handler(request, answer);
  } else {
    refuse({421, "misdirected_request",
            "this server does not answer to the Host \"" + std::string(reader_.host()) +
                "\", only to localhost, its own addresses and the names that it was configured with"});
  }
  reader_.next();
}

void Connection::refuse(const Refusal& refusal) {
  ++service_.counts.refused;
  send(problem(refusal.status, refusal.code, refusal.detail));
}

void Connection::answer(std::uint64_t number, const Response& response) {
  if (state_ != State::kAnswering || number != number_) return;
  send(response);
  go_on();
}

void Connection::take_over(std::uint64_t number, std::string head, Taker taker) {
  if (state_ != State::kAnswering || number != number_) return;
  head_ = std::move(head);
  taker_ = std::move(taker);
  written_ = 0;
  state_ = State::kWriting;
  wait_at_most(service_.times.stalled);
  go_on();
}

void Connection::send(const Response& response) {
  connection_->set_reading(false);
  head_ = encode_head(response, close_after_, service_.loop.wall_now());
  body_ = is_head_ || response.status == 204 || response.status == 304 ? nullptr : response.body;
  if (body_ && body_->size() <= kSmallBody) {
    head_ += *body_;
    body_.reset();
  }
  written_ = 0;
  state_ = State::kWriting;
  wait_at_most(service_.times.stalled);
}

bool Connection::write() {
  while (true) {
    const bool in_head = written_ < head_.size();
    const std::string_view part = in_head ? std::string_view(head_) : body_ ? std::string_view(*body_) : "";
    const std::string_view rest = part.substr(in_head ? written_ : written_ - head_.size());
    if (rest.empty()) break;
    const std::size_t taken = connection_->write(bytes_of(rest));
    written_ += taken;
    if (taken > 0) wait_at_most(service_.times.stalled);
    if (taken < rest.size()) return false;
  }
  head_.clear();
  body_.reset();
  if (taker_) {
    hand_over();
  } else if (close_after_ || finishing_) {
    begin_closing();
  } else {
    state_ = State::kReading;
    wait_at_most(service_.times.keep_alive);
  }
  return true;
}

void Connection::begin_closing() {
  state_ = State::kClosing;
  unread_ = {};
  wait_at_most(finishing_ ? std::min<base::Duration>(service_.times.closing, kClosingInAHurry)
                          : service_.times.closing);
  connection_->finish_writing();
  connection_->set_reading(true);
}

void Connection::hand_over() {
  state_ = State::kGone;
  ++service_.counts.handed_over;
  connection_->set_reading(true);
  HandedOver handed{std::move(connection_), unread_.substr(unread_start_), take_seat(service_.handed_over)};
  std::exchange(taker_, nullptr)(std::move(handed));
  gone();
}

void Connection::give_up() {
  const auto self = shared_from_this();
  switch (state_) {
    case State::kReading:
      if (!reader_.has_begun()) return gone();
      ++service_.counts.timed_out;
      close_after_ = true;
      refuse({408, "request_timeout", "the request took too long to arrive"});
      return go_on();
    case State::kAnswering:
      ++service_.counts.timed_out;
      close_after_ = true;
      send(problem(503, "unavailable", "the answer took too long; it may still happen", false));
      return go_on();
    case State::kWriting:
      ++service_.counts.timed_out;
      return gone();
    case State::kClosing:
      return gone();
    case State::kGone:
      return;
  }
}

void Connection::finish() {
  finishing_ = true;
  if (state_ == State::kReading && !reader_.has_begun() && unread_start_ == unread_.size()) return gone();
  if (state_ == State::kClosing) wait_at_most(kClosingInAHurry);
}

void Connection::gone() {
  const auto self = shared_from_this();
  state_ = State::kGone;
  connection_.reset();
  if (on_gone_) std::exchange(on_gone_, nullptr)(*this);
}

}  // namespace buzzer::http
