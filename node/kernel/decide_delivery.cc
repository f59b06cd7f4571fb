// What a row does that has arrived from another shard. Its effect and the watermark that says so are in one entry: so
// whatever becomes of the sender, of the link, or of this shard, the row takes effect once.
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "base/planted_mistakes.h"
#include "node/kernel/buzz_effects.h"
#include "node/kernel/delivery_check.h"
#include "node/kernel/following.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/streams.h"
#include "node/kernel/sweeps.h"

namespace buzzer::kernel {
namespace {

using proto::Delivery;
using proto::Event;

class DeliveryDecider : private Decider {
 public:
  DeliveryDecider(const StateView& state, const Received& received, const Moment& moment, Decision& decision)
      : Decider(state, moment, decision), received_(received), delivery_(*received.delivery) {
    if (const proto::Watermark* watermark = state.watermark(received.from)) watermark_ = *watermark;
  }

  void run() {
    if (!is_next()) return;
    if (delivery_.has_begin()) watermark_.set_epoch(watermark_.epoch() + 1);
    watermark_.set_generation(received_.generation);
    watermark_.set_number(received_.number);
    watermark_.set_life(delivery_.life());
    watermark_.set_incarnation(received_.incarnation);
    proto::WatermarkPut& put = *add(Event::kWatermarkPut).mutable_watermark_put();
    put.set_from(received_.from.value());
    *put.mutable_watermark() = watermark_;
    // What no shard of ours would say has no effect but that it has been taken: the stream goes on behind it.
    if (is_sound(delivery_, received_.from, shard())) take();
    finish();
  }

 private:
  // Only the row after the watermark is: one that comes again, and one that overtakes another, are not. The first row
  // of a generation that this shard does not know is the next one too.
  [[nodiscard]] bool is_next() const {
    if (received_.from == shard() || received_.generation == 0) return false;
    if (delivery_.body_case() == Delivery::BODY_NOT_SET) return false;  // of a newer release: it waits for this one's
    if (delivery_.has_begin()) return received_.number == 1 && received_.generation != watermark_.generation();
    // A sender that has lost its store or was put back first hears that all it sent counts no more
    // (decide_peer_incarnation).
    if (received_.generation != watermark_.generation() || received_.incarnation != watermark_.incarnation())
      return false;
    if (is_planted(base::Mistake::kWatermarkSkips)) return received_.number > watermark_.number();
    return received_.number == watermark_.number() + 1;
  }

  void take() {
    switch (delivery_.body_case()) {
      case Delivery::kBegin:
        return begin(delivery_.begin());
      case Delivery::kBuzz:
        return take_buzz(delivery_.buzz(), false);
      case Delivery::kInterest:
        return take_interest(delivery_.interest());
      case Delivery::kInterestAnswer:
        return take_answer(delivery_.interest_answer());
      case Delivery::kBackfill:
        for (const proto::Buzz& buzz : delivery_.backfill().buzzes()) take_buzz(buzz, true);
        return;
      case Delivery::kResynced:
        return resynced();
      case Delivery::BODY_NOT_SET:
        return;
    }
  }

  // Interest that was declared before stays until the sender has declared all it has: what is posted meanwhile is still
  // sent.
  void begin(const proto::StreamBegin& row) {
    if (!row.again()) return;
    // Answers that were still to come went with the stream's former rows.
    if (state().out_stream(received_.from) != nullptr) return sweep_questions(*this, received_.from);
    // A sender that begins again because this shard has lost what it had cannot know that this shard has nothing to
    // send any more: so a stream the other way begins too, and the sender forgets what this shard declared before.
    proto::OutStream stream;
    stream.set_generation(moment().life);
    begin_stream(received_.from, stream, true);
  }

  // What the sender has not declared or confirmed in this epoch is no more. In the first there is nothing of an earlier
  // one.
  void resynced() {
    if (watermark_.epoch() <= 1) return;
    sweep_shard(*this, received_.from, watermark_.epoch());
  }

  void take_buzz(const proto::Buzz& buzz, bool backfilled) { take_copy(*this, buzz, watermark_.epoch(), backfilled); }

