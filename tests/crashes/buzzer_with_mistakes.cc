// A node that makes a mistake on purpose, to see that the tests which kill nodes find it:
//   buzzer_with_mistakes acknowledge-before-sync node --id 0 ...
#include <cstdio>
#include <map>
#include <string>

#include "base/planted_mistakes.h"
#include "node/cli.h"

namespace {

using buzzer::base::Mistake;

// Those that can be planted in the files which this program has anew (CMakeLists.txt).
const std::map<std::string, Mistake> kMistakes = {
    {"acknowledge-before-sync", Mistake::kAcknowledgeBeforeSync},
    {"written-not-synced", Mistake::kWrittenNotSynced},
    {"key-not-in-batch", Mistake::kKeyNotInBatch},
    {"ack-before-effect", Mistake::kAckBeforeEffect},
    {"hand-over-before-sync", Mistake::kHandOverBeforeSync},
    {"row-dropped-at-resend", Mistake::kRowDroppedAtResend},
};

}  // namespace

int main(int argc, char** argv) {
  const auto found = argc > 1 ? kMistakes.find(argv[1]) : kMistakes.end();
  if (found == kMistakes.end()) {
    std::fprintf(stderr, "usage: buzzer_with_mistakes <mistake> node <options>; the mistakes are:\n");
    for (const auto& [name, mistake] : kMistakes) std::fprintf(stderr, "  %s\n", name.c_str());
    return 2;
  }
  buzzer::base::planted_mistake = found->second;
  return buzzer::node::run_command_line(argc - 1, argv + 1);
}
