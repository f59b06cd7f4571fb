#include "python/link_frames.h"

#include <limits>
#include <utility>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>

namespace pb = google::protobuf;
namespace py = pybind11;

namespace buzzer::python {
namespace {

using Field = pb::FieldDescriptor;

[[noreturn]] void wrong_type(const Field& field, const char* wanted) {
  throw py::type_error(field.full_name() + " is " + wanted);
}

// A whole number of that type; pybind11 alone would take True and numbers with a fraction for one.
template <class Number>
Number number_of(const Field& field, const py::handle& value) {
  if (!py::isinstance<py::int_>(value) || py::isinstance<py::bool_>(value)) wrong_type(field, "a whole number");
  try {
    return value.cast<Number>();
  } catch (const py::cast_error&) {
    PyErr_Clear();
    throw py::value_error(field.full_name() + " is " + std::to_string(std::numeric_limits<Number>::min()) + " to " +
                          std::to_string(std::numeric_limits<Number>::max()));
  }
}

// Of a str. UnicodeEncodeError, which is a ValueError, of one that is no UTF-8.
std::string utf8_of(const py::handle& value) {
  Py_ssize_t size = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(value.ptr(), &size);
  if (text == nullptr) throw py::error_already_set();
  return {text, static_cast<std::size_t>(size)};
}

std::string text_of(const Field& field, const py::handle& value) {
  if (field.type() == Field::TYPE_BYTES) {
    if (!py::isinstance<py::bytes>(value)) wrong_type(field, "bytes");
    return value.cast<std::string>();
  }
  if (!py::isinstance<py::str>(value)) wrong_type(field, "a str");
  return utf8_of(value);
}

void fill(pb::Message& message, const py::dict& values);

// Sets the field, or adds to a repeated one.
void put(pb::Message& message, const Field& field, const py::handle& value) {
  const pb::Reflection& fields = *message.GetReflection();
  const bool add = field.is_repeated();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32: {
      const auto number = number_of<std::int32_t>(field, value);
      return add ? fields.AddInt32(&message, &field, number) : fields.SetInt32(&message, &field, number);
    }
    case Field::CPPTYPE_INT64: {
      const auto number = number_of<std::int64_t>(field, value);
      return add ? fields.AddInt64(&message, &field, number) : fields.SetInt64(&message, &field, number);
    }
    case Field::CPPTYPE_UINT32: {
      const auto number = number_of<std::uint32_t>(field, value);
      return add ? fields.AddUInt32(&message, &field, number) : fields.SetUInt32(&message, &field, number);
    }
    case Field::CPPTYPE_UINT64: {
      const auto number = number_of<std::uint64_t>(field, value);
      return add ? fields.AddUInt64(&message, &field, number) : fields.SetUInt64(&message, &field, number);
    }
    case Field::CPPTYPE_ENUM: {
      const auto number = number_of<std::int32_t>(field, value);
      return add ? fields.AddEnumValue(&message, &field, number) : fields.SetEnumValue(&message, &field, number);
    }
    case Field::CPPTYPE_BOOL: {
      if (!py::isinstance<py::bool_>(value)) wrong_type(field, "True or False");
      const bool flag = value.cast<bool>();
      return add ? fields.AddBool(&message, &field, flag) : fields.SetBool(&message, &field, flag);
    }
    case Field::CPPTYPE_STRING: {
      std::string text = text_of(field, value);
      return add ? fields.AddString(&message, &field, std::move(text))
                 : fields.SetString(&message, &field, std::move(text));
    }
    case Field::CPPTYPE_MESSAGE: {
      if (!py::isinstance<py::dict>(value)) wrong_type(field, "a dict");
      pb::Message* const part = add ? fields.AddMessage(&message, &field) : fields.MutableMessage(&message, &field);
      return fill(*part, py::reinterpret_borrow<py::dict>(value));
    }
    case Field::CPPTYPE_DOUBLE:
    case Field::CPPTYPE_FLOAT:
      break;
  }
  throw py::type_error(field.full_name() + " has a type that no frame had when this was written");
}

void fill(pb::Message& message, const py::dict& values) {
  const pb::Descriptor& type = *message.GetDescriptor();
  for (const auto& [name, value] : values) {
    if (!py::isinstance<py::str>(name)) throw py::type_error("a field's name is a str");
    const std::string field_name = utf8_of(name);
    const Field* const field = type.FindFieldByName(field_name);
    if (field == nullptr) throw py::key_error(type.full_name() + " has no field " + field_name);
    const pb::OneofDescriptor* const choice = field->containing_oneof();
    if (choice != nullptr && message.GetReflection()->HasOneof(message, choice)) {
      throw py::value_error(type.full_name() + " has but one " + choice->name() + ": not " + field_name + " too");
    }
    if (!field->is_repeated()) {
      put(message, *field, value);
      continue;
    }
    if (!py::isinstance<py::list>(value)) wrong_type(*field, "a list");
    for (const py::handle each : py::reinterpret_borrow<py::list>(value)) put(message, *field, each);
  }
}

py::dict to_dict(const pb::Message& message);

// The field, or of a repeated one that with this index.
py::object get(const pb::Message& message, const Field& field, int index) {
  const pb::Reflection& fields = *message.GetReflection();
  const bool one = !field.is_repeated();
  switch (field.cpp_type()) {
    case Field::CPPTYPE_INT32:
      return py::int_(one ? fields.GetInt32(message, &field) : fields.GetRepeatedInt32(message, &field, index));
    case Field::CPPTYPE_INT64:
      return py::int_(one ? fields.GetInt64(message, &field) : fields.GetRepeatedInt64(message, &field, index));
    case Field::CPPTYPE_UINT32:
      return py::int_(one ? fields.GetUInt32(message, &field) : fields.GetRepeatedUInt32(message, &field, index));
    case Field::CPPTYPE_UINT64:
      return py::int_(one ? fields.GetUInt64(message, &field) : fields.GetRepeatedUInt64(message, &field, index));
    case Field::CPPTYPE_ENUM:
      return py::int_(one ? fields.GetEnumValue(message, &field) : fields.GetRepeatedEnumValue(message, &field, index));
    case Field::CPPTYPE_BOOL:
      return py::bool_(one ? fields.GetBool(message, &field) : fields.GetRepeatedBool(message, &field, index));
    case Field::CPPTYPE_STRING: {
      const std::string text =
          one ? fields.GetString(message, &field) : fields.GetRepeatedString(message, &field, index);
      if (field.type() == Field::TYPE_BYTES) return py::bytes(text);
      return py::str(text);
    }
    case Field::CPPTYPE_MESSAGE:
      return to_dict(one ? fields.GetMessage(message, &field) : fields.GetRepeatedMessage(message, &field, index));
    case Field::CPPTYPE_DOUBLE:
    case Field::CPPTYPE_FLOAT:
      break;
  }
  throw py::type_error(field.full_name() + " has a type that no frame had when this was written");
}

py::dict to_dict(const pb::Message& message) {
  std::vector<const Field*> set;
  message.GetReflection()->ListFields(message, &set);
  py::dict values;
  for (const Field* const field : set) {
    const py::str name(field->name());
    if (!field->is_repeated()) {
      values[name] = get(message, *field, 0);
      continue;
    }
    py::list list;
    const int size = message.GetReflection()->FieldSize(message, field);
    for (int i = 0; i < size; ++i) list.append(get(message, *field, i));
    values[name] = list;
  }
  return values;
}

}  // namespace

