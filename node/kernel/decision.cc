#include "node/kernel/decision.h"

#include <utility>

namespace buzzer::kernel {
namespace {

using proto::Event;

// As event.Clear(), but the body and the messages in it stay where they are. Each field of a body that holds another
// message, and is needed often, is named here, since that body's own Clear would free it.
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
    case Event::kKeyResolved:
      return event.mutable_key_resolved()->Clear();
    case Event::kEdgePut:
      return event.mutable_edge_put()->Clear();
    case Event::kEdgeErased:
      return event.mutable_edge_erased()->Clear();
    case Event::kFollowedAuthorPut:
      return event.mutable_followed_author_put()->Clear();
    case Event::kFollowedAuthorErased:
      return event.mutable_followed_author_erased()->Clear();
    case Event::kInterestPut:
      return event.mutable_interest_put()->Clear();
    case Event::kSentTo:
      return event.mutable_sent_to()->Clear();
    case Event::kArrivalNoted: {
      proto::ArrivalNoted& noted = *event.mutable_arrival_noted();
      noted.clear_position();
      return noted.mutable_arrival()->Clear();
    }
    case Event::kArrivalsTrimmed:
      return event.mutable_arrivals_trimmed()->Clear();
    case Event::kRowQueued: {
      proto::RowQueued& queued = *event.mutable_row_queued();
      queued.clear_to();
      queued.clear_number();
      proto::Delivery& delivery = *queued.mutable_delivery();
      if (!delivery.has_buzz()) return delivery.Clear();
      // Most rows are buzzes: the next one's may stand here. Another body takes its place.
      delivery.clear_life();
      return delivery.mutable_buzz()->Clear();
    }
    case Event::kRowsTrimmed:
      return event.mutable_rows_trimmed()->Clear();
    case Event::kOutStreamPut:
      return event.mutable_out_stream_put()->Clear();
    case Event::kRowsDropped:
      return event.mutable_rows_dropped()->Clear();
    case Event::kWatermarkPut: {
      proto::WatermarkPut& put = *event.mutable_watermark_put();
      put.clear_from();
      return put.mutable_watermark()->Clear();
    }
    case Event::kCopyPut: {
      proto::Copy& copy = *event.mutable_copy_put()->mutable_copy();
      copy.clear_epoch();
      copy.clear_taken_ms();
      return copy.mutable_buzz()->Clear();
    }
    case Event::kCopyErased:
      return event.mutable_copy_erased()->Clear();
    case Event::kSweepPut:
      return event.mutable_sweep_put()->Clear();
    case Event::kSweepErased:
      return event.mutable_sweep_erased()->Clear();
    case Event::kCredentialPut:
      return event.mutable_credential_put()->Clear();
    case Event::kSessionPut:
      return event.mutable_session_put()->Clear();
    case Event::kSessionErased:
      return event.mutable_session_erased()->Clear();
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
  waits = false;
}

}  // namespace buzzer::kernel
