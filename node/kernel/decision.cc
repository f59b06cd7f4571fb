#include "node/kernel/decision.h"

#include <utility>

namespace buzzer::kernel {
namespace {

using proto::Event;

// As event.Clear(), but the body and the messages in it stay where they are. Each field of a body that holds another
// message is named here, since that body's own Clear would free it.
void empty(Event& event) {
  switch (event.body_case()) {
    case Event::kAccountRegistered:
      return event.mutable_account_registered()->Clear();
    case Event::kBuzzPosted:
      return event.mutable_buzz_posted()->mutable_buzz()->Clear();
    case Event::kBuzzEdited:
      return event.mutable_buzz_edited()->Clear();
    case Event::kBuzzDeleted:
      return event.mutable_buzz_deleted()->Clear();
    case Event::kKeyRemembered: {
      proto::KeyRemembered& remembered = *event.mutable_key_remembered();
      remembered.clear_account();
      remembered.clear_key();
      return remembered.mutable_record()->Clear();
    }
    case Event::kKeyForgotten:
      return event.mutable_key_forgotten()->Clear();
    case Event::BODY_NOT_SET:
      return;
  }
}

}  // namespace

void SpareEvents::take_from(proto::Entry& entry) {
  auto& events = *entry.mutable_events();
  while (!events.empty()) {
    std::unique_ptr<Event> event(events.ReleaseLast());
    const auto kind = static_cast<std::size_t>(event->body_case());
    if (kind != Event::BODY_NOT_SET && kind < kKinds) by_kind_[kind].push_back(std::move(event));
  }
  entry.Clear();
}

proto::Event& SpareEvents::add_to(proto::Entry& entry, Event::BodyCase kind) {
  auto& spare = by_kind_[static_cast<std::size_t>(kind)];
  if (spare.empty()) return *entry.add_events();
  Event* event = spare.back().release();
  spare.pop_back();
  entry.mutable_events()->AddAllocated(event);
  empty(*event);
  return *event;
}

void Decision::clear() {
  spare_events.take_from(entry);
  reply.Clear();
}

}  // namespace buzzer::kernel
