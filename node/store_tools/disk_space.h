// Whether there is room for new stores beside the present ones.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace buzzer::store_tools {

struct SpaceNeed {
  std::uint64_t bytes = 0;  // on all disks together, at most
  std::string missing;      // which disk has too little, for a person; empty: none
};

// `present` and `coming`: the stores of the nodes 0, 1, 2 ... before and after. A new store is taken to need twice what
// its shards have now, as tables are merged while it is filled, and its log. Of the coming ones the folders need not be
// there.
[[nodiscard]] SpaceNeed space_to_reshard(const std::vector<std::filesystem::path>& present,
                                         const std::vector<std::filesystem::path>& coming);

// Bytes that the coming stores need, by node.
[[nodiscard]] std::vector<std::uint64_t> needed_by_node(const std::vector<std::uint64_t>& present_bytes,
                                                        std::uint32_t nodes);

}  // namespace buzzer::store_tools
