// LinkFrames as Python's dicts: `{"room_line": {"text": b"hello"}}`, by the names of proto/link.proto.
//
// The node's own code for them is generated without names, so this goes by a description of the file, which is built
// beside the module (link_frames.desc) and given to it by python/buzzer/mesh.
//
//   message -> dict, of the fields that are set: none that is zero, empty or false, but for a message or a oneof's
//   repeated -> list; string -> str; bytes -> bytes; bool -> bool; number, enum -> int
#pragma once

#include <memory>
#include <string>

#include <pybind11/pybind11.h>

namespace buzzer::python {

// With the interpreter's lock held. Errors are Python's: TypeError, ValueError.
class LinkFrames {
 public:
  // `description`: a serialized google.protobuf.FileDescriptorSet, files before those that import them.
  explicit LinkFrames(const std::string& description);
  LinkFrames(const LinkFrames&) = delete;
  LinkFrames& operator=(const LinkFrames&) = delete;
  ~LinkFrames();

  // A frame's payload. KeyError for a field that there is not, TypeError for one of another type, ValueError for a
  // number that does not fit and for a string that is not UTF-8.
  [[nodiscard]] std::string encode(const pybind11::dict& frame) const;
  // ValueError for bytes that are no LinkFrame. Fields that are not known are left out.
  [[nodiscard]] pybind11::dict decode(const std::string& payload) const;

 private:
  struct Types;
  const std::unique_ptr<Types> types_;
};

}  // namespace buzzer::python
