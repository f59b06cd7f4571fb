#include "python/blocking_websocket.h"

#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

#include "base/asio_event_loop.h"
#include "base/asio_transport.h"
#include "base/random.h"

namespace buzzer::python {
namespace {

// Handed to the thread and not yet to a connection.
constexpr std::size_t kMostUnsent = 1UL << 20;

// The thread of all connections of this process.
class Network {
 public:
  // Null in a process that was forked from one that had it.
  static Network* shared() {
    // Never destroyed: nothing could say when the last that Python holds is gone, and its thread ends with the process.
    static auto* network = new Network();
    return network->process_ == ::getpid() ? network : nullptr;
  }

  base::AsioEventLoop& loop() { return loop_; }
  client::WebSocketServices services() { return {loop_, transport_, random_}; }

 private:
  Network() {
    // Signals are for the interpreter's main thread.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread([this] { loop_.run(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  const pid_t process_ = ::getpid();
  base::AsioEventLoop loop_;
  base::AsioTransport transport_{loop_};
  base::SystemRandom random_;
};

}  // namespace

// One connection, seen from both sides: `client_`, `unsent_` and what is named in the network part belong to the
// network thread, what is below `mutex_` to whoever holds it.
class BlockingWebSocket::Socket final : public client::WebSocketHandler, public std::enable_shared_from_this<Socket> {
 public:
  Socket(Network& network, std::size_t most_messages, std::size_t most_bytes)
      : network_(network), most_messages_(most_messages), most_bytes_(most_bytes) {}

  // Any thread: has a member function of the network part called there.
  template <class Function>
  void post(Function function) {
    network_.loop().post([self = shared_from_this(), function = std::move(function)]() mutable { function(*self); });
  }

  // The network part. ------------------------------------------------------------------------------------------------

  void dial(client::WebSocketOptions options) {
    auto dialled = client::WebSocketClient::dial(network_.services(), std::move(options), *this);
    if (!dialled) return end({client::close_code::kAbnormal, dialled.error().message});
    client_ = *std::move(dialled);
  }

  void transmit(std::string text) {
    unsent_.push_back(std::move(text));
    on_writable();
  }

  void close(std::uint16_t code, std::string_view reason) {
    if (client_ != nullptr) client_->close(code, reason);
  }

  void drop() {
    if (client_ != nullptr) end({client::close_code::kAbnormal, "dropped"});
  }

  void update_reading() {
    bool wanted = false;
    {
      const std::lock_guard lock(mutex_);
      wanted = !stalled_ && !full_;
    }
    if (client_ != nullptr) client_->set_reading(wanted);
  }

  void on_open(std::string_view subprotocol) override {
    const std::lock_guard lock(mutex_);
    opened_ = true;
    subprotocol_ = subprotocol;
    changed_.notify_all();
  }

  void on_message(std::string_view text) override {
    bool now_full = false;
    {
      const std::lock_guard lock(mutex_);
      messages_.emplace_back(text);
      bytes_ += text.size();
      now_full = !full_ && (messages_.size() >= most_messages_ || bytes_ >= most_bytes_);
      full_ |= now_full;
      changed_.notify_all();
    }
    if (now_full) update_reading();
  }

  void on_writable() override {
    while (!unsent_.empty() && client_ != nullptr && client_->send(unsent_.front())) {
      const std::lock_guard lock(mutex_);
      unsent_bytes_ -= unsent_.front().size();
      unsent_.pop_front();
      changed_.notify_all();
    }
  }

  void on_closed(std::uint16_t code, std::string_view reason) override { end({code, std::string(reason)}); }

  // Any thread. ------------------------------------------------------------------------------------------------------

  bool wait_until_open(base::Duration most_wait) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, most_wait, [this] { return opened_ || ending_; });
    return opened_;
  }

