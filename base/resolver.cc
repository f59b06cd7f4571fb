#include "base/resolver.h"

#include <netdb.h>
#include <netinet/in.h>

#include <array>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace buzzer::base {
namespace {

constexpr Duration kFreshFor = std::chrono::seconds(10);

struct Answer {
  std::vector<std::string> addresses;
  std::string error;
};

Answer look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return {{}, ::gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
  Answer answer;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(one->ai_addr, one->ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) == 0) {
      answer.addresses.emplace_back(text.data());
    }
  }
  return answer;
}

}  // namespace

// `loop` is null once the resolver is gone; a thread that comes back then finds nobody to tell. All but `loop` and
// `mutex` is the loop's thread's own.
struct Resolver::Names {
  struct Name {
    bool under_way = false;
    MonotonicTime answered;
    Answer answer;
    std::vector<std::shared_ptr<Callback>> waiting;
  };

  void answered(const std::string& host, Answer answer) {
    Name& name = by_host[host];
    name.under_way = false;
    name.answer = std::move(answer);
    name.answered = now();
    tell(name);
  }
  static void tell(Name& name) {
    const Answer answer = name.answer;
    for (const auto& callback : std::exchange(name.waiting, {})) {
      if (*callback) std::exchange(*callback, nullptr)(answer.addresses, answer.error);
    }
  }
  [[nodiscard]] MonotonicTime now() const { return loop->now(); }

  std::mutex mutex;
  EventLoop* loop = nullptr;
  std::map<std::string, Name> by_host;
};

Resolver::Resolver(EventLoop& loop) : names_(std::make_shared<Names>()) { names_->loop = &loop; }

Resolver::~Resolver() {
  const std::lock_guard lock(names_->mutex);
  names_->loop = nullptr;
}

std::unique_ptr<Resolver::Question> Resolver::ask(const std::string& host, Callback callback) {
  auto asked = std::make_shared<Callback>(std::move(callback));
  Names::Name& name = names_->by_host[host];
  std::erase_if(name.waiting, [](const auto& waiting) { return *waiting == nullptr; });  // who gave up
  name.waiting.push_back(asked);
  const bool fresh = !name.answer.addresses.empty() && names_->now() - name.answered < kFreshFor;
  if (fresh) {
    names_->loop->post([weak = std::weak_ptr(names_), host] {
      if (const auto names = weak.lock()) Names::tell(names->by_host[host]);
    });
  } else if (!name.under_way) {
    name.under_way = true;
    std::thread([names = names_, host] {
      Answer answer = look_up(host);
      const std::lock_guard lock(names->mutex);
      if (names->loop == nullptr) return;
      names->loop->post([weak = std::weak_ptr(names), host, answer = std::move(answer)] {
        if (const auto there = weak.lock(); there != nullptr && there->loop != nullptr) there->answered(host, answer);
      });
    }).detach();
  }
  return std::make_unique<Question>(std::move(asked));
}

}  // namespace buzzer::base
