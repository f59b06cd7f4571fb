// Waiting without the interpreter's lock, also while the interpreter ends.
//
// A thread that wants the lock back once the interpreter is being taken down is ended from within that call, by
// unwinding its stack; C++ frames that must not throw end the whole process then (CPython's documentation of
// PyEval_RestoreThread; since 3.14 it stops such threads for ever instead). So a thread that waits here when the
// program is over stays here: end_waits(), which runs at exit, returns once each thread that waits is known to stay.
#pragma once

#include <pybind11/pybind11.h>

namespace buzzer::python {

// The lock is not held during its life.
class Unlocked {
 public:
  Unlocked();
  ~Unlocked();
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;

 private:
  PyThreadState* const state_;
};

// From now on no thread but this one comes back from a wait. With the lock held.
void end_waits();
// In a child that was forked: the threads that waited are not there, nor whoever may have held the lock on their
// number.
void forget_waits();

}  // namespace buzzer::python
