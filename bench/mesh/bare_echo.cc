#include "bench/mesh/bare_echo.h"

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include <asio/buffer.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include "bench/gateway/bench_loop.h"
#include "bench/gateway/figures.h"

namespace buzzer::bench {
namespace {

using asio::ip::tcp;

using Buffer = std::array<char, 64UL << 10>;

class Echoing {
 public:
  explicit Echoing(tcp::socket socket) : socket_(std::move(socket)) { read(); }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(buffer_), [this](const asio::error_code& error, std::size_t bytes) {
      if (!error) write(bytes);  // else the asking end has closed: the loop runs out of work
    });
  }
  void write(std::size_t bytes) {
    asio::async_write(socket_, asio::buffer(buffer_.data(), bytes),
                      [this](const asio::error_code& error, std::size_t /*written*/) {
                        if (!error) read();
                      });
  }

  tcp::socket socket_;
  Buffer buffer_;
};

class Asking {
 public:
  Asking(tcp::socket socket, const EchoOptions& options)
      : socket_(std::move(socket)),
        message_bytes_(options.message_bytes),
        messages_(options.message_bytes * options.in_flight, 'x'),
        load_(options, std::chrono::steady_clock::now()) {
    send(load_.begin(std::chrono::steady_clock::now()));
    read();
  }
  [[nodiscard]] EchoLoad& load() { return load_; }

 private:
  void read() {
    socket_.async_read_some(asio::buffer(buffer_), [this](const asio::error_code& error, std::size_t bytes) {
      if (error) give_up("the bare echo has ended");
      unfinished_ += bytes;
      const std::size_t echoes = unfinished_ / message_bytes_;
      unfinished_ %= message_bytes_;
      if (echoes > 0) send(load_.came(echoes, std::chrono::steady_clock::now()));
      if (!load_.is_done()) return read();
      socket_.close();
    });
  }
  void send(std::size_t messages) {
    to_send_ += messages;
    if (writing_ || to_send_ == 0) return;
    writing_ = true;
    const std::size_t bytes = std::exchange(to_send_, 0) * message_bytes_;
    asio::async_write(socket_, asio::buffer(messages_.data(), bytes),
                      [this](const asio::error_code& error, std::size_t /*written*/) {
                        if (error) give_up("the bare echo cannot be written to");
                        writing_ = false;
                        send(0);
                      });
  }

  tcp::socket socket_;
  const std::size_t message_bytes_;
  const std::string messages_;  // as many as may be under way
  std::size_t to_send_ = 0;
  bool writing_ = false;
  std::size_t unfinished_ = 0;  // bytes of an echo that has not come as a whole
  Buffer buffer_;
  EchoLoad load_;
};

}  // namespace

EchoFigures run_bare_echo(const EchoOptions& options) {
  const double cpu_before = own_cpu_seconds();
  asio::io_context echoing_context;
  asio::io_context asking_context;
  tcp::acceptor acceptor(echoing_context, {asio::ip::address_v4::loopback(), 0});
  tcp::socket asking_socket(asking_context);
  asking_socket.connect(acceptor.local_endpoint());
  tcp::socket echoing_socket = acceptor.accept();
  for (tcp::socket* socket : {&asking_socket, &echoing_socket}) socket->set_option(tcp::no_delay(true));

  Echoing echoing(std::move(echoing_socket));
  std::thread thread([&] { echoing_context.run(); });
  Asking asking(std::move(asking_socket), options);
  asking_context.run();
  thread.join();
  return asking.load().figures(own_cpu_seconds() - cpu_before);
}

}  // namespace buzzer::bench
