// std::visit with one lambda for each alternative.
#pragma once

namespace buzzer::base {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

}  // namespace buzzer::base