// The factory makes its messages from the pool and goes before it.
struct LinkFrames::Types {
  pb::DescriptorPool pool;
  pb::DynamicMessageFactory factory{&pool};
  const pb::Message* frame = nullptr;
};

LinkFrames::LinkFrames(const std::string& description) : types_(std::make_unique<Types>()) {
  pb::FileDescriptorSet set;
  if (!set.ParseFromString(description)) throw py::value_error("no description of link frames");
  for (const pb::FileDescriptorProto& file : set.file()) {
    if (types_->pool.BuildFile(file) == nullptr)
      throw py::value_error("the description of " + file.name() + " is wrong");
  }
  const pb::Descriptor* const type = types_->pool.FindMessageTypeByName("buzzer.proto.LinkFrame");
  if (type == nullptr) throw py::value_error("the description has no LinkFrame");
  types_->frame = types_->factory.GetPrototype(type);
}

LinkFrames::~LinkFrames() = default;

std::string LinkFrames::encode(const py::dict& frame) const {
  const std::unique_ptr<pb::Message> message(types_->frame->New());
  fill(*message, frame);
  return message->SerializeAsString();
}

py::dict LinkFrames::decode(const std::string& payload) const {
  const std::unique_ptr<pb::Message> message(types_->frame->New());
  if (!message->ParseFromString(payload)) throw py::value_error("a payload that is no LinkFrame");
  return to_dict(*message);
}

}  // namespace buzzer::python
