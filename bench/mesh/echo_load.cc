#include "bench/mesh/echo_load.h"

#include "base/check.h"
#include "bench/gateway/figures.h"

namespace buzzer::bench {

EchoLoad::EchoLoad(const EchoOptions& options, base::MonotonicTime now)
    : in_flight_(options.in_flight), begun_(now), until_(now + options.lasting), sent_(options.in_flight) {}

std::size_t EchoLoad::send(std::size_t messages, base::MonotonicTime now) {
  for (std::size_t i = 0; i < messages; ++i) sent_[next_++ % in_flight_] = now;
  return messages;
}

std::size_t EchoLoad::came(std::size_t echoes, base::MonotonicTime now) {
  BUZZER_CHECK(returned_ + echoes <= next_);
  for (std::size_t i = 0; i < echoes; ++i) {
    took_us_.push_back(std::chrono::duration<float, std::micro>(now - sent_[returned_++ % in_flight_]).count());
  }
  if (now < until_) return send(echoes, now);
  last_ = now;
  done_ = returned_ == next_;
  return 0;
}

EchoFigures EchoLoad::figures(double cpu_seconds) {
  BUZZER_CHECK(done_);
  const auto count = static_cast<double>(took_us_.size());
  EchoFigures figures;
  figures.per_second = count / std::chrono::duration<double>(last_ - begun_).count();
  figures.cpu_s_per_million = cpu_seconds / count * 1e6;
  figures.p50_us = percentile(took_us_, 0.5);
  figures.p99_us = percentile(took_us_, 0.99);
  return figures;
}

}  // namespace buzzer::bench
