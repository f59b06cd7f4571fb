#include "node/gateway/password_pool.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include <sodium.h>

#include "base/check.h"
#include "base/overloaded.h"

namespace buzzer::gateway {
namespace {

using proto::ErrorCode;

// Against a worker that is as busy this thread gets a tenth of a core.
constexpr int kNice = 10;

const Refusal kStopped{ErrorCode::kUnavailable, "this node stops: try another one", {}};
const Refusal kNoMemory{ErrorCode::kUnavailable, "this node has no memory for a password's hash: try again later", {}};

template <class Done, class Value>
void answer(base::EventLoop& loop, Done& done, Value value) {
  // Moved, so that what it holds ends on the asker's thread.
  loop.post([done = std::exchange(done, nullptr), value = std::move(value)]() mutable { done(std::move(value)); });
}

std::string initialised_decoy(const PasswordCost& cost) {
  BUZZER_CHECK(sodium_init() >= 0);
  return decoy_password(cost);
}

}  // namespace

PasswordPool::PasswordPool(const PasswordPoolOptions& options)
    : cost_(options.cost), most_waiting_(options.most_waiting), decoy_(initialised_decoy(options.cost)) {
  BUZZER_CHECK(is_kept_password(decoy_));  // otherwise nobody's could be verified
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "password");
    // On Linux that is the thread's own, and may always be lowered.
    (void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + kNice);
    run();
  });
}

PasswordPool::~PasswordPool() { stop(); }

void PasswordPool::hash(Password password, const Salt& salt, base::EventLoop& loop, Hashed done) {
  take({&loop, std::move(password), ToHash{salt, std::move(done)}});
}

void PasswordPool::verify(std::string kept, Password password, base::EventLoop& loop, Verified done) {
  if (!is_kept_password(kept)) kept = decoy_;
  take({&loop, std::move(password), ToVerify{std::move(kept), std::move(done)}});
}

void PasswordPool::take(Job job) {
  std::unique_lock lock(mutex_);
  if (stopping_) {
    lock.unlock();
    return refuse(job, kStopped);
  }
  if (waiting_.size() >= most_waiting_) {
    ++refused_;
    const Refusal later = come_again();
    lock.unlock();
    return refuse(job, later);
  }
  waiting_.push_back(std::move(job));
  lock.unlock();
  wake_.notify_one();
}

// When the queue will have been worked off.
Refusal PasswordPool::come_again() const {
  const auto all = last_took_ * (waiting_.size() + 1);
  const auto wait =
      std::max(std::chrono::duration_cast<std::chrono::milliseconds>(all), std::chrono::milliseconds(100));
  return {ErrorCode::kTooManyRequests, "too many register or log in at this node: try again later", wait};
}

void PasswordPool::refuse(Job& job, const Refusal& refusal) {
  std::visit(
      [&](auto& wanted) {
        using Value = std::conditional_t<std::is_same_v<std::decay_t<decltype(wanted)>, ToHash>, std::string, bool>;
        answer(*job.loop, wanted.done, Outcome<Value>(tl::unexpected(refusal)));
      },
      job.wanted);
}

void PasswordPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) break;
    Job job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    const auto began = std::chrono::steady_clock::now();
    work(job);
    const auto took = std::chrono::steady_clock::now() - began;
    lock.lock();
    last_took_ = took;
  }
  std::deque<Job> refused = std::move(waiting_);
  waiting_.clear();
  lock.unlock();
  for (Job& job : refused) refuse(job, kStopped);
}

void PasswordPool::work(Job& job) const {
  std::visit(base::Overloaded{[&](ToHash& wanted) {
                                auto kept = hash_password(job.password.view(), wanted.salt, cost_);
                                Outcome<std::string> outcome = tl::unexpected(kNoMemory);
                                if (kept) outcome = *std::move(kept);
                                answer(*job.loop, wanted.done, std::move(outcome));
                              },
                              [&](ToVerify& wanted) {
                                const auto same = verify_password(wanted.kept, job.password.view());
                                Outcome<bool> outcome = tl::unexpected(kNoMemory);
                                // Nobody knows the decoy's password; but "nobody" should not rest on luck.
                                if (same) outcome = *same && wanted.kept != decoy_;
                                answer(*job.loop, wanted.done, std::move(outcome));
                              }},
             job.wanted);
}

void PasswordPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

std::size_t PasswordPool::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

std::uint64_t PasswordPool::refused() const {
  const std::lock_guard lock(mutex_);
  return refused_;
}

}  // namespace buzzer::gateway
