#include <optional>
#include <string>
#include <utility>

#include <pybind11/stl.h>

#include "node/kernel/queries.h"
#include "node/kernel/text.h"
#include "python/model.h"
#include "python/native.h"

namespace py = pybind11;

namespace buzzer::python {
namespace {

using proto::Command;

// Whose command, and its key.
Command keyed(const std::string& account, const std::string& key, std::int64_t key_created_ms) {
  Command command;
  command.set_account(account);
  command.set_key(key);
  command.set_key_created_ms(key_created_ms);
  return command;
}

Command register_account(const std::string& account, const std::string& key, std::int64_t created,
                         const std::string& name) {
  Command command = keyed(account, key, created);
  command.mutable_register_account()->set_name(name);
  return command;
}

Command post_buzz(const std::string& account, const std::string& key, std::int64_t created, const std::string& text) {
  Command command = keyed(account, key, created);
  command.mutable_post_buzz()->set_text(text);
  return command;
}

Command edit_buzz(const std::string& account, const std::string& key, std::int64_t created, std::uint64_t id,
                  const std::string& text) {
  Command command = keyed(account, key, created);
  command.mutable_edit_buzz()->set_id(id);
  command.mutable_edit_buzz()->set_text(text);
  return command;
}

Command delete_buzz(const std::string& account, const std::string& key, std::int64_t created, std::uint64_t id) {
  Command command = keyed(account, key, created);
  command.mutable_delete_buzz()->set_id(id);
  return command;
}

std::unique_ptr<Model> make_model(int shard) {
  if (shard < 0 || shard >= static_cast<int>(base::kShardCount)) {
    throw py::value_error("a shard is 0 to " + std::to_string(base::kShardCount - 1) + ", not " +
                          std::to_string(shard));
  }
  return std::make_unique<Model>(base::ShardId(static_cast<std::uint8_t>(shard)));
}

// The entry's bytes (none: nothing changes) and the reply.
std::pair<py::bytes, proto::Reply> told(const kernel::Decision& decision) {
  const auto& entry = decision.entry;
  const auto& reply = decision.reply;
  if (entry.events_size() == 0) return {py::bytes(), reply};
  return {py::bytes(entry.SerializeAsString()), reply};
}

template <class Record>
std::optional<Record> copied(const Record* record) {
  if (record == nullptr) return std::nullopt;
  return *record;
}

std::optional<proto::Account> account(Model& model, const std::string& name) {
  if (!kernel::is_name(name)) return std::nullopt;
  return copied(model.state().account(kernel::lower_name(name)));
}

std::pair<std::vector<proto::Buzz>, bool> author_feed(Model& model, const std::string& author,
                                                      std::optional<std::pair<std::int64_t, std::uint64_t>> beyond,
                                                      bool newer, std::size_t limit) {
  std::optional<kernel::FeedPlace> from;
  if (beyond) from = kernel::FeedPlace{beyond->first, base::BuzzId(beyond->second)};
  const auto direction = newer ? kernel::Direction::kNewer : kernel::Direction::kOlder;
  auto page = kernel::author_feed(model.state(), author, from, direction, limit);
  return {std::move(page.buzzes), page.more};
}

std::pair<std::vector<proto::Account>, bool> users_by_prefix(Model& model, const std::string& prefix,
                                                             const std::string& after, std::size_t limit) {
  auto page = kernel::users_by_prefix(model.state(), prefix, after, limit);
  return {std::move(page.users), page.more};
}

}  // namespace

void bind_kernel(py::module_& module) {
  py::class_<Command>(module, "Command")
      .def_static("register_account", &register_account)
      .def_static("post_buzz", &post_buzz)
      .def_static("edit_buzz", &edit_buzz)
      .def_static("delete_buzz", &delete_buzz);
  py::class_<Model>(module, "Model")
      .def(py::init(&make_model))
      .def("decide", [](Model& model, const Command& command,
                        std::int64_t now_ms) { return told(*value_or_raise(model.decide(command, now_ms))); })
      .def("execute", [](Model& model, const Command& command,
                         std::int64_t now_ms) { return told(*value_or_raise(model.execute(command, now_ms))); })
      .def("apply", [](Model& model, const py::bytes& entry) { raise_if_failed(model.apply(entry)); })
      .def("clock_ms", [](Model& model) { return model.state().shard_state().clock_ms(); })
      .def("last_id", [](Model& model) { return model.state().shard_state().last_id(); })
      .def("account", &account)
      .def("buzz", [](Model& model, std::uint64_t id) { return copied(model.state().buzz(base::BuzzId(id))); })
      .def("author_feed", &author_feed)
      .def("users_by_prefix", &users_by_prefix);
}

}  // namespace buzzer::python
