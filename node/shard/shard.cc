#include "node/shard/shard.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/planted_mistakes.h"
#include "node/store/gossip_keys.h"
#include "proto/errors.h"

namespace buzzer::shard {
namespace {

using journal::AppendOutcome;
using journal::EntryNumber;

constexpr const char* kComponent = "shard";

proto::Reply unavailable() {
  proto::Reply reply;
  const bool definite = is_planted(base::Mistake::kUnknownOutcomeIsDefinite);
  reply.set_error(
      static_cast<std::uint32_t>(definite ? proto::ErrorCode::kUnknownBuzz : proto::ErrorCode::kUnavailable));
  reply.set_message("the user's home cannot serve at the moment; repeat the command with the same key");
  return reply;
}

PublisherOptions publisher_options(const ShardOptions& options) {
  PublisherOptions publisher = options.publisher;
  publisher.shard = options.shard;
  return publisher;
}

}  // namespace

Shard::Shard(const ShardOptions& options, const ShardServices& services)
    : options_(options),
      below_(services.below),
      journal_(services.journal),
      loop_(services.loop),
      random_(services.random),
      log_(services.log),
      owner_(services.owner),
      state_(services.below, overlay_, options.shard),
      parked_(services.loop, options.most_waiting,
              [this](ReplyCallback late) {
                answer_unavailable({EntryNumber(), {}, std::move(late), nullptr});
              }),
      publisher_(publisher_options(options), services.loop, services.pushes,
                 [this](const Query& read, ToldCallback told) { query(read, std::move(told)); }) {}

template <class Function>
auto Shard::while_here(Function function) const {
  return [here = std::weak_ptr<const char>(here_), function = std::move(function)](const auto&... arguments) {
    if (!here.expired()) function(arguments...);
  };
}

void Shard::start() {
  journal_.claim(options_.shard, while_here([this](const base::Result<journal::Claim>& claim) { claimed(claim); }));
}

void Shard::close() {
  reclaim_.reset();
  stop_serving();
}

void Shard::claimed(const base::Result<journal::Claim>& claim) {
  if (!claim) return step_back("the journal cannot be claimed");
  epoch_ = claim->epoch;
  last_ = durable_ = kept_up_ = claim->last;
  state_.begin();
  incarnation_ = state_.incarnation();
  life_ = std::max<std::uint64_t>(random_.next(), 1);  // 0 is none
  clock_ahead_ = std::chrono::milliseconds(state_.shard_state().clock_ms()) - wall_ms();
  const kernel::Span log = state_.arrivals();
  const proto::Arrival* newest = log.empty() ? nullptr : state_.arrival(log.last);
  const std::uint64_t life = newest == nullptr ? 0 : newest->life();
  if (state_.failed()) {
    read_failed();
    return step_back("the shard's state cannot be read");
  }
  serving_ = true;
  publisher_.start(incarnation_, log.last, life);
  keep_up_after(options_.upkeep_pause);
  owner_.on_serving(options_.shard);
}

kernel::Moment Shard::moment() const {
  return {(wall_ms() + owner_.clock_state().correction).count(), options_.shard, life_};
}

bool Shard::commit() {
  const bool changes = decision_.entry.events_size() > 0;
  const bool applied = !state_.failed() && (!changes || kernel::apply(state_, decision_.entry));
  if (state_.failed()) return false;
  BUZZER_CHECK(applied);
  if (changes) append();
  return true;
}

void Shard::append() {
  const EntryNumber number(last_.value() + 1);
  if (is_planted(base::Mistake::kWatermarkOutsideBatch)) write_watermarks_early();
  decision_.entry.SerializeToString(&encoded_);
  const journal::Append append{options_.shard, epoch_, number, encoded_, &state_.changes()};
  const auto enters_by = journal_.append(
      append, while_here([this, epoch = epoch_, number](AppendOutcome outcome) { appended(epoch, number, outcome); }));
  last_ = number;
  announce(decision_.entry);
  overlay_.add(state_.changes(), number.value());
  if (enters_by == journal::EntersBy::kShard) to_enter_.emplace_back(number, state_.changes());
}

void Shard::write_watermarks_early() {
  store::Batch early;
  for (const proto::Event& event : decision_.entry.events()) {
    if (!event.has_watermark_put()) continue;
    const proto::WatermarkPut& put = event.watermark_put();
    const base::ShardId from(static_cast<std::uint8_t>(put.from()));
    early.put(store::watermark_key(options_.shard, from).bytes(), put.watermark().SerializeAsString());
  }
  static_cast<void>(below_.write(early));
}

void Shard::announce(const proto::Entry& entry) {
  std::bitset<base::kShardCount> rows_for;
  for (const proto::Event& event : entry.events()) {
    switch (event.body_case()) {
      case proto::Event::kArrivalNoted:
        publisher_.noted(last_, event.arrival_noted().position(), event.arrival_noted().arrival(), state_);
        if (event.arrival_noted().position() % kTrimEvery == 0) keep_up_after(options_.upkeep_pause);
        break;
      case proto::Event::kRowQueued:
        rows_for.set(event.row_queued().to());
        break;
      case proto::Event::kKeyResolved:
        resolve(event.key_resolved());
        break;
      case proto::Event::kOutStreamPut:
      case proto::Event::kSweepPut:
        keep_up_after(options_.upkeep_pause);
        break;
      default:
        break;
    }
  }
  if (rows_for.none()) return;
  for (std::size_t to = 0; to < rows_for.size(); ++to) {
    if (rows_for.test(to)) owner_.on_rows(options_.shard, base::ShardId(static_cast<std::uint8_t>(to)));
  }
}

void Shard::resolve(const proto::KeyResolved& resolved) {
  auto waiting = parked_.take(resolved.account(), resolved.key());
  if (waiting.empty()) return;
  proto::Reply reply;
  if (!reply.ParseFromString(resolved.record().reply())) reply = unavailable();
  const bool kept =
      refusals_.remember(resolved.account(), resolved.record().content_hash(), resolved.key(), reply, loop_.now());
  if (!kept) reply = unavailable();
  for (ReplyCallback& callback : waiting) wait({EntryNumber(), reply, std::move(callback), nullptr});
}

void Shard::wait(Waiting waiting) {
  // What was decided has seen everything up to `last_`.
  waiting.for_entry = last_;
  waiting_.push_back(std::move(waiting));
  if (last_ == durable_) loop_.post(while_here([this] { release_durable(); }));
}

void Shard::appended(journal::Epoch epoch, EntryNumber number, AppendOutcome outcome) {
  if (!serving_ || epoch != epoch_) return;  // of a time before this shard stepped back
  if (outcome != AppendOutcome::kDurable) {
    return step_back(outcome == AppendOutcome::kRefused ? "another owner has claimed it"
                                                        : "an append's outcome is unknown");
  }
  BUZZER_CHECK(number.value() == durable_.value() + 1);
  while (!to_enter_.empty() && to_enter_.front().first <= number) {
    if (!below_.write(to_enter_.front().second)) return step_back("the store cannot be written");
    to_enter_.pop_front();
  }
  overlay_.settle(number.value());
  durable_ = number;
  publisher_.durable(durable_);
  release_durable();
}

void Shard::release_durable() {
  while (!waiting_.empty() && waiting_.front().for_entry <= durable_) {
    const Waiting waiting = std::move(waiting_.front());
    waiting_.pop_front();
    if (waiting.callback) waiting.callback(waiting.reply);
    if (waiting.told) waiting.told(true);
  }
}

void Shard::give_up(Waiting&& waiting) {
  answer_unavailable(std::move(waiting));
  read_failed();
}

void Shard::read_failed() {
  const std::string why = state_.why_failed();
  state_.forget();  // the changes of what was applied in part
  owner_.on_read_failed(why);
}

void Shard::step_back(const char* why) {
  log_.debug(kComponent, "does not serve", {{"shard", static_cast<unsigned>(options_.shard.value())}, {"reason", why}});
  overlay_.drop();
  to_enter_.clear();
  state_.forget();
  stop_serving();
  reclaim_ = loop_.call_after(options_.reclaim_after, [this] { start(); });
  owner_.on_stepped_back(options_.shard, why);
}

void Shard::stop_serving() {
  serving_ = false;
  upkeep_.reset();
  acknowledged_.fill(std::nullopt);
  publisher_.stop();
  for (Waiting& waiting : std::exchange(waiting_, {})) answer_unavailable(std::move(waiting));
  for (ReplyCallback& callback : parked_.take_all()) {
    answer_unavailable({EntryNumber(), {}, std::move(callback), nullptr});
  }
}

void Shard::answer_unavailable(Waiting&& waiting) {
  loop_.post([waiting = std::move(waiting)] {
    if (waiting.callback) waiting.callback(unavailable());
    if (waiting.told) waiting.told(false);
  });
}

}  // namespace buzzer::shard
