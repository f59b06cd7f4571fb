#include "base/asio_transport.h"

#include <sys/socket.h>

#include <array>
#include <optional>
#include <utility>

#include <asio/connect.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>

#include "base/check.h"

namespace buzzer::base {
namespace {

using asio::ip::tcp;

constexpr int kListenBacklog = 1024;
// How long to leave accept() alone after it failed, for instance for want of descriptors.
constexpr auto kAcceptPause = std::chrono::milliseconds(100);
// What one connection may read in a turn before the others have theirs.
constexpr int kReadsPerTurn = 4;

// One buffer for all reads of a thread: bytes are handed on before the next read.
std::span<std::uint8_t> read_buffer() {
  thread_local std::array<std::uint8_t, 64 * 1024> buffer;
  return buffer;
}

// The part of a connection that pending Asio operations keep alive; its owner, AsioConnection, detaches the handler.
struct Stream final : std::enable_shared_from_this<Stream> {
  explicit Stream(tcp::socket connected) : socket(std::move(connected)) {}

  void made() {
    asio::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(tcp::no_delay(true), ignored);
    const tcp::endpoint peer = socket.remote_endpoint(ignored);
    peer_name = to_string(Endpoint{peer.address().to_string(), peer.port()});
    loopback = base::is_loopback(peer.address().to_string());
    open = true;
  }

  void dial(const Endpoint& endpoint, Resolver& resolver) {
    peer_name = to_string(endpoint);
    asio::error_code not_an_address;
    const asio::ip::address address = asio::ip::make_address(endpoint.host, not_an_address);
    if (!not_an_address) {
      socket.async_connect({address, endpoint.port},
                           [self = shared_from_this()](const asio::error_code& error) { self->dialled(error); });
      return;
    }
    question = resolver.ask(
        endpoint.host, [this, port = endpoint.port](const std::vector<std::string>& addresses, const std::string& why) {
          resolved(addresses, port, why);
        });
  }

  // The question goes with the connection, so the stream is there; what is told may end both.
  void resolved(const std::vector<std::string>& addresses, std::uint16_t port, const std::string& why) {
    const auto self = shared_from_this();
    std::vector<tcp::endpoint> endpoints;
    for (const std::string& text : addresses) {
      asio::error_code not_an_address;
      const asio::ip::address address = asio::ip::make_address(text, not_an_address);
      if (!not_an_address) endpoints.emplace_back(address, port);
    }
    if (endpoints.empty()) return end("cannot find the host's address: " + why);
    candidates = std::move(endpoints);
    asio::async_connect(socket, candidates,
                        [self](const asio::error_code& failure, const tcp::endpoint&) { self->dialled(failure); });
  }

  void dialled(const asio::error_code& error) {
    if (!handler) return;
    if (error) return end("cannot connect: " + error.message());
    made();
    handler->on_connected();
    wait_for_bytes();
  }

  void wait_for_bytes() {
    if (!handler || !open || !reading || waiting_for_bytes) return;
    waiting_for_bytes = true;
    socket.async_wait(tcp::socket::wait_read, [self = shared_from_this()](const asio::error_code&) {
      self->waiting_for_bytes = false;
      self->read();
    });
  }

  void read() {
    for (int i = 0; i < kReadsPerTurn && handler && open && reading; ++i) {
      const auto buffer = read_buffer();
      asio::error_code error;
      const std::size_t size = socket.read_some(asio::buffer(buffer.data(), buffer.size()), error);
      if (error == asio::error::would_block || error == asio::error::try_again) break;
      if (error == asio::error::eof) return end("closed by peer");
      if (error) return end(error.message());
      handler->on_bytes(buffer.first(size));
      if (size < buffer.size()) break;
    }
    wait_for_bytes();
  }

  std::size_t write(std::span<const std::uint8_t> bytes) {
    if (!open || waiting_for_room) return 0;
    asio::error_code error;
    const std::size_t taken = socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
    // What broke is told when it is read, after the bytes that came before it.
    if (error && error != asio::error::would_block && error != asio::error::try_again) {
      broken = true;
      return bytes.size();
    }
    if (taken < bytes.size()) wait_for_room();
    return taken;
  }

  void wait_for_room() {
    waiting_for_room = true;
    socket.async_wait(tcp::socket::wait_write, [self = shared_from_this()](const asio::error_code&) {
      self->waiting_for_room = false;
      if (self->handler && self->open) self->handler->on_writable();
    });
  }

  void end(const std::string& reason) {
    open = false;
    if (handler) std::exchange(handler, nullptr)->on_end(reason);
  }

  tcp::socket socket;
  std::unique_ptr<Resolver::Question> question;  // while the host's address is looked for
  std::vector<tcp::endpoint> candidates;
  ConnectionHandler* handler = nullptr;  // null once the owner is gone or the end was told
  std::string peer_name;
  bool loopback = false;
  bool open = false;
  bool broken = false;
  bool reading = true;
  bool waiting_for_bytes = false;
  bool waiting_for_room = false;
};

class AsioConnection final : public Connection {
 public:
  explicit AsioConnection(std::shared_ptr<Stream> stream) : stream_(std::move(stream)) {}
  ~AsioConnection() override {
    stream_->handler = nullptr;
    stream_->open = false;
    asio::error_code ignored;
    stream_->question.reset();
    stream_->socket.close(ignored);
  }

