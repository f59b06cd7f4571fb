#include "bench/core/await.h"

#include <cstdlib>
#include <future>
#include <iostream>
#include <memory>

namespace buzzer::bench {

void await_on(base::EventLoop& loop, const std::function<void(std::function<void()>)>& begin,
              std::chrono::seconds most) {
  const auto promise = std::make_shared<std::promise<void>>();
  auto future = promise->get_future();
  loop.post([&begin, promise] { begin([promise] { promise->set_value(); }); });
  if (future.wait_for(most) == std::future_status::ready) return;
  std::cerr << "what the bench waits for did not come in time\n";
  std::abort();
}

base::Duration to_duration(double seconds) {
  return std::chrono::duration_cast<base::Duration>(std::chrono::duration<double>(seconds));
}

}  // namespace buzzer::bench
