// A grid of real nodes for clients, each a process of its own on this machine's disk, and what it costs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "bench/core/work_folder.h"
#include "bench/node_process.h"

namespace buzzer::bench {

// Of all nodes together, in seconds since their start.
struct GridCpu {
  double total = 0;
  double core = 0;     // of the threads of the shards (steps of 10 ms)
  double gateway = 0;  // of the threads of the sessions (likewise)

  [[nodiscard]] GridCpu since(const GridCpu& before) const {
    return {total - before.total, core - before.core, gateway - before.gateway};
  }
  // How it is spread over threads, for a sample: each for so many of whatever was done.
  [[nodiscard]] std::map<std::string, double> spread(double count) const;
};

class GridProcess {
 public:
  // Starts the nodes and waits until each serves and sees all the others; gives up (bench_loop.h) after minutes.
  explicit GridProcess(std::uint32_t nodes);

  // Where clients connect, by node.
  [[nodiscard]] const std::vector<std::uint16_t>& client_ports() const { return client_ports_; }
  [[nodiscard]] GridCpu cpu() const;
  // Resident memory of all nodes, in bytes.
  [[nodiscard]] double resident() const;
  // Bytes of the stores' write-ahead logs.
  [[nodiscard]] double log_bytes() const;
  // For what a part keeps beside the stores; on the same disk.
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  WorkFolder folder_;
  std::vector<std::uint16_t> client_ports_;
  std::vector<std::filesystem::path> stores_;
  std::vector<std::unique_ptr<NodeProcess>> nodes_;
};

}  // namespace buzzer::bench
