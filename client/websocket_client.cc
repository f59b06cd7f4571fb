#include "client/websocket_client.h"

#include <utility>

#include "base/check.h"

namespace buzzer::client {
namespace {

constexpr std::size_t kKeptCapacity = 4UL << 10;  // of an empty queue
constexpr std::size_t kCompactAfter = 64UL << 10;

std::string in_milliseconds(base::Duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count()) + " ms";
}

}  // namespace

base::Result<std::unique_ptr<WebSocketClient>> WebSocketClient::dial(const WebSocketServices& services,
                                                                     WebSocketOptions options,
                                                                     WebSocketHandler& handler) {
  UpgradeOffer offer;
  offer.host = options.host.empty() ? to_string(options.server) : options.host;
  offer.target = options.target;
  offer.key = make_key(services.random);
  offer.subprotocols = options.subprotocols;
  offer.headers = options.headers;
  auto request = upgrade_request(offer);
  if (!request) return tl::unexpected(request.error());
  // Not make_unique: the constructor is private.
  std::unique_ptr<WebSocketClient> client(
      new WebSocketClient(services, std::move(options), std::move(offer), *std::move(request), handler));
  client->connection_ = services.transport.dial(client->options_.server, *client);
  return client;
}

WebSocketClient::WebSocketClient(const WebSocketServices& services, WebSocketOptions options, UpgradeOffer offer,
                                 std::string request, WebSocketHandler& handler)
    : loop_(services.loop),
      random_(services.random),
      handler_(handler),
      options_(std::move(options)),
      offer_(std::move(offer)),
      reader_(Role::kClient, {options_.most_message, options_.most_message}),
      out_(std::move(request)) {
  timer_ = loop_.call_after(options_.handshake_timeout, [this] {
    end(close_code::kAbnormal, "no answer to the upgrade within " + in_milliseconds(options_.handshake_timeout));
  });
}

WebSocketClient::~WebSocketClient() {
  if (gone_ != nullptr) *gone_ = true;
}

bool WebSocketClient::send(std::string_view text) {
  if (!is_open()) return false;
  const std::size_t size = text.size() + kMostHeaderBytes;
  if (size > options_.most_queued || queued_bytes() > options_.most_queued - size) {
    wants_room_ = true;
    return false;
  }
  send_frame(Opcode::kText, text);
  return true;
}

void WebSocketClient::close(std::uint16_t code, std::string_view reason) {
  BUZZER_CHECK(may_be_sent(code));
  if (stage_ == Stage::kDialling || stage_ == Stage::kUpgrading) {
    stage_ = Stage::kLingering;
    connection_.reset();
    timer_ =
        loop_.call_after(base::Duration::zero(), [this] { end(close_code::kAbnormal, "closed before it was open"); });
    return;
  }
  if (!is_open()) return;
  const auto payload = closing_.begin(code, reason);
  send_frame(Opcode::kClose, *payload);
  // The answer must be read, whatever piles up before it.
  set_reading(true);
  timer_ = loop_.call_after(options_.close_timeout, [this] {
    end(close_code::kAbnormal, "no answer to the close frame within " + in_milliseconds(options_.close_timeout));
  });
}

void WebSocketClient::set_reading(bool on) {
  reading_ = on;
  if (connection_ != nullptr) connection_->set_reading(on);
}

void WebSocketClient::on_connected() {
  stage_ = Stage::kUpgrading;
  flush();
}

void WebSocketClient::on_bytes(std::span<const std::uint8_t> bytes) {
  heard_ = loop_.now();
  std::span<const std::uint8_t> input = bytes;
  if (stage_ == Stage::kUpgrading && !read_answer(input)) return;
  while (const auto event = reader_.next(input)) {
    if (!take(*event)) return;
  }
}

