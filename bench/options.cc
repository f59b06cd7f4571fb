#include "bench/options.h"

#include <iostream>

#include <CLI/CLI.hpp>

namespace buzzer::bench {

std::optional<Options> parse_options(int argc, char** argv) {
  Options options;
  CLI::App app("One part of a bench: prints samples as lines of JSON.");
  app.add_option("--repetitions", options.repetitions, "of each measure")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds, "about how long one repetition takes")->check(CLI::Range(0.001, 600.0));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    app.exit(error, std::cerr, std::cerr);
    return std::nullopt;
  }
  return options;
}

}  // namespace buzzer::bench
