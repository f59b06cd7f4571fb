// For callbacks that may come when whoever they are for is gone. A member of their owner, the last one.
#pragma once

#include <memory>
#include <utility>

namespace buzzer::grid {

// One thread.
class Here {
 public:
  // Calls the function only while this is there.
  template <class Function>
  [[nodiscard]] auto while_here(Function function) const {
    return [here = std::weak_ptr<const char>(here_), function = std::move(function)](auto&&... arguments) {
      if (!here.expired()) function(std::forward<decltype(arguments)>(arguments)...);
    };
  }

 private:
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace buzzer::grid
