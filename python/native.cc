#include "python/native.h"

#include <string>

#include <pybind11/stl.h>

#include "base/ids.h"
#include "node/grid/placement.h"
#include "node/kernel/queries.h"
#include "node/kernel/text.h"
#include "proto/errors.h"
#include "python/entry_check.h"

namespace py = pybind11;

namespace buzzer::python {
namespace {

py::list registry() {
  py::list errors;
  for (const proto::ErrorInfo& info : proto::kErrors) {
    errors.append(py::make_tuple(static_cast<int>(info.code), std::string(info.name), info.definite));
  }
  return errors;
}

int check_text(const std::string& text) { return static_cast<int>(kernel::check_text(text)); }

// kernel::find_entities wants a text that holds, so any other is refused here.
std::vector<proto::Entity> parse_entities(const std::string& text) {
  const proto::ErrorCode code = kernel::check_text(text);
  if (code != proto::ErrorCode::kNone) {
    throw py::value_error("not the text of a buzz: " + std::string(proto::error_info(code).name));
  }
  kernel::Entities entities;
  kernel::find_entities(text, entities);
  return {entities.begin(), entities.end()};
}

int shard_of_user(const std::string& name) {
  if (!kernel::is_name(name)) throw py::value_error("a name is 1 to 30 of A-Z a-z 0-9 _");
  return grid::shard_of_user(kernel::lower_name(name)).value();
}

int shard_of_topic(const std::string& topic) { return grid::shard_of_topic(kernel::fold_topic(topic)).value(); }

}  // namespace

void bind_errors(py::module_& module) { module.attr("ERRORS") = py::tuple(registry()); }

void bind_text(py::module_& module) {
  module.def("check_text", &check_text);
  module.def("parse_entities", &parse_entities);
  module.def("is_name", [](const std::string& name) { return kernel::is_name(name); });
  module.def("fold_topic", [](const std::string& topic) { return kernel::fold_topic(topic); });
  module.def("shard_of_user", &shard_of_user);
  module.def("shard_of_topic", &shard_of_topic);
}

}  // namespace buzzer::python

PYBIND11_MODULE(_native, module) {
  module.attr("SHARD_COUNT") = buzzer::base::kShardCount;
  module.attr("MOST_PAGE_SIZE") = buzzer::kernel::kMostPageSize;
  module.attr("LATEST_MS") = buzzer::python::kLatestMs;
  buzzer::python::bind_values(module);
  buzzer::python::bind_errors(module);
  buzzer::python::bind_text(module);
  buzzer::python::bind_kernel(module);
  buzzer::python::bind_websocket(module);
  buzzer::python::bind_crowd(module);
  buzzer::python::bind_mesh(module);
}