bool WebSocketClient::read_answer(std::span<const std::uint8_t>& input) {
  const auto whole = answer_.read(input);
  if (!whole) {
    end(close_code::kAbnormal, "the server answered the upgrade with " + whole.error().message);
    return false;
  }
  if (!*whole) return false;
  const auto subprotocol = judge_answer(answer_.text(), offer_);
  if (!subprotocol) {
    end(close_code::kAbnormal, subprotocol.error().message);
    return false;
  }
  stage_ = Stage::kOpen;
  answer_ = HeadReader();
  watch_silence(options_.most_silence);
  return tell([&] { handler_.on_open(*subprotocol); });
}

bool WebSocketClient::take(const Event& event) {
  switch (event.kind) {
    case Event::Kind::kText:
      return closing_.has_begun() || tell([&] { handler_.on_message(event.payload); });
    case Event::Kind::kPing:
      // A server that sends pings and reads nothing gets no pongs beyond what fits.
      if (!closing_.has_begun() && queued_bytes() <= options_.most_queued) send_frame(Opcode::kPong, event.payload);
      return true;
    case Event::Kind::kPong:
      return true;
    case Event::Kind::kClose:
      if (const auto payload = closing_.answer(event.code)) send_frame(Opcode::kClose, *payload);
      linger(event.code, event.payload);
      return false;
    case Event::Kind::kBinary:
    case Event::Kind::kFailure:
      break;
  }
  const bool binary = event.kind == Event::Kind::kBinary;
  const std::uint16_t code = binary ? close_code::kUnsupportedData : event.code;
  const std::string_view why = binary ? "a binary message: this client takes text" : event.payload;
  if (const auto payload = closing_.begin(code, why)) send_frame(Opcode::kClose, *payload);
  linger(code, why);
  return false;
}

template <class Call>
bool WebSocketClient::tell(Call&& call) {
  bool gone = false;
  gone_ = &gone;
  call();
  if (gone) return false;
  gone_ = nullptr;
  return true;
}

void WebSocketClient::on_writable() {
  flush();
  if (!wants_room_ || !is_open() || queued_bytes() > options_.most_queued / 2) return;
  wants_room_ = false;
  handler_.on_writable();
}

void WebSocketClient::on_end(std::string_view reason) {
  std::string why(reason);
  if (stage_ == Stage::kUpgrading) why = "ended before the upgrade was answered: " + why;
  end(close_code::kAbnormal, why);
}

void WebSocketClient::send_frame(Opcode opcode, std::string_view payload) {
  FrameHeader header;
  header.opcode = opcode;
  header.mask.emplace();
  random_.fill(*header.mask);
  append_frame(header, payload, out_);
  flush();
}

void WebSocketClient::flush() {
  if (queued_bytes() == 0) return;
  sent_ += connection_->write({reinterpret_cast<const std::uint8_t*>(out_.data()) + sent_, queued_bytes()});
  if (sent_ == out_.size()) {
    out_.clear();
    sent_ = 0;
    if (out_.capacity() > kKeptCapacity) out_.shrink_to_fit();
  } else if (sent_ > kCompactAfter && sent_ > out_.size() / 2) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
}

void WebSocketClient::watch_silence(base::Duration wait) {
  timer_ = loop_.call_after(wait, [this] {
    const base::Duration silence = loop_.now() - heard_;
    if (!reading_) return watch_silence(options_.most_silence);
    if (silence < options_.most_silence) return watch_silence(options_.most_silence - silence);
    end(close_code::kAbnormal, "nothing came for " + in_milliseconds(silence));
  });
}

void WebSocketClient::linger(std::uint16_t code, std::string_view reason) {
  stage_ = Stage::kLingering;
  timer_.reset();
  lingering_ =
      std::make_unique<Lingering>(loop_, std::move(connection_), out_.substr(sent_), Role::kClient,
                                  options_.close_timeout, [this, code, why = std::string(reason)] { end(code, why); });
  out_ = std::string();
  sent_ = 0;
}

void WebSocketClient::end(std::uint16_t code, std::string_view reason) {
  stage_ = Stage::kClosed;
  timer_.reset();
  connection_.reset();
  lingering_.reset();
  out_ = std::string();
  sent_ = 0;
  handler_.on_closed(code, reason);
}

}  // namespace buzzer::client
