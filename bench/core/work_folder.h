// Where a part keeps its stores: a folder of its own in the current one, so that the disk is that of the checkout and
// not one in memory; and the options of nodes that live there.
#pragma once

#include <cstdint>
#include <filesystem>

#include "node/node_options.h"

namespace buzzer::bench {

// Removed at the end with all that is in it.
class WorkFolder {
 public:
  WorkFolder();
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  ~WorkFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Complete options of node `id` of a grid, with a run folder below `folder`. Grids of different sizes may run side by
// side: they have other ports.
[[nodiscard]] node::NodeOptions node_options(const std::filesystem::path& folder, std::uint32_t id,
                                             std::uint32_t nodes);

}  // namespace buzzer::bench
