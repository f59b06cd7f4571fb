#include "node/tool_commands.h"

#include <CLI/CLI.hpp>

#include "base/ids.h"
#include "node/cli_checks.h"
#include "node/reshard_command.h"
#include "node/store_command.h"

namespace buzzer::node {

struct ToolCommands::Definitions {
  CLI::App* store = nullptr;
  CLI::App* accept_loss = nullptr;
  CLI::App* check = nullptr;
  StoreCommand on_store;
  CLI::App* reshard = nullptr;
  ReshardCommand on_grid;
};

ToolCommands::ToolCommands(CLI::App& app) : definitions_(std::make_unique<Definitions>()) {
  Definitions& all = *definitions_;
  all.store = app.add_subcommand("store", "Looks after the store of a node that is not running.");
  all.store->require_subcommand(1);
  const auto with_store = [&](CLI::App* command) {
    command->add_option("folder", all.on_store.folder, "the store, as the node's refusal names it: <run folder>/store")
        ->required();
    command->add_flag("--json", all.on_store.json, "tell the result as one JSON object");
    return command;
  };
  all.accept_loss = with_store(all.store->add_subcommand(
      "accept-loss",
      "Gives up what a damaged store has lost, for good, so that its node starts again with what is left. A backup is\n"
      "better, where there is one. Tells what was kept and what was lost. Ends with 0 if the store can be opened now, "
      "with\n"
      "1 if too little is left, with 3 if it could not begin: there is no store, its node runs, the disk fails."));
  all.check = with_store(all.store->add_subcommand(
      "check",
      "Reads all of a store, its files and every entry, and tells what is damaged or does not fit together. Changes\n"
      "nothing. Ends with 0 if nothing is wrong, with 1 if something is, with 3 if it could not look: there is no "
      "store,\n"
      "its node runs, the disk fails."));
  all.reshard = app.add_subcommand(
      "reshard",
      "Gives a grid that is not running another number of nodes, by moving whole shards between their stores. Can be\n"
      "interrupted at any moment and run again: until then none of its nodes starts. Ends with 0 when it is done, with "
      "1\n"
      "if a store is damaged, with 3 if it could not be done: a node runs, a store is missing, there is no space.");
  all.reshard->add_option("folder", all.on_grid.folder, "the grid's, with node-0, node-1, ... in it: run/<grid>")
      ->required();
  all.reshard->add_option("--to", all.on_grid.to, "how many nodes the grid shall have")
      ->required()
      ->check(whole_number(1, base::kMaxGridSize));
  all.reshard->add_flag("--plan", all.on_grid.plan, "only tell what would be done, and how much space that needs");
  all.reshard->add_flag("--json", all.on_grid.json, "tell the result as one JSON object");
}

ToolCommands::~ToolCommands() = default;

std::string ToolCommands::called() const {
  const Definitions& all = *definitions_;
  if (all.accept_loss->parsed()) return "store accept-loss";
  if (all.check->parsed()) return "store check";
  if (all.reshard->parsed()) return "reshard";
  return all.store->parsed() ? "store" : "";
}

int ToolCommands::run(std::ostream& out, std::ostream& err) const {
  const Definitions& all = *definitions_;
  if (all.accept_loss->parsed()) return accept_loss(all.on_store, out, err);
  if (all.reshard->parsed()) return reshard_grid(all.on_grid, out, err);
  return check_store(all.on_store, out, err);
}

}  // namespace buzzer::node
