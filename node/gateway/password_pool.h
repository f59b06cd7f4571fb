// The password thread of a node: makes and verifies what is kept of passwords (password_hash.h), which is slow on
// purpose. One thread with a lower priority than all others and a bounded queue: however many people log in at once,
// posting goes on, and memory stays at one hash's 19 MiB.
//
// Whoever finds the queue full is refused with a hint when to come again. A pool that stops finishes the hash that it
// is at and refuses what waits.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <variant>

#include "base/event_loop.h"
#include "node/gateway/password.h"
#include "node/gateway/password_hash.h"
#include "node/gateway/refusal.h"

namespace buzzer::gateway {

struct PasswordPoolOptions {
  PasswordCost cost;              // less only in tests
  std::size_t most_waiting = 64;  // besides the one that is being worked on
};

class PasswordPool {
 public:
  using Hashed = std::function<void(Outcome<std::string>)>;
  using Verified = std::function<void(Outcome<bool>)>;

  explicit PasswordPool(const PasswordPoolOptions& options);
  // Stops.
  ~PasswordPool();
  PasswordPool(const PasswordPool&) = delete;
  PasswordPool& operator=(const PasswordPool&) = delete;

  // What is to be kept of a password. Callbacks come once, on `loop`, never from within the call; `loop` must outlive
  // the pool, or be served no more when it stops. `too_many_requests` when the queue is full, `unavailable` when the
  // pool has stopped or there is no memory. Any thread.
  void hash(Password password, const Salt& salt, base::EventLoop& loop, Hashed done);

  // Whether that is the password of which `kept` is kept. When nothing is, or something that is not of our form, the
  // answer is no, after the work of a verification at this pool's cost. Any thread.
  void verify(std::string kept, Password password, base::EventLoop& loop, Verified done);

  // From now on everybody is refused. Waits for the hash that is being made. Once or more, one thread at a time.
  void stop();

  // How many wait, for whoever watches the node. Any thread.
  [[nodiscard]] std::size_t waiting() const;
  // How many found the queue full so far. Any thread.
  [[nodiscard]] std::uint64_t refused() const;

 private:
  struct ToHash {
    Salt salt;
    Hashed done;
  };
  struct ToVerify {
    std::string kept;
    Verified done;
  };
  struct Job {
    base::EventLoop* loop;
    Password password;
    std::variant<ToHash, ToVerify> wanted;
  };

  void take(Job job);
  void run();
  void work(Job& job) const;
  static void refuse(Job& job, const Refusal& refusal);
  [[nodiscard]] Refusal come_again() const;

  const PasswordCost cost_;
  const std::size_t most_waiting_;
  const std::string decoy_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> waiting_;
  bool stopping_ = false;
  std::uint64_t refused_ = 0;
  std::chrono::nanoseconds last_took_{0};  // the last hash that was made

  std::thread thread_;
};

}  // namespace buzzer::gateway
