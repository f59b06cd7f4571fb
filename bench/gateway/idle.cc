// What a session costs that does nothing: resident memory of the node for each of 10,000.
//
//   gateway_idle [--repetitions=N] [--seconds=S]   (three repetitions at most; no measure takes a time)
//
// Users and, for JSON, tokens are made before, so that the store does not grow meanwhile: a JSON session authenticates
// with its token, a text session logs in. Each has a user of its own. JSON: just connected; logged in; with a
// subscription to the home feed. Text: just connected; logged in, which subscribes. Each protocol has a new node, and
// the measures of a protocol are of the same sessions, one after the other, each of all that there is by then.
#include <algorithm>
#include <string>

#include "bench/gateway/audience.h"
#include "bench/gateway/grid_process.h"
#include "bench/options.h"
#include "bench/sample.h"

namespace buzzer::bench {
namespace {

constexpr int kMostRepetitions = 3;
constexpr std::size_t kSessions = 10'000;
constexpr std::size_t kOtherDescriptors = 200;
constexpr std::size_t kAtOnce = 400;  // connections that are being made, of those the system lets wait 1,024

std::string user(std::size_t number) { return "user" + std::to_string(number); }

class Idle {
 public:
  Idle(BenchLoop& bench, Protocol protocol)
      : bench_(bench),
        protocol_(protocol),
        sessions_(std::min(kSessions, bench.most_descriptors() - kOtherDescriptors)) {
    make_users();
    before_ = grid_.resident();
  }

  void connect() {
    while (clients_.size() < sessions_) {
      clients_.push_back(std::make_unique<LoadClient>(bench_.services(), grid_.client_ports()[0],
                                                      std::vector<std::string>{}, deliveries_, protocol_));
      if (clients_.size() % kAtOnce == 0 || clients_.size() == sessions_) await_ready(bench_, clients_, "connections");
    }
    report("connected");
  }

  void log_in() {
    const std::size_t at_once = protocol_ == Protocol::kJson ? kAtOnce : kConnectingAtOnce;
    all_execute(at_once, [this](std::size_t number) {
      return protocol_ == Protocol::kJson ? R"("type":"authenticate","token":")" + tokens_[number] + '"'
                                          : "login " + user(number) + " pw";
    });
    report("logged in");
  }

  void subscribe() {
    all_execute(kAtOnce, [](std::size_t number) {
      return R"("type":"subscribe","feed":{"kind":"home","of":")" + user(number) + "\"}";
    });
    report("with its home feed");
  }

 private:
  void make_users() {
    for (std::size_t number = 0; number < sessions_;) {
      std::vector<std::unique_ptr<LoadClient>> makers;
      for (; makers.size() < kConnectingAtOnce && number < sessions_; ++number) {
        const std::string who = credentials(user(number));
        std::vector<std::string> script{R"("type":"register",)" + who};
        if (protocol_ == Protocol::kJson) script.push_back(R"("type":"login",)" + who);
        makers.push_back(
            std::make_unique<LoadClient>(bench_.services(), grid_.client_ports()[0], std::move(script), deliveries_));
      }
      await_ready(bench_, makers, "users");
      for (const auto& maker : makers) tokens_.push_back(maker->token());
    }
  }

  template <class Request>
  void all_execute(std::size_t at_once, const Request& request) {
    for (std::size_t number = 0; number < sessions_; ++number) {
      clients_[number]->execute({request(number)});
      if ((number + 1) % at_once == 0 || number + 1 == sessions_) await_ready(bench_, clients_, "sessions");
    }
  }

  void report(const char* state) {
    Sample sample;
    sample.measure = std::string(protocol_ == Protocol::kJson ? "JSON session, " : "text session, ") + state;
    sample.value = (grid_.resident() - before_) / static_cast<double>(sessions_);
    sample.unit = "bytes";
    sample.also = {{"sessions", static_cast<double>(sessions_)}};
    sample.aim = "4 KiB";
    print(sample);
  }

  BenchLoop& bench_;
  const Protocol protocol_;
  const std::size_t sessions_;
  const GridProcess grid_{1};
  Deliveries deliveries_;
  std::vector<std::string> tokens_;  // by user; empty for those of text sessions
  double before_ = 0;                // resident
  std::vector<std::unique_ptr<LoadClient>> clients_;
};

}  // namespace
}  // namespace buzzer::bench

int main(int argc, char** argv) {
  using namespace buzzer::bench;
  const auto options = parse_options(argc, argv);
  if (!options) return 2;
  BenchLoop bench;
  for (int i = 0; i < std::min(options->repetitions, kMostRepetitions); ++i) {
    {
      Idle json(bench, Protocol::kJson);
      json.connect();
      json.log_in();
      json.subscribe();
    }
    Idle text(bench, Protocol::kText);
    text.connect();
    text.log_in();
  }
  return 0;
}
