// A clock for a RocksDB whose disk fails often: what would wait for a second waits for a millisecond.
#pragma once

#include <algorithm>

#include <rocksdb/system_clock.h>

namespace buzzer::store {

// Any thread.
class ImpatientClock final : public rocksdb::SystemClockWrapper {
 public:
  ImpatientClock() : SystemClockWrapper(rocksdb::SystemClock::Default()) {}

  [[nodiscard]] const char* Name() const override { return "buzzer.ImpatientClock"; }
  void SleepForMicroseconds(int micros) override { target_->SleepForMicroseconds(std::min(micros, 1000)); }
};

}  // namespace buzzer::store
