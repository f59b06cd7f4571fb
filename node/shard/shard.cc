#include "node/shard/shard.h"

#include <utility>

#include "base/check.h"
#include "base/planted_mistakes.h"
#include "node/kernel/text.h"
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

}  // namespace

Shard::Shard(const ShardOptions& options, store::Store& below, journal::Journal& journal, base::EventLoop& loop,
             base::Log& log, ShardOwner& owner)
    : options_(options),
      below_(below),
      journal_(journal),
      loop_(loop),
      log_(log),
      owner_(owner),
      state_(below, overlay_, options.shard) {}

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
  serving_ = false;
  reclaim_.reset();
  for (Waiting& waiting : std::exchange(waiting_, {})) answer_unavailable(std::move(waiting));
}

void Shard::claimed(const base::Result<journal::Claim>& claim) {
  if (!claim) return step_back("the journal cannot be claimed");
  epoch_ = claim->epoch;
  last_ = durable_ = claim->last;
  serving_ = true;
  state_.begin();
  clock_ahead_ = std::chrono::milliseconds(state_.shard_state().clock_ms()) - wall_ms();
  owner_.on_serving();
}

void Shard::execute(const proto::Command& command, ReplyCallback callback, const ClockState& clock) {
  Waiting waiting{EntryNumber(), {}, std::move(callback), nullptr};
  if (!serving_ || waiting_.size() >= options_.most_waiting) return answer_unavailable(std::move(waiting));
  if (const proto::Reply* refused = refusals_.find(command, loop_.now())) {
    waiting.reply = *refused;
    return wait(std::move(waiting));
  }
  state_.begin();
  // Indefinite: an earlier copy of the command may have been taken before the clock went wrong.
  if (command.has_post_buzz() && !clock.dates_buzzes && !is_repeated(command))
    return answer_unavailable(std::move(waiting));
  const std::int64_t now_ms = (wall_ms() + clock.correction).count();
  kernel::decide(state_, command, now_ms, options_.shard, decision_);
  const bool changes = decision_.entry.events_size() > 0;
  const bool applied = !state_.failed() && (!changes || kernel::apply(state_, decision_.entry));
  if (state_.failed()) return give_up(std::move(waiting));
  BUZZER_CHECK(applied);
  waiting.reply = decision_.reply;
  if (!refusals_.remember(command, waiting.reply, loop_.now())) return answer_unavailable(std::move(waiting));
  if (changes) append();
  wait(std::move(waiting));
}

void Shard::query(const Query& query, ToldCallback callback) {
  Waiting waiting{EntryNumber(), {}, nullptr, std::move(callback)};
  if (!serving_ || waiting_.size() >= options_.most_waiting) return answer_unavailable(std::move(waiting));
  state_.begin();
  query(state_);
  if (state_.failed()) return give_up(std::move(waiting));
  if (is_planted(base::Mistake::kReadBeforeSync)) return loop_.post([told = waiting.told] { told(true); });
  wait(std::move(waiting));
}

void Shard::append() {
  const EntryNumber number(last_.value() + 1);
  decision_.entry.SerializeToString(&encoded_);
  const journal::Append append{options_.shard, epoch_, number, encoded_, &state_.changes()};
  const auto enters_by = journal_.append(
      append, while_here([this, epoch = epoch_, number](AppendOutcome outcome) { appended(epoch, number, outcome); }));
  last_ = number;
  overlay_.add(state_.changes(), number.value());
  if (enters_by == journal::EntersBy::kShard) to_enter_.emplace_back(number, state_.changes());
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

bool Shard::is_repeated(const proto::Command& command) {
  const std::size_t key_bytes = command.key().size();
  const bool may_be = kernel::is_name(command.account()) && key_bytes > 0 && key_bytes <= kernel::kMostKeyBytes;
  return may_be && state_.command_key(kernel::lower_name(command.account()), command.key()) != nullptr;
}

void Shard::give_up(Waiting&& waiting) {
  answer_unavailable(std::move(waiting));
  const std::string why = state_.why_failed();
  state_.forget();  // the changes of a command that was applied in part
  owner_.on_read_failed(why);
}

void Shard::step_back(const char* why) {
  log_.debug(kComponent, "does not serve", {{"shard", static_cast<unsigned>(options_.shard.value())}, {"reason", why}});
  serving_ = false;
  overlay_.drop();
  to_enter_.clear();
  state_.forget();
  for (Waiting& waiting : std::exchange(waiting_, {})) answer_unavailable(std::move(waiting));
  reclaim_ = loop_.call_after(options_.reclaim_after, [this] { start(); });
  owner_.on_stepped_back(why);
}

void Shard::answer_unavailable(Waiting&& waiting) {
  loop_.post([waiting = std::move(waiting)] {
    if (waiting.callback) waiting.callback(unavailable());
    if (waiting.told) waiting.told(false);
  });
}

}  // namespace buzzer::shard
