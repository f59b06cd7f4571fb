#include "node/control/control_session.h"

#include <utility>

#include "base/http_request_line.h"
#include "base/overloaded.h"
#include "base/secret.h"

namespace buzzer::control {
namespace {

std::string join_ids(const std::vector<base::NodeId>& ids) {
  std::string text;
  for (const base::NodeId id : ids) text += (text.empty() ? "" : ",") + std::to_string(id.value());
  return text;
}

std::string join_messages(const std::deque<std::string>& messages) {
  std::string text = "messages ";
  bool first = true;
  for (const std::string& message : messages) {
    if (!std::exchange(first, false)) text += ',';
    text += message;
  }
  return text;
}

}  // namespace

ControlSession::ControlSession(std::unique_ptr<base::Connection> connection, const std::string& token,
                               ControlTarget& target, ControlSessionEvents& events)
    : connection_(std::move(connection)), token_(token), target_(target), events_(events) {}

void ControlSession::on_bytes(std::span<const std::uint8_t> bytes) {
  lines_.append(bytes);
  go_on();
}

void ControlSession::on_writable() {
  write_unread();
  go_on();
}

void ControlSession::write_unread() {
  const std::string_view waiting = std::string_view(unread_).substr(unread_start_);
  unread_start_ += connection_->write({reinterpret_cast<const std::uint8_t*>(waiting.data()), waiting.size()});
  if (unread_start_ == unread_.size() && unread_.capacity() > kMostUnread) {
    std::string().swap(unread_);  // one large answer must not be paid for as long as the master stays
    unread_start_ = 0;
    return;
  }
  // Cut off only once it is the larger part, so that no byte is moved more often than written.
  if (unread_start_ <= unread_.size() / 2) return;
  unread_.erase(0, unread_start_);
  unread_start_ = 0;
}

void ControlSession::on_end(std::string_view /*reason*/) { close(); }

void ControlSession::close() {
  if (std::exchange(closed_, true)) return;
  const auto self = shared_from_this();  // on_closed() drops what may be the last other reference
  connection_.reset();
  long_command_.reset();
  events_.on_closed(*this);
}

void ControlSession::go_on() {
  const auto self = shared_from_this();
  while (!closed_ && !busy_ && unread_bytes() <= kMostUnread) {
    const auto line = lines_.next();
    if (!line) break;
    take_line(*line);
  }
  if (closed_) return;
  // With answers still waiting, the peer's end of sending must not be read: it would end the session, and them.
  connection_->set_reading(!busy_ && unread_bytes() == 0);
}

void ControlSession::take_line(const base::Line& line) {
  // A first line that is too long may be a request as well: its text is lost.
  if (std::exchange(first_line_, false) && (line.too_long || base::is_http_request(line.text))) return close();
  if (line.too_long) return answer("error line too long: the limit is " + std::to_string(kMostLineBytes) + " bytes");
  ControlCommand command = parse_command(line.text);
  if (!authorized_ && !open_to_all(command)) return answer("error not authorized");
  execute(std::move(command));
}

template <class... Arguments>
std::function<void(Arguments...)> ControlSession::when_done(std::function<void(Arguments...)> then) {
  busy_ = true;
  return [weak = weak_from_this(), then = std::move(then)](Arguments... arguments) {
    const auto self = weak.lock();
    if (self == nullptr || self->closed_) return;
    self->busy_ = false;
    then(std::move(arguments)...);
    self->go_on();
  };
}

void ControlSession::execute(ControlCommand&& command) {
  using Done = std::function<void(base::Result<void>)>;
  using Marked = std::function<void(base::Result<std::vector<base::NodeId>>)>;
  using Told = std::function<void(std::string)>;
  std::visit(
      base::Overloaded{
          [&](const Get&) {
            // Of a master that has left, many such commands may still wait; the log is not put together for nobody.
            if (connection_->is_broken()) return;
            events_.make_room(*this);
            answer(join_messages(target_.messages()));
          },
          [&](const Alive&) { answer("alive " + join_ids(target_.alive())); },
          [&](Broadcast& broadcast) { target_.broadcast(std::move(broadcast.text)); },
          [&](const Auth& auth) {
            authorized_ = authorized_ || base::secrets_equal(auth.token, token_);
            answer(base::secrets_equal(auth.token, token_) ? "ok" : "error wrong token");
          },
          [&](const Status&) { target_.status(when_done(Told([this](const std::string& json) { answer(json); }))); },
          [&](const BlockPeer& block) {
            target_.block(block,
                          when_done(Done([this](const base::Result<void>& done) { answer_result("block", done); })));
          },
          [&](const UnblockPeer& unblock) {
            target_.unblock(
                unblock, when_done(Done([this](const base::Result<void>& done) { answer_result("unblock", done); })));
          },
          [&](const Mark&) {
            target_.mark(when_done(Marked([this](const base::Result<std::vector<base::NodeId>>& marked) {
              answer(marked ? "marked " + join_ids(*marked) : "error mark: " + marked.error().message);
            })));
          },
          [&](Wish& wish) { execute_wish(std::move(wish.command)); },
          [&](const Read& read) {
            target_.query(
                read.query,
                when_done(std::function<void(proto::Answer)>(
                    [this, query = read.query](const proto::Answer& told) { answer(format_answer(query, told)); })));
          },
          [&](const HomeOf& home) {
            const auto found = target_.home_of(home.user);
            answer("home " + std::to_string(found.node.value()) + " shard " + std::to_string(found.shard.value()));
          },
          [&](const Settle& settle) {
            long_command_ = target_.settle(settle.most, when_done(Done([this](const base::Result<void>& done) {
                                             answer(done ? "settled" : "error not_settled: " + done.error().message);
                                           })));
          },
          [&](const TraceBuzz& trace) {
            long_command_ = target_.trace(trace, when_done(Told([this](const std::string& line) { answer(line); })));
          },
          [&](const AuditGrid& audit) {
            long_command_ = target_.audit(audit, when_done(Told([this](const std::string& line) { answer(line); })));
          },
          [&](const Stop&) {
            answer("ok");
            target_.stop();
          },
          [&](const Rejected& rejected) { answer(rejected.answer); },
      },
      command);
}

void ControlSession::execute_wish(proto::Command&& command) {
  auto told = [this, command](const proto::Reply& reply) { answer(format_reply(command, reply)); };
  target_.execute(std::move(command), when_done(std::function<void(proto::Reply)>(std::move(told))));
}

void ControlSession::answer_result(const char* command, const base::Result<void>& result) {
  answer(result ? "ok" : "error " + std::string(command) + ": " + result.error().message);
}

void ControlSession::answer(std::string_view line) {
  const bool behind = unread_bytes() > 0;
  unread_ += line;
  unread_ += '\n';
  if (!behind) write_unread();
}

}  // namespace buzzer::control