  void set_handler(ConnectionHandler& handler) override {
    stream_->handler = &handler;
    stream_->wait_for_bytes();
  }
  std::size_t write(std::span<const std::uint8_t> bytes) override { return stream_->write(bytes); }
  [[nodiscard]] bool is_broken() const override { return stream_->broken; }
  void finish_writing() override {
    asio::error_code ignored;
    stream_->socket.shutdown(tcp::socket::shutdown_send, ignored);
  }
  void set_reading(bool on) override {
    stream_->reading = on;
    stream_->wait_for_bytes();
  }
  [[nodiscard]] const std::string& peer_name() const override { return stream_->peer_name; }
  [[nodiscard]] bool is_loopback() const override { return stream_->loopback; }

  [[nodiscard]] OwnedSocket release() {
    if (!stream_->open) return {};
    // What waits for the socket hears that it is taken back, and then finds the stream closed.
    stream_->handler = nullptr;
    stream_->open = false;
    asio::error_code error;
    const int descriptor = stream_->socket.release(error);
    return OwnedSocket(error ? -1 : descriptor);
  }

 private:
  std::shared_ptr<Stream> stream_;
};

// The protocol of a socket from elsewhere; none if it is no TCP socket of the internet.
std::optional<tcp> protocol_of(const OwnedSocket& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  if (::getpeername(socket.descriptor(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  if (address.ss_family == AF_INET) return tcp::v4();
  if (address.ss_family == AF_INET6) return tcp::v6();
  return std::nullopt;
}

}  // namespace

class AsioTransport::Acceptor final : public std::enable_shared_from_this<Acceptor> {
 public:
  Acceptor(asio::io_context& context, std::size_t spare_descriptors, AcceptCallback on_accept)
      : acceptor_(context), pause_(context), spare_descriptors_(spare_descriptors), on_accept_(std::move(on_accept)) {}

  Result<void> listen(const Endpoint& endpoint) {
    asio::error_code error;
    const asio::ip::address address = asio::ip::make_address(endpoint.host, error);
    if (error) return fail("cannot listen on " + to_string(endpoint) + ": the host must be an address");
    const tcp::endpoint local(address, endpoint.port);
    acceptor_.open(local.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(local, error);
    if (!error) acceptor_.listen(kListenBacklog, error);
    if (error) return fail("cannot listen on " + to_string(endpoint) + ": " + error.message());
    return {};
  }

  void accept() {
    if (!has_spare_descriptors(spare_descriptors_)) return accept_later();
    acceptor_.async_accept([self = shared_from_this()](const asio::error_code& error, tcp::socket socket) {
      if (!self->acceptor_.is_open()) return;
      if (error) return self->accept_later();
      auto stream = std::make_shared<Stream>(std::move(socket));
      stream->made();
      self->on_accept_(std::make_unique<AsioConnection>(std::move(stream)));
      self->accept();
    });
  }

  void close() {
    asio::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  }

 private:
  void accept_later() {
    pause_.expires_after(kAcceptPause);
    pause_.async_wait([self = shared_from_this()](const asio::error_code&) {
      if (self->acceptor_.is_open()) self->accept();
    });
  }

  tcp::acceptor acceptor_;
  asio::steady_timer pause_;
  const std::size_t spare_descriptors_;
  AcceptCallback on_accept_;
};

AsioTransport::AsioTransport(AsioEventLoop& loop, std::size_t spare_descriptors)
    : loop_(loop), spare_descriptors_(spare_descriptors), resolver_(loop) {}

AsioTransport::~AsioTransport() {
  for (const auto& acceptor : acceptors_) acceptor->close();
}

Result<void> AsioTransport::listen(const Endpoint& endpoint, AcceptCallback on_accept) {
  auto acceptor = std::make_shared<Acceptor>(loop_.context(), spare_descriptors_, std::move(on_accept));
  if (auto listening = acceptor->listen(endpoint); !listening) return listening;
  acceptor->accept();
  acceptors_.push_back(std::move(acceptor));
  return {};
}

std::unique_ptr<Connection> AsioTransport::dial(const Endpoint& endpoint, ConnectionHandler& handler) {
  auto stream = std::make_shared<Stream>(tcp::socket(loop_.context()));
  stream->handler = &handler;
  stream->dial(endpoint, resolver_);
  return std::make_unique<AsioConnection>(std::move(stream));
}

std::unique_ptr<Connection> AsioTransport::adopt(OwnedSocket socket, int send_buffer) {
  const std::optional<tcp> protocol = protocol_of(socket);
  if (!protocol) return nullptr;
  tcp::socket adopted(loop_.context());
  asio::error_code error;
  adopted.assign(*protocol, socket.descriptor(), error);
  if (error) return nullptr;
  static_cast<void>(socket.take());
  asio::error_code ignored;
  if (send_buffer > 0) adopted.set_option(tcp::socket::send_buffer_size(send_buffer), ignored);
  auto stream = std::make_shared<Stream>(std::move(adopted));
  stream->made();
  return std::make_unique<AsioConnection>(std::move(stream));
}

OwnedSocket AsioTransport::release(std::unique_ptr<Connection> connection) {
  auto* const ours = dynamic_cast<AsioConnection*>(connection.get());
  BUZZER_CHECK(ours != nullptr);
  return ours->release();
}

}  // namespace buzzer::base
