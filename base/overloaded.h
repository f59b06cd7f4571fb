// std::visit with one lambda for each alternative.
#pragma once

namespace buzzer::base {

template <class... Functions>
struct overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
overloaded(Functions...) -> overloaded<Functions...>;

}  // namespace buzzer::base
