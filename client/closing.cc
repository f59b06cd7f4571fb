#include "client/closing.h"

#include <utility>

namespace buzzer::client {

std::optional<std::string> Closing::begin(std::uint16_t code, std::string_view reason) {
  if (std::exchange(sent_, true)) return std::nullopt;
  return close_payload(code, reason);
}

std::optional<std::string> Closing::answer(std::uint16_t code) {
  received_ = true;
  if (std::exchange(sent_, true)) return std::nullopt;
  return code == close_code::kNoCode ? std::string() : close_payload(code, "");
}

Lingering::Lingering(base::EventLoop& loop, std::unique_ptr<base::Connection> connection, std::string unsent, Role own,
                     base::Duration most_wait, std::function<void()> on_done)
    : own_(own),
      connection_(std::move(connection)),
      unsent_(std::move(unsent)),
      on_done_(std::move(on_done)),
      timer_(loop.call_after(most_wait, [this] { done(); })) {
  connection_->set_handler(*this);
  connection_->set_reading(true);
  write();
}

void Lingering::write() {
  const std::span<const std::uint8_t> rest{reinterpret_cast<const std::uint8_t*>(unsent_.data()) + sent_,
                                           unsent_.size() - sent_};
  if (!rest.empty()) sent_ += connection_->write(rest);
  // A client leaves it to the server to end first, so that the port that then stays reserved for a while is not its
  // own.
  if (sent_ == unsent_.size() && own_ == Role::kServer && !std::exchange(finished_, true))
    connection_->finish_writing();
}

void Lingering::done() {
  timer_.reset();
  connection_.reset();
  // The call may destroy this.
  const auto on_done = std::exchange(on_done_, nullptr);
  on_done();
}

void Closer::take(std::unique_ptr<base::Connection> connection, std::string unsent) {
  if (lingering_.size() >= options_.most_connections) lingering_.pop_front();
  const auto place = lingering_.insert(lingering_.end(), nullptr);
  *place = std::make_unique<Lingering>(loop_, std::move(connection), std::move(unsent), Role::kServer,
                                       options_.most_wait, [this, place] { lingering_.erase(place); });
}

}  // namespace buzzer::client
