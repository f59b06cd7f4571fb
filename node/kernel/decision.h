// What is decided of one input, a command, a row or a piece of upkeep: an entry of events, and of a command a reply.
// Reused from one input to the next, so that in the steady state a decision asks for no memory.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "proto/commands.pb.h"
#include "proto/records.pb.h"

namespace buzzer::kernel {

// The events of earlier entries, for their memory. An event's body is one of several (`oneof`), and Protobuf frees it
// with Entry::Clear; here events are put away by kind, bodies and all.
class SpareEvents {
 public:
  // Empties the entry; what it held serves the entries to come.
  void take_from(proto::Entry& entry);

  // Adds an event to the entry, whose body is of that kind and empty; it belongs to the entry.
  proto::Event& add_to(proto::Entry& entry, proto::Event::BodyCase kind);

 private:
  static constexpr std::size_t kKinds = proto::Event::kSessionErased + 1;
  std::array<std::vector<std::unique_ptr<proto::Event>>, kKinds> by_kind_;
};

struct Decision {
  proto::Entry entry;  // without events: nothing changes (a refusal, a repetition, nothing to do)
  proto::Reply reply;
  // There is no reply yet: the command waits for another shard, and a later entry's KeyResolved is its reply.
  bool waits = false;
  SpareEvents spare_events;  // says nothing; for deciders alone

  // Neither events nor a reply; each decision begins with it.
  void clear();
};

}  // namespace buzzer::kernel
