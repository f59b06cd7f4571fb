#include "bench/gateway/load_client.h"

#include <charconv>
#include <optional>

#include "base/check.h"
#include "bench/gateway/bench_loop.h"

namespace buzzer::bench {
namespace {

bool begins_with(std::string_view text, std::string_view words) { return text.substr(0, words.size()) == words; }

// What is behind these words; nothing if they are not there.
std::optional<std::string_view> behind(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + words.size());
}

// The digits at its beginning; 0 if there are none.
std::uint64_t number_of(std::string_view text) {
  std::uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

LoadClient::LoadClient(const client::WebSocketServices& services, std::uint16_t port, std::vector<std::string> script,
                       Deliveries& deliveries, Protocol protocol)
    : loop_(services.loop), deliveries_(deliveries), protocol_(protocol), script_(std::move(script)) {
  client::WebSocketOptions options;
  options.server = {"127.0.0.1", port};
  if (protocol == Protocol::kJson) options.subprotocols = {"buzzer.v1.json"};
  options.handshake_timeout = std::chrono::minutes(2);
  options.most_silence = std::chrono::minutes(10);
  auto client = client::WebSocketClient::dial(services, std::move(options), *this);
  if (!client) give_up(client.error().message);
  client_ = *std::move(client);
}

void LoadClient::on_open(std::string_view /*subprotocol*/) {
  if (protocol_ == Protocol::kText) send_next();  // nobody is welcomed there
}

void LoadClient::execute(std::vector<std::string> script) {
  BUZZER_CHECK(is_ready());
  ready_ = false;
  script_ = std::move(script);
  next_ = 0;
  send_next();
}

void LoadClient::send(std::string_view request) {
  if (!client_->send(request)) give_up("a request cannot be sent");
}

void LoadClient::send_next() {
  if (next_ == script_.size()) {
    ready_ = true;
    script_ = {};
    return;
  }
  const std::string& request = script_[next_++];
  if (protocol_ == Protocol::kText) return send(request);
  if (begins_with(request, R"("type":"subscribe")")) ++awaited_marks_;
  send("{\"id\":" + std::to_string(++last_id_) + ',' + request + '}');
}

void LoadClient::post(std::string_view text, std::function<void()> done) {
  const std::uint64_t id = ++last_id_;
  posts_.emplace_back(id, std::move(done));
  std::string request = "{\"id\":" + std::to_string(id) + R"(,"type":"post","text":")";
  request += text;
  request += "\"}";
  send(request);
}

void LoadClient::on_message(std::string_view text) {
  if (begins_with(text, R"({"type":"push")")) return pushed(text);
  if (begins_with(text, R"({"id":)") || protocol_ == Protocol::kText) return answered(text);
  if (begins_with(text, R"({"type":"welcome")")) return send_next();
  if (begins_with(text, R"({"type":"mark")")) {
    if (awaited_marks_ > 0) --awaited_marks_;
    return;
  }
  give_up(text);
}

void LoadClient::answered(std::string_view text) {
  const bool failed = protocol_ == Protocol::kText ? text != "OK" : behind(text, R"("type":"error")").has_value();
  if (failed) give_up(text);
  if (const auto token = behind(text, R"("token":")")) token_ = token->substr(0, token->find('"'));
  if (!ready_) return send_next();
  const std::uint64_t id = number_of(behind(text, R"({"id":)").value_or(""));
  for (auto& post : posts_) {
    if (post.first != id) continue;
    const auto done = std::move(post.second);
    post = std::move(posts_.back());
    posts_.pop_back();
    return done();
  }
  give_up("an answer to no request: " + std::string(text));
}

void LoadClient::pushed(std::string_view text) {
  const std::uint64_t number = number_of(behind(text, R"("text":")").value_or(""));
  if (number == 0) return;  // a follow
  if (last_numbers_.empty()) {
    for (std::size_t author = 0; author < deliveries_.authors; ++author) last_numbers_.push_back(author);
  }
  std::uint64_t& last = last_numbers_[number % deliveries_.authors];
  if (number != last + deliveries_.authors) {
    give_up("out of order: buzz " + std::to_string(number) + " was pushed after " + std::to_string(last) + " of " +
            std::to_string(deliveries_.authors) + " authors");
  }
  last = number;
  if (stalled_) {
    ++deliveries_.to_stalled;
    return;
  }
  ++deliveries_.count;
  deliveries_.bytes += text.size();
  if (!deliveries_.wants_times) return;
  const auto took = loop_.now() - deliveries_.sent[number];
  deliveries_.took_ms.push_back(std::chrono::duration<float, std::milli>(took).count());
}

void LoadClient::stall() {
  stalled_ = true;
  client_->set_reading(false);
}

void LoadClient::on_closed(std::uint16_t code, std::string_view reason) {
  if (!stalled_) give_up("the node closed a connection with " + std::to_string(code) + ' ' + std::string(reason));
  dropped_ = true;
}

}  // namespace buzzer::bench
