#include "linkmgr/lab/lab_link.h"

#include <utility>

#include "base/check.h"
#include "base/http_request_line.h"

namespace buzzer::linkmgr::lab {

LabLink::LabLink(const LabLinkOptions& options, const MeshServices& services, LabLinkOwner& owner)
    : options_(options),
      services_(services),
      owner_(&owner),
      queue_(options.most_queued_bytes),
      last_heard_(services.loop.now()) {}

LabLink::~LabLink() { close(); }

void LabLink::dial(const base::Endpoint& endpoint) { connection_ = services_.transport.dial(endpoint, *this); }

void LabLink::accept(std::unique_ptr<base::Connection> connection, bool mute) {
  connection_ = std::move(connection);
  mute_ = mute;
  begin();
  connection_->set_handler(*this);
}

void LabLink::on_connected() {
  if (!closed_) begin();  // else parked while the dial was under way
}

void LabLink::begin() {
  connected_ = true;
  heard();
  ping();
}

void LabLink::speak() {
  if (!std::exchange(mute_, false)) return;
  ping();
}

void LabLink::ping() {
  if (mute_) return;
  next_ping_ = services_.loop.now() + kPingEvery;
  queue_.set_ping(ping_line(options_.self));
  flush_soon();
}

void LabLink::ping_if_due() {
  if (connected_ && !closed_ && services_.loop.now() >= next_ping_) ping();
}

void LabLink::judge() {
  if (closed_ || silence() <= kMostSilence) return;
  end(connected_ ? "nothing heard for a second" : "no connection within a second");
}

SendResult LabLink::send(SharedLine line) {
  if (closed_ || !connected_) return SendResult::kDown;
  if (!queue_.push(std::move(line))) return SendResult::kFull;
  flush_soon();
  return SendResult::kQueued;
}

void LabLink::set_cut(bool in, bool out) {
  cut_out_ = out;
  connection_->set_reading(!in);
  if (!out) flush_soon();
}

void LabLink::park() {
  queue_.count_no_more();
  connection_->set_reading(false);
  closed_ = true;
  flush_timer_.reset();
}

void LabLink::close() {
  if (!closed_) flush();
  closed_ = true;
  queue_.count_no_more();
  connection_.reset();
  flush_timer_.reset();
}

void LabLink::end(const std::string& reason) {
  if (std::exchange(closed_, true)) return;
  // The connection stays as it is until the owner closes or parks it.
  flush_timer_.reset();
  owner_->on_ended(*this, reason);
}

void LabLink::on_bytes(std::span<const std::uint8_t> bytes) {
  if (closed_ || bytes.empty()) return;
  // Each frame of the grid's own format begins with its length, whose first byte is 0.
  if (std::exchange(first_bytes_, false) && bytes.front() == 0) {
    return end("the peer does not speak the lab's lines; start every node with the same --link-format");
  }
  lines_.append(bytes);
  while (!closed_) {
    const auto line = lines_.next();
    if (!line) return;
    take(*line);
  }
}

void LabLink::take(const base::Line& line) {
  // A first line that is too long may be a web page's request as well: its text is lost.
  if (std::exchange(first_line_, false) && (line.too_long || base::is_http_request(line.text))) {
    return end(line.too_long ? "a first line beyond the limit" : "an HTTP request");
  }
  if (line.too_long) return owner_->on_strange_line(*this, "a line beyond the limit");
  const auto parsed = parse_lab_line(line.text);
  if (!parsed) return owner_->on_strange_line(*this, parsed.error());
  owner_->on_line(*this, *parsed);
}

void LabLink::flush_soon() {
  if (flush_timer_ != nullptr) return;
  flush_timer_ = services_.loop.call_after(base::Duration::zero(), [this] {
    flush_timer_.reset();
    flush();
  });
}

void LabLink::flush() {
  if (connection_ == nullptr || !connected_ || closed_ || cut_out_) return;
  while (true) {
    const auto bytes = queue_.next_bytes();
    if (bytes.empty()) return;
    const std::size_t taken = connection_->write(bytes);
    queue_.taken(taken);
    if (taken < bytes.size()) return;
  }
}

std::string LabLink::peer_host() const {
  if (connection_ == nullptr) return {};
  const std::string& name = connection_->peer_name();
  return name.substr(0, name.rfind(':'));
}

void LabBurials::bury(std::unique_ptr<LabLink> link) {
  link->close();
  buried_.push_back(std::move(link));
  if (burial_ != nullptr) return;
  burial_ = loop_.call_after(base::Duration::zero(), [this] {
    burial_.reset();
    buried_.clear();
  });
}

}  // namespace buzzer::linkmgr::lab
