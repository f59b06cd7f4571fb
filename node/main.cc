#include <google/protobuf/stubs/logging.h>

#include "node/cli.h"

int main(int argc, char** argv) {
  // It would write to standard error, on the thread that parses, for each text of a stranger's that is no UTF-8.
  google::protobuf::SetLogHandler(nullptr);
  return buzzer::node::run_command_line(argc, argv);
}
