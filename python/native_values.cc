#include <vector>

#include <pybind11/stl.h>

#include "proto/commands.pb.h"
#include "proto/records.pb.h"
#include "python/native.h"

namespace py = pybind11;

namespace buzzer::python {

void bind_values(py::module_& module) {
  using proto::Account;
  using proto::Buzz;
  using proto::Entity;
  using proto::Reply;
  py::class_<Entity>(module, "Entity")
      .def_property_readonly("kind", [](const Entity& entity) { return static_cast<int>(entity.kind()); })
      .def_property_readonly("begin", &Entity::begin)
      .def_property_readonly("end", &Entity::end)
      .def_property_readonly("value", &Entity::value);
  py::class_<Buzz>(module, "Buzz")
      .def_property_readonly("id", &Buzz::id)
      .def_property_readonly("author", &Buzz::author)
      .def_property_readonly("text", &Buzz::text)
      .def_property_readonly("version", &Buzz::version)
      .def_property_readonly("posted_ms", &Buzz::posted_ms)
      .def_property_readonly("edited_ms", &Buzz::edited_ms)
      .def_property_readonly("visibility", [](const Buzz& buzz) { return static_cast<int>(buzz.visibility()); })
      .def_property_readonly("in_reply_to", &Buzz::in_reply_to)
      .def_property_readonly("root", &Buzz::root)
      .def_property_readonly(
          "entities",
          [](const Buzz& buzz) { return std::vector<Entity>(buzz.entities().begin(), buzz.entities().end()); })
      .def_property_readonly("deleted", &Buzz::deleted);
  py::class_<Account>(module, "Account")
      .def_property_readonly("name", &Account::name)
      .def_property_readonly("registered_ms", &Account::registered_ms)
      .def_property_readonly("buzzes", &Account::buzzes);
  py::class_<Reply>(module, "Reply")
      .def_property_readonly("error", &Reply::error)
      .def_property_readonly("message", &Reply::message)
      .def_property_readonly("id", &Reply::id)
      .def_property_readonly("version", &Reply::version)
      .def_property_readonly("time_ms", &Reply::time_ms);
}

}  // namespace buzzer::python
