#include "bench/gateway/load_client.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "base/check.h"

namespace buzzer::bench {
namespace {

[[noreturn]] void give_up(std::string_view why) {
  std::fprintf(stderr, "the node did not do as it should: %.*s\n", static_cast<int>(why.size()), why.data());
  std::exit(1);
}

// The digits behind these words; 0 if the words are not there.
std::uint64_t number_behind(std::string_view text, std::string_view words) {
  const std::size_t at = text.find(words);
  if (at == std::string_view::npos) return 0;
  std::uint64_t number = 0;
  std::from_chars(text.data() + at + words.size(), text.data() + text.size(), number);
  return number;
}

}  // namespace

LoadClient::LoadClient(const client::WebSocketServices& services, std::uint16_t port, std::vector<std::string> script,
                       Deliveries& deliveries)
    : loop_(services.loop), deliveries_(deliveries), script_(std::move(script)) {
  client::WebSocketOptions options;
  options.server = {"127.0.0.1", port};
  options.subprotocols = {"buzzer.v1.json"};
  options.handshake_timeout = std::chrono::seconds(60);
  auto client = client::WebSocketClient::dial(services, std::move(options), *this);
  if (!client) give_up(client.error().message);
  client_ = *std::move(client);
}

void LoadClient::on_open(std::string_view /*subprotocol*/) { send_next(); }

void LoadClient::send_next() {
  if (next_ == script_.size()) {
    ready_ = true;
    script_ = {};
    return;
  }
  const std::string request = "{\"id\":" + std::to_string(++last_id_) + ',' + script_[next_++] + '}';
  if (!client_->send(request)) give_up("a request cannot be sent");
}

void LoadClient::post(std::string_view text, std::function<void()> done) {
  const std::uint64_t id = ++last_id_;
  posts_.emplace_back(id, std::move(done));
  const std::string request =
      "{\"id\":" + std::to_string(id) + R"(,"type":"post","text":")" + std::string(text) + "\"}";
  if (!client_->send(request)) give_up("a post cannot be sent");
}

void LoadClient::on_message(std::string_view text) {
  constexpr std::string_view kPush = R"({"type":"push")";
  constexpr std::string_view kAnswer = R"({"id":)";
  if (text.substr(0, kPush.size()) == kPush) return pushed(text);
  if (text.substr(0, kAnswer.size()) != kAnswer) return;  // welcome, marks
  if (text.find(R"("type":"error")") != std::string_view::npos) give_up(text);
  if (!ready_) return send_next();
  const std::uint64_t id = number_behind(text, kAnswer);
  for (auto& post : posts_) {
    if (post.first != id) continue;
    const auto done = std::move(post.second);
    post = std::move(posts_.back());
    posts_.pop_back();
    return done();
  }
}

void LoadClient::pushed(std::string_view text) {
  const std::uint64_t number = number_behind(text, R"("text":")");
  if (number == 0) return;  // a follow
  ++deliveries_.count;
  if (last_number_ != 0 && number != last_number_ + 1) ++deliveries_.out_of_order;
  last_number_ = number;
  if (!deliveries_.wants_times) return;
  deliveries_.last = loop_.now();
  const auto took = deliveries_.last - deliveries_.sent[number];
  deliveries_.took_ms.push_back(std::chrono::duration<float, std::milli>(took).count());
}

void LoadClient::on_closed(std::uint16_t code, std::string_view reason) {
  give_up("it closed a connection with " + std::to_string(code) + ' ' + std::string(reason));
}

}  // namespace buzzer::bench
