// Host names to addresses, without ever waiting: the system's resolver may hang for many seconds, so each look-up runs
// on a thread of its own that nobody waits for, not even when the process stops.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/event_loop.h"

namespace buzzer::base {

// Belongs to one loop's thread. At most one look-up per name is under way; what it found is used for kFreshFor.
class Resolver {
 public:
  // The addresses as text, or none and why. Once, on the loop's thread, never from within the call.
  using Callback = std::function<void(const std::vector<std::string>& addresses, const std::string& error)>;

  // Forgets the question when destroyed; the look-up itself goes on, for whoever asks next.
  class Question {
   public:
    explicit Question(std::shared_ptr<Callback> callback) : callback_(std::move(callback)) {}
    Question(const Question&) = delete;
    Question& operator=(const Question&) = delete;
    ~Question() { *callback_ = nullptr; }

   private:
    std::shared_ptr<Callback> callback_;
  };

  explicit Resolver(EventLoop& loop);
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver();

  [[nodiscard]] std::unique_ptr<Question> ask(const std::string& host, Callback callback);

 private:
  struct Names;
  std::shared_ptr<Names> names_;  // shared with the threads
};

}  // namespace buzzer::base
