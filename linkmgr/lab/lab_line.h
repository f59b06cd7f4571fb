// One line of the lab's wire between nodes. Pure.
//
//   line    = ( ping | message ) '\n'
//   ping    = "ping " id
//   message = "msg " id " " contents     id: of the sender, decimal without leading zeros
//                                        contents: 0 to 65,536 bytes, any but '\n'
//
// For example "msg 2 I'm actually a cat\n": node 2 broadcasts `I'm actually a cat`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/status.h"

namespace buzzer::linkmgr::lab {

inline constexpr std::size_t kMostContents = 64UL << 10;
// Before its '\n'.
inline constexpr std::size_t kMostLine = kMostContents + std::string_view("msg 63 ").size();

struct LabLine {
  enum class Kind { kPing, kMessage };

  Kind kind = Kind::kPing;
  base::NodeId sender;
  std::string_view contents;  // of a message: a part of the text that was parsed
};

// `text` is without its '\n'. What is wrong, of a line that is neither, is said in words of its own: nothing of the
// line is in it.
[[nodiscard]] tl::expected<LabLine, std::string_view> parse_lab_line(std::string_view text);

[[nodiscard]] std::string ping_line(base::NodeId sender);

// `contents` must keep to the grammar.
[[nodiscard]] std::string message_line(base::NodeId sender, std::string_view contents);

[[nodiscard]] bool are_contents(std::string_view text);

}  // namespace buzzer::linkmgr::lab