  // At the author's home. The bit that lets the shard have what the author posts, the buzzes until now, and the answer
  // are one entry, in the order of the rows: no buzz falls between them.
  void take_interest(const proto::DeclareInterest& declared) {
    const proto::Account* account = state().account(declared.author());
    if (account == nullptr) {
      if (declared.asks()) answer(declared, "");
      return;
    }
    const std::string name = account->name();
    const bool answers = declared.asks() && declared.followers() > 0;
    const bool forgotten = answers && is_planted(base::Mistake::kBackfillBeforeEdge);
    const bool known = followers_in(state(), declared.author(), received_.from) == declared.followers() &&
                       declared_in(state(), declared.author(), received_.from) == watermark_.epoch();
    if (!forgotten && !known) {
      put_interest(*this, declared.author(), received_.from, declared.followers(), watermark_.epoch());
    }
    if (!answers) return;
    send_backfill(declared.author());
    answer(declared, name);
  }

  void answer(const proto::DeclareInterest& declared, const std::string& name) {
    proto::InterestAnswer& answer = *queue_row(received_.from).mutable_interest_answer();
    answer.set_author(declared.author());
    answer.set_turn(declared.turn());
    answer.set_name(name);
    // The interest stands with this entry: what gets an id after it is sent there.
    if (!name.empty()) answer.set_from_id(state().shard_state().last_id() + 1);
  }

  void send_backfill(std::string_view author) {
    std::vector<BuzzId> ids;
    const FeedPlace end{std::numeric_limits<std::int64_t>::max(), BuzzId(std::numeric_limits<std::uint64_t>::max())};
    state().visit_author(author, end, Direction::kOlder, [&ids](const FeedPlace& place) {
      ids.push_back(place.id);
      return ids.size() < kBackfill;
    });
    std::reverse(ids.begin(), ids.end());
    for (std::size_t first = 0; first < ids.size(); first += kBackfillPerRow) {
      proto::Backfill& row = *queue_row(received_.from).mutable_backfill();
      const std::size_t end_of_row = std::min(first + kBackfillPerRow, ids.size());
      for (std::size_t i = first; i < end_of_row; ++i) row.add_buzzes()->set_id(ids[i].value());
    }
    const ShardBits bit = bit_of(received_.from);
    for (const BuzzId id : ids) {
      const proto::Buzz* buzz = state().buzz(id);
      if (buzz == nullptr || (buzz->sent_to() & bit) != 0) continue;
      proto::SentTo& sent = *add(Event::kSentTo).mutable_sent_to();
      sent.set_id(id.value());
      sent.set_shards(bit);
    }
  }

  // At the followers' home.
  void take_answer(const proto::InterestAnswer& answer) {
    const proto::FollowedAuthor* found = state().followed_author(answer.author());
    if (found == nullptr || answer.turn() < found->first_turn() || answer.turn() > found->turn()) return;
    const bool accepts = !answer.name().empty();
    // To an earlier question: there may be such a user by now.
    if (!accepts && answer.turn() != found->turn()) return;
    proto::FollowedAuthor record = *found;
    if (accepts && found->accepted()) {  // a stream that begins anew asks once more
      // A home that was put back may not have sent what it gave ids to until now.
      if (answer.from_id() <= found->from_id()) return;
      record.set_from_id(answer.from_id());
      return put_followed_author(*this, answer.author(), record);
    }
    // Refused also if it was accepted before: by a home that was put back to when there was no such user.
    record.set_accepted(accepts);
    record.set_name(answer.name());
    record.set_from_id(answer.from_id());
    if (accepts) put_followed_author(*this, answer.author(), record);
    const auto next = answer_edges(*this, answer.author(), record, "");
    if (next) sweep_edges(*this, answer.author(), record.turn(), *next);
  }

  const Received received_;
  const Delivery& delivery_;
  proto::Watermark watermark_;  // before this row; then, with it
};

}  // namespace

void decide_delivery(const StateView& state, const Received& received, const Moment& moment, Decision& decision) {
  DeliveryDecider(state, received, moment, decision).run();
}

}  // namespace buzzer::kernel
