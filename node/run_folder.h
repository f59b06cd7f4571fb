// What a running node keeps for those who look after it: its pid file, locked while it lives, and, readable by its
// owner alone, its control port and the token that opens it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/random.h"
#include "base/status.h"

namespace buzzer::node {

// Holds the folder for this process; lets go, and removes the pid file, when destroyed. A pid file that a dead process
// left behind is no obstacle: the lock died with it.
class RunFolder {
 public:
  // Makes the folder if needed. Fails if another node holds it, naming its pid, or if it cannot be written.
  [[nodiscard]] static base::Result<RunFolder> claim(std::filesystem::path folder, std::uint16_t control_port,
                                                     base::Random& random);

  // Likewise, for who only sees to it that no node uses the folder: leaves no token and no port.
  [[nodiscard]] static base::Result<RunFolder> hold(std::filesystem::path folder);

  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&&) = delete;
  ~RunFolder();

  // As destroying it, for a process that leaves without that.
  void let_go();

  // What `auth` on the control port must bring: 64 hexadecimal digits, new at each start. Of a claimed folder.
  [[nodiscard]] const std::string& token() const { return token_; }

 private:
  RunFolder(std::filesystem::path folder, int lock);

  std::filesystem::path folder_;
  int lock_;  // the open pid file; -1 once it has let go
  std::string token_;
};

}  // namespace buzzer::node
