// A small WebSocket server that sends every message back: the server's side of client/ on any transport.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>

#include "base/event_loop.h"
#include "base/transport.h"
#include "client/closing.h"
#include "client/frame_reader.h"
#include "client/handshake.h"

namespace buzzer::client {

class EchoServer {
 public:
  explicit EchoServer(base::EventLoop& loop) : closer_(loop) {}
  EchoServer(const EchoServer&) = delete;
  EchoServer& operator=(const EchoServer&) = delete;

  [[nodiscard]] base::Transport::AcceptCallback on_accept() {
    return [this](std::unique_ptr<base::Connection> connection) {
      const auto place = sessions_.insert(sessions_.end(), nullptr);
      *place = std::make_unique<Session>(*this, place, std::move(connection));
    };
  }

  // Closes all sessions from this end.
  void close_all(std::uint16_t code, std::string_view reason) {
    for (const auto& session : sessions_) session->close(code, reason);
  }
  // Drops all connections without a word.
  void drop_all() { sessions_.clear(); }
  // Sends bytes as they are to every session.
  void send_raw(std::string_view bytes) {
    for (const auto& session : sessions_) session->put(bytes);
  }

  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }
  [[nodiscard]] std::size_t lingering() const { return closer_.size(); }

  std::vector<std::uint16_t> closed_with;  // the codes of sessions whose close frames have both passed

 private:
  class Session;
  using Place = std::list<std::unique_ptr<Session>>::iterator;

  class Session final : public base::ConnectionHandler {
   public:
    Session(EchoServer& server, Place place, std::unique_ptr<base::Connection> connection)
        : server_(server), place_(place), connection_(std::move(connection)) {
      connection_->set_handler(*this);
    }

    void close(std::uint16_t code, std::string_view reason) {
      if (const auto payload = closing_.begin(code, reason)) put_frame(Opcode::kClose, *payload);
    }

    void put(std::string_view bytes) {
      out_ += bytes;
      on_writable();
    }

   private:
    void on_bytes(std::span<const std::uint8_t> bytes) override {
      auto input = bytes;
      if (!upgraded_ && !upgrade(input)) return;
      while (const auto event = reader_.next(input)) {
        switch (event->kind) {
          case Event::Kind::kText:
            put_frame(Opcode::kText, event->payload);
            break;
          case Event::Kind::kBinary:
            put_frame(Opcode::kBinary, event->payload);
            break;
          case Event::Kind::kPing:
            put_frame(Opcode::kPong, event->payload);
            break;
          case Event::Kind::kPong:
            break;
          case Event::Kind::kClose:
            server_.closed_with.push_back(event->code);
            if (const auto payload = closing_.answer(event->code)) put_frame(Opcode::kClose, *payload);
            return leave();
          case Event::Kind::kFailure:
            close(event->code, event->payload);
            return leave();
        }
      }
    }

    bool upgrade(std::span<const std::uint8_t>& input) {
      const auto whole = head_.read(input);
      if (!whole || !*whole) return false;
      const auto head = parse_head(head_.text());
      if (!head) return false;
      constexpr std::string_view kSpoken[] = {"buzzer.v1.json"};
      const auto verdict = judge_upgrade({"GET", 1, 1, HeaderList(head->headers)}, kSpoken);
      if (!verdict.is_accepted()) return false;
      put(upgrade_answer(verdict));
      return upgraded_ = true;
    }

    void put_frame(Opcode opcode, std::string_view payload) {
      append_frame({true, opcode, 0, {}}, payload, out_);
      on_writable();
    }

    void on_writable() override {
      if (out_.empty()) return;
      out_.erase(0, connection_->write({reinterpret_cast<const std::uint8_t*>(out_.data()), out_.size()}));
    }

    void on_end(std::string_view /*reason*/) override { server_.sessions_.erase(place_); }

    // Destroys this.
    void leave() {
      server_.closer_.take(std::move(connection_), std::move(out_));
      server_.sessions_.erase(place_);
    }

    EchoServer& server_;
    const Place place_;
    std::unique_ptr<base::Connection> connection_;
    bool upgraded_ = false;
    HeadReader head_;
    FrameReader reader_{Role::kServer};
    Closing closing_;
    std::string out_;
  };

  std::list<std::unique_ptr<Session>> sessions_;
  Closer closer_;
};

}  // namespace buzzer::client