  Sent send(std::string text, base::Duration most_wait) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, most_wait, [&] { return ending_ || unsent_bytes_ + text.size() <= kMostUnsent; });
      if (ending_ || !opened_) return Sent::kClosed;
      if (unsent_bytes_ + text.size() > kMostUnsent) return Sent::kNoRoom;
      unsent_bytes_ += text.size();
    }
    post([text = std::move(text)](Socket& self) mutable { self.transmit(std::move(text)); });
    return Sent::kTaken;
  }

  std::optional<std::string> receive(base::Duration most_wait) {
    std::string text;
    bool has_room = false;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, most_wait, [this] { return !messages_.empty() || ending_; });
      if (messages_.empty()) return std::nullopt;
      text = std::move(messages_.front());
      messages_.pop_front();
      bytes_ -= text.size();
      has_room = full_ && messages_.size() <= most_messages_ / 2 && bytes_ <= most_bytes_ / 2;
      if (has_room) full_ = false;
    }
    if (has_room) post([](Socket& self) { self.update_reading(); });
    return text;
  }

  void set_reading(bool on) {
    {
      const std::lock_guard lock(mutex_);
      stalled_ = !on;
    }
    post([](Socket& self) { self.update_reading(); });
  }

  bool is_open() {
    const std::lock_guard lock(mutex_);
    return opened_ && !ending_;
  }

  std::string subprotocol() {
    const std::lock_guard lock(mutex_);
    return subprotocol_;
  }

  std::size_t waiting() {
    const std::lock_guard lock(mutex_);
    return messages_.size();
  }

  std::optional<Ending> ending() {
    const std::lock_guard lock(mutex_);
    if (!messages_.empty()) return std::nullopt;
    return ending_;
  }

 private:
  // The network part.
  void end(Ending ending) {
    client_.reset();
    unsent_.clear();
    const std::lock_guard lock(mutex_);
    if (!ending_) ending_ = std::move(ending);
    changed_.notify_all();
  }

  Network& network_;
  const std::size_t most_messages_;
  const std::size_t most_bytes_;

  std::unique_ptr<client::WebSocketClient> client_;
  std::deque<std::string> unsent_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> messages_;
  std::size_t bytes_ = 0;         // of messages_
  std::size_t unsent_bytes_ = 0;  // on their way to client_
  bool opened_ = false;
  bool stalled_ = false;  // set_reading(false)
  bool full_ = false;     // as many wait as may
  std::string subprotocol_;
  std::optional<Ending> ending_;
};

base::Result<std::unique_ptr<BlockingWebSocket>> BlockingWebSocket::connect(BlockingOptions options) {
  Network* const network = Network::shared();
  if (network == nullptr)
    return base::fail("WebSockets of a forked process: its parent has the thread that serves them");
  auto socket = std::make_shared<Socket>(*network, options.most_messages, options.most_bytes);
  socket->post([wanted = std::move(options.socket)](Socket& self) { self.dial(wanted); });
  return std::unique_ptr<BlockingWebSocket>(new BlockingWebSocket(std::move(socket)));
}

BlockingWebSocket::~BlockingWebSocket() { drop(); }

bool BlockingWebSocket::wait_until_open(base::Duration most_wait) { return socket_->wait_until_open(most_wait); }

BlockingWebSocket::Sent BlockingWebSocket::send(std::string text, base::Duration most_wait) {
  return socket_->send(std::move(text), most_wait);
}

std::optional<std::string> BlockingWebSocket::receive(base::Duration most_wait) { return socket_->receive(most_wait); }

void BlockingWebSocket::close(std::uint16_t code, std::string reason) {
  socket_->post([code, why = std::move(reason)](Socket& self) { self.close(code, why); });
}

void BlockingWebSocket::drop() {
  socket_->post([](Socket& self) { self.drop(); });
}

void BlockingWebSocket::set_reading(bool on) { socket_->set_reading(on); }
bool BlockingWebSocket::is_open() const { return socket_->is_open(); }
std::string BlockingWebSocket::subprotocol() const { return socket_->subprotocol(); }
std::size_t BlockingWebSocket::waiting() const { return socket_->waiting(); }
std::optional<Ending> BlockingWebSocket::ending() const { return socket_->ending(); }

}  // namespace buzzer::python
