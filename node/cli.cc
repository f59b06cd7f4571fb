#include "node/cli.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "node/cli_checks.h"
#include "node/exit_codes.h"
#include "node/grid_key.h"
#include "node/inspect_command.h"
#include "node/node.h"
#include "node/node_options.h"
#include "node/tool_commands.h"

namespace buzzer::node {
namespace {

constexpr const char* kEnvironmentPrefix = "BUZZER_NODE_";

// --heartbeat-interval -> BUZZER_NODE_HEARTBEAT_INTERVAL
std::string environment_name(const std::string& option) {
  std::string name = kEnvironmentPrefix;
  for (const char c : option) name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

// One of a few words, each standing for a value.
template <class Value>
CLI::Option* add_choice(CLI::App& app, const std::string& name, Value& target, const char* what,
                        const std::map<std::string, Value>& choices) {
  std::string allowed;
  for (const auto& [word, value] : choices) allowed += (allowed.empty() ? "" : ", ") + word;
  const CLI::Validator check(
      [choices, allowed](const std::string& given) {
        return choices.count(given) > 0 ? std::string() : "Value " + given + " is none of " + allowed;
      },
      "{" + allowed + "}");
  const auto set = [choices, &target](const std::string& given) { target = choices.at(given); };
  return app.add_option_function<std::string>(name, set, what)->check(check);
}

// The environment wins over the file, while CLI11 asks the environment only for what the file leaves open.
class FileBelowEnvironment final : public CLI::ConfigTOML {
 public:
  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> found = CLI::ConfigTOML::from_config(input);
    std::erase_if(found, [](const CLI::ConfigItem& item) {
      if (item.parents != std::vector<std::string>{"node"}) return false;
      const char* value = std::getenv(environment_name(item.name).c_str());
      return value != nullptr && *value != '\0';
    });
    return found;
  }
};

CLI::Validator buzz_id() {
  return {[](const std::string& given) {
            std::uint64_t number = 0;
            const char* end = given.data() + given.size();
            const auto [stopped, error] = std::from_chars(given.data(), end, number);
            return error == std::errc{} && stopped == end && number != 0 ? std::string()
                                                                         : "Value " + given + " is no buzz's id";
          },
          "ID"};
}

CLI::Option* with_environment(CLI::Option* option) {
  return option->envname(environment_name(option->get_lnames().front()));
}

void add_identity(CLI::App& app, NodeOptions& options) {
  const std::string ids = "0 to " + std::to_string(base::kMaxGridSize - 1);
  with_environment(app.add_option("--id", options.id, "this node's number in its grid, " + ids)
                       ->required()
                       ->check(whole_number(0, base::kMaxGridSize - 1)));
  with_environment(app.add_option("--grid-size", options.grid_size, "how many nodes the grid has, running or not")
                       ->required()
                       ->check(whole_number(1, base::kMaxGridSize)));
  with_environment(app.add_option("--grid", options.grid, "the grid's name; nodes of another grid are refused")
                       ->capture_default_str());
  with_environment(
      app.add_option("--run-folder", options.run_folder, "where pid, token and data are kept [run/<grid>/node-<id>]"));
  with_environment(app.add_flag("--ephemeral", options.ephemeral, "keep all data in memory only"));
}

void add_network(CLI::App& app, NodeOptions& options) {
  const CLI::Validator port = whole_number(1, 65535);
  with_environment(app.add_option("--bind", options.bind,
                                  "the address to listen on for other nodes; leaving loopback "
                                  "needs a --grid-key-file")
                       ->capture_default_str());
  with_environment(
      app.add_option("--mesh-port", options.mesh_port, "where other nodes connect [3000 + id]")->check(port));
  with_environment(
      app.add_option("--control-port", options.control_port, "where a master connects, on 127.0.0.1 [10000 + id]")
          ->check(port));
  with_environment(
      app.add_option("--client-port", options.client_port, "where clients connect, on 127.0.0.1 [8080 + id]")
          ->check(port));
  with_environment(app.add_flag("--no-clients", options.no_clients, "serve no HTTP and no WebSocket"));
  with_environment(app.add_option("--room-port", options.room_port,
                                  "where TCP clients of the chat room connect, on 127.0.0.1 [4000 + id]")
                       ->check(port));
  with_environment(app.add_flag("--no-room", options.no_room, "serve no TCP clients of the chat room"));
  with_environment(app.add_option("--web-root", options.web_root, "the folder of the web client, served at /"));
  with_environment(app.add_option("--static-root", options.static_root, "a folder to serve below /static/"));
  with_environment(
      app.add_option("--host-name", options.host_names,
                     "a name by which clients may call this node, besides its own addresses; once for each")
          ->delimiter(','));
  with_environment(app.add_option("--client-url", options.client_urls,
                                  "where clients reach a node, for those who look for another one: id=url, once for "
                                  "each [of this node: ws://127.0.0.1:<client port>/ws]")
                       ->delimiter(','));
  with_environment(
      app.add_flag("--public-grid", options.public_grid, "tell clients that are not logged in how the grid is, too"));
  with_environment(app.add_flag("--test-echo", options.echo,
                                "for tests alone: /echo is a WebSocket that says back what it is told"));
  with_environment(app.add_flag("--test-cheap-passwords", options.cheap_passwords,
                                "for tests alone: passwords are easily guessed by whoever gets hold of the store"));
  with_environment(app.add_option("--test-lose-unsynced", options.lose_unsynced,
                                  "for tests alone: a kill takes from the store what was not synced, as a power cut "
                                  "does; the number chooses how much")
                       ->check(whole_number(1, std::numeric_limits<std::uint32_t>::max())));
  with_environment(app.add_option("--peer", options.peers,
                                  "where another node is: id=host:port, once for each [127.0.0.1:(3000 + id)]")
                       ->delimiter(','));
  with_environment(app.add_option("--grid-key-file", options.grid_key_file,
                                  "the key that all nodes of the grid share: 64 hexadecimal digits in a file that only "
                                  "its owner can read [grid.key beside the run folder, made at first start]"));
  with_environment(add_choice<linkmgr::LinkEncryption>(
      app, "--link-encryption", options.encryption, "encrypt links that leave loopback, or all [auto]",
      {{"auto", linkmgr::LinkEncryption::kOffLoopback}, {"always", linkmgr::LinkEncryption::kAlways}}));
  with_environment(
      add_choice<linkmgr::LinkFormat>(app, "--link-format", options.link_format,
                                      "what the nodes speak among themselves, all the same; lab: lines, so that other "
                                      "makers' nodes can be in the grid, "
                                      "for the room alone and on loopback [buzzer]",
                                      {{"buzzer", linkmgr::LinkFormat::kBuzzer}, {"lab", linkmgr::LinkFormat::kLab}}));
}

void add_behaviour(CLI::App& app, NodeOptions& options) {
  with_environment(
      app.add_option("--heartbeat-interval", options.heartbeat_interval_ms, "milliseconds between heartbeats")
          ->check(whole_number(10, 10'000))
          ->capture_default_str());
  with_environment(app.add_option("--heartbeat-timeout", options.heartbeat_timeout_ms,
                                  "milliseconds of silence after which a peer is down")
                       ->check(whole_number(30, 60'000))
                       ->capture_default_str());
  with_environment(add_choice<base::LogLevel>(app, "--log-level", options.log_level,
                                              "the least level that is logged [info]",
                                              {{"trace", base::LogLevel::kTrace},
                                               {"debug", base::LogLevel::kDebug},
                                               {"info", base::LogLevel::kInfo},
                                               {"warn", base::LogLevel::kWarn},
                                               {"error", base::LogLevel::kError}}));
  with_environment(add_choice<base::LogFormat>(app, "--log-format", options.log_format,
                                               "lines for people, or JSON lines [text]",
                                               {{"text", base::LogFormat::kText}, {"json", base::LogFormat::kJson}}));
}

// How many bytes the character at `at` has if it is UTF-8 beyond ASCII and no control character; otherwise 0.
std::size_t utf8_length(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  const auto in = [](unsigned value, unsigned least, unsigned most) { return value >= least && value <= most; };
  const auto tail = [&](std::size_t i) { return in(byte(i), 0x80, 0xbf); };
  const unsigned first = byte(0);
  const unsigned second = byte(1);
  if (in(first, 0xc2, 0xdf)) return in(second, first == 0xc2 ? 0xa0 : 0x80, 0xbf) ? 2 : 0;
  if (in(first, 0xe0, 0xef)) {
    return in(second, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf) && tail(2) ? 3 : 0;
  }
  if (!in(first, 0xf0, 0xf4)) return 0;
  return in(second, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf) && tail(2) && tail(3) ? 4 : 0;
}

// What was given may be anything: no more of it than a line's worth, and nothing that a terminal would obey.
int bad_option(std::string message, const std::string& subcommand = "node") {
  constexpr std::size_t kMostShown = 400;
  if (message.size() > kMostShown) message = message.substr(0, kMostShown) + "...";
  for (std::size_t at = 0; at < message.size();) {
    const auto c = static_cast<unsigned char>(message[at]);
    const std::size_t length = c < 0x80 ? 1 : utf8_length(message, at);
    if (length == 0) message[at] = '?';
    if (c < 0x20 || c == 0x7f) message[at] = ' ';
    at += std::max<std::size_t>(length, 1);
  }
  std::fprintf(stderr, "buzzer: %s\nTry: buzzer %s --help\n", message.c_str(), subcommand.c_str());
  return kExitBadOption;
}

// CLI11 misses what is required before it finds what is unknown; the latter is what the user mistyped.
std::string missing_or_unknown(const CLI::App& app, const std::string& missing) {
  std::string unknown;
  for (const std::string& word : app.remaining(true)) unknown += (unknown.empty() ? "" : " ") + word;
  return unknown.empty() ? missing : "no such option or subcommand: " + unknown;
}

// A misspelt variable would otherwise be an option silently not set.
base::Result<void> check_environment(const CLI::App& app) {
  std::set<std::string> known;
  for (const CLI::Option* option : app.get_options()) known.insert(option->get_envname());
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string variable = *entry;
    const std::string name = variable.substr(0, variable.find('='));
    if (name.rfind(kEnvironmentPrefix, 0) == 0 && known.count(name) == 0) {
      return base::fail(name + ": no such option in the environment");
    }
  }
  return {};
}

// What can be asked of a grid that runs.
struct InspectCommands {
  InspectOptions options;
  std::uint64_t id = 0;
  const CLI::App* trace = nullptr;
  const CLI::App* audit = nullptr;
};

void add_inspect_commands(CLI::App& app, InspectCommands& commands) {
  CLI::App* trace = app.add_subcommand(
      "trace",
      "Tells where a buzz went: where it was committed, which shards were owed it, which have taken it and when, to\n"
      "which subscriptions it was pushed, what is still on its way.");
  trace->add_option("id", commands.id, "the buzz")->required()->check(buzz_id());
  CLI::App* audit = app.add_subcommand(
      "audit",
      "Proves, over the whole grid, that what was owed has been delivered, and names what is broken. The grid may be "
      "in\n"
      "use meanwhile. Ends with 0 if that is so, with 1 if something is broken, with 3 if it could not be proven:\n"
      "something is still on its way, a node has not answered, or none could be asked.");
  for (CLI::App* command : {trace, audit}) {
    command->add_option("--grid", commands.options.grid, "the grid, whose nodes are looked for in run/<grid>")
        ->capture_default_str();
    command->add_option("--run-folder", commands.options.run_folder,
                        "of the node to be asked [the first of the grid that answers]");
    command->add_flag("--json", commands.options.json, "one line of JSON (docs/protocols/control-port.md)");
  }
  commands.trace = trace;
  commands.audit = audit;
}

int run_checked(const CLI::App& node, NodeOptions options, bool check_only) {
  if (auto known = check_environment(node); !known) return bad_option(known.error().message);
  auto completed = complete(std::move(options));
  if (!completed) return bad_option(completed.error().message);
  if (!completed->make_grid_key) {
    if (const auto key = load_grid_key(completed->grid_key_file); !key) {
      return bad_option("--grid-key-file: " + key.error().message);
    }
  }
  if (check_only) {
    std::cout << to_config_text(*completed);
    return 0;
  }
  return run_node(*completed);
}

}  // namespace

int run_command_line(int argc, char** argv) {
  CLI::App app("Buzzer: a real-time microblog that runs as a grid of nodes.", "buzzer");
  app.set_version_flag("--version", "buzzer " BUZZER_VERSION);
  app.require_subcommand(1);
  NodeOptions options;
  bool check_only = false;
  CLI::App* node = app.add_subcommand(
      "node",
      "Runs one node of a grid until SIGTERM, SIGINT or `stop` on its control port.\n\n"
      "A grid of three on this machine, each command in a terminal of its own:\n"
      "  buzzer node --id 0 --grid-size 3\n"
      "  buzzer node --id 1 --grid-size 3\n"
      "  buzzer node --id 2 --grid-size 3\n"
      "(or all at once: scripts/up.sh)\n\n"
      "Each option can also stand in the file named with --config, as `id = 0` under [node], and in the environment,\n"
      "as BUZZER_NODE_ID. The command line wins over the environment, the environment over the file.");
  add_identity(*node, options);
  add_network(*node, options);
  add_behaviour(*node, options);
  node->add_flag("--check-config", check_only, "print the options as they would be used, and exit")
      ->configurable(false);
  app.set_config("--config", "", "a file with options: TOML, those of a node under [node]");
  app.config_formatter(std::make_shared<FileBelowEnvironment>());
  app.allow_config_extras(CLI::config_extras_mode::error);
  node->fallthrough();
  const ToolCommands tools(app);
  InspectCommands inspect;
  add_inspect_commands(app, inspect);
  const auto subcommand = [&]() -> std::string {
    for (const char* name : {"trace", "audit"}) {
      if (app.got_subcommand(name)) return name;
    }
    return tools.called().empty() ? "node" : tools.called();
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& request) {
    return app.exit(request);
  } catch (const CLI::ConfigError& error) {
    return bad_option(std::string("the file named with --config: unknown or malformed key (") + error.what() + ")");
  } catch (const CLI::FileError& error) {
    return bad_option(std::string("--config: ") + error.what());
  } catch (const CLI::ConversionError& error) {  // only of flags: all else is checked before
    return bad_option(error.what() + std::string(": expected true or false"));
  } catch (const CLI::RequiredError& error) {
    return bad_option(missing_or_unknown(app, error.what()), subcommand());
  } catch (const CLI::ParseError& error) {
    return bad_option(error.what(), subcommand());
  }
  try {
    if (inspect.trace->parsed()) return trace_buzz(inspect.options, inspect.id, std::cout, std::cerr);
    if (inspect.audit->parsed()) {
      return audit_grid(inspect.options, ::isatty(STDERR_FILENO) != 0, std::cout, std::cerr);
    }
    if (!tools.called().empty()) return tools.run(std::cout, std::cerr);
    return run_checked(*node, std::move(options), check_only);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "buzzer: %s\n", error.what());
    return kExitWrong;
  }
}

}  // namespace buzzer::node
