#include "python/unlocked.h"

#include <condition_variable>
#include <mutex>
#include <thread>

namespace buzzer::python {
namespace {

// Never destroyed: threads may wait here while the process ends.
struct Waits {
  std::mutex mutex;
  std::condition_variable changed;
  int waiting = 0;  // threads without the lock
  int staying = 0;  // of these
  bool ended = false;
  std::thread::id by;
};

Waits*& all_waits() {
  static auto* all = new Waits;
  return all;
}
Waits& waits() { return *all_waits(); }

}  // namespace

Unlocked::Unlocked() : state_(PyEval_SaveThread()) {
  const std::lock_guard lock(waits().mutex);
  ++waits().waiting;
}

Unlocked::~Unlocked() {
  {
    std::unique_lock lock(waits().mutex);
    if (waits().ended && waits().by != std::this_thread::get_id()) {
      ++waits().staying;
      waits().changed.notify_all();
      waits().changed.wait(lock, [] { return false; });
    }
  }
  PyEval_RestoreThread(state_);
  const std::lock_guard lock(waits().mutex);
  --waits().waiting;
  waits().changed.notify_all();
}

void end_waits() {
  PyThreadState* const state = PyEval_SaveThread();
  {
    std::unique_lock lock(waits().mutex);
    waits().ended = true;
    waits().by = std::this_thread::get_id();
    // Who has just come back still gets the lock, which is free now; the others' turns are short.
    waits().changed.wait(lock, [] { return waits().waiting == waits().staying; });
  }
  PyEval_RestoreThread(state);
}

void forget_waits() { all_waits() = new Waits; }

}  // namespace buzzer::python
