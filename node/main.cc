#include "node/cli.h"

int main(int argc, char** argv) { return buzzer::node::run_command_line(argc, argv); }
