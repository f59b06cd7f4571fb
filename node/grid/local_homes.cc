#include "node/grid/local_homes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/check.h"
#include "node/grid/placement.h"
#include "node/grid/user_search.h"
#include "node/kernel/queries.h"
#include "node/store/key_schema.h"
#include "proto/errors.h"

namespace buzzer::grid {
namespace {

using store::OpenProblem;
using store::ShardField;

constexpr const char* kComponent = "homes";
// A store that has held for so long is opened again quickly.
constexpr auto kServedWell = std::chrono::seconds(10);
constexpr const char* kTooMuch = "too much waits for the disk of the user's home";
constexpr const char* kNotOpen = "the user's home cannot reach its store at the moment";

template <class Message>
Message unavailable(const std::string& why) {
  Message message;
  message.set_error(static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable));
  message.set_message(why);
  return message;
}

}  // namespace

LocalHomes::LocalHomes(const LocalHomesOptions& options, const LocalHomesServices& services, RefusedCallback refused)
    : options_(options),
      keeper_(services.keeper),
      loop_(services.loop),
      random_(services.random),
      log_(services.log),
      events_(services.events),
      pushes_(services.pushes),
      refused_(std::move(refused)),
      stream_warnings_(options.nodes, services.loop, services.log),
      reopen_after_(options.reopen_least) {}

LocalHomes::~LocalHomes() = default;

void LocalHomes::start(std::function<void()> settled) {
  settled_ = std::move(settled);
  open_store();
}

void LocalHomes::tell_settled() {
  if (const auto settled = std::exchange(settled_, nullptr)) settled();
}

void LocalHomes::open_store() {
  keeper_.open(here_.while_here([this](const store::OpenResult<store::Store*>& result) { opened(result); }));
}

void LocalHomes::opened(const store::OpenResult<store::Store*>& result) {
  if (!result && result.error().problem != OpenProblem::kUnavailable) {
    refused_(result.error());
    return tell_settled();
  }
  if (!result) {
    log_.warn(kComponent, "the store cannot be opened; trying again", {{"reason", result.error().message}});
    return reopen_soon();
  }
  store_ = *result;
  if (const auto drawn = draw_incarnations(*store_); !drawn) {
    log_.warn(kComponent, "the store cannot be written; opening it again", {{"reason", drawn.error().message}});
    return reopen_soon();
  }
  journal_ = std::make_unique<journal::LocalJournal>(*store_, keeper_);
  const shard::ShardServices services{*store_, *journal_, loop_, random_, log_, *this, pushes_};
  for_each_own([&](base::ShardId shard) {
    auto& made = shards_[shard];
    shard::ShardOptions options = options_.shards;
    options.shard = shard;
    made = std::make_unique<shard::Shard>(options, services);
    made->keep_refusals(std::move(refusals_[shard]));
    made->start();
  });
  open_ = true;
  opened_at_ = loop_.now();
  log_.info(kComponent, "the store is open", {{"shards", shards_.size()}});
}

// Durable with the claims that follow: no shard serves before its own has been synced.
base::Result<void> LocalHomes::draw_incarnations(store::Store& store) {
  store::Batch batch;
  std::string value;
  base::Result<void> result;
  for_each_own([&](base::ShardId shard) {
    const auto key = store::meta_key(shard, ShardField::kIncarnation);
    const auto there = store.get(key.bytes(), value);
    if (!there) result = tl::unexpected(there.error());
    if (!there || *there) return;
    const auto drawn = store::encode_number(random_.next());
    batch.put(key.bytes(), {drawn.data(), drawn.size()});
  });
  if (!result) return result;
  if (batch.count() == shards()) log_.info(kComponent, "the store is new and empty");
  if (const auto written = store.write(batch); !written) return tl::unexpected(written.error());
  return {};
}

void LocalHomes::on_serving(base::ShardId shard) {
  events_.on_shard_serves(shard);
  if (serving() < shards()) return;
  std::chrono::milliseconds ahead{0};
  for (const auto& [id, own] : shards_) ahead = std::max(ahead, own->clock_ahead());
  if (ahead > kMostClockOffset && throttle_.allows("ahead", loop_.now())) {
    log_.warn(kComponent, "what is stored is dated in the future: was this machine's clock ahead? (docs/storage.md)",
              {{"ahead_s", ahead.count() / 1000}});
  }
  tell_settled();
}

// From within a shard, which must not end before it has come back.
void LocalHomes::on_stepped_back(base::ShardId shard, const char* why) {
  events_.on_shard_stopped(shard);
  if (store_ == nullptr) return;
  if (store_->failed()) return store_failed();
  if (throttle_.allows(why, loop_.now())) log_.warn(kComponent, "a shard does not serve", {{"reason", why}});
  // It is tried again and again. The others serve within the same moment.
  tell_settled();
}

void LocalHomes::on_read_failed(const std::string& why) {
  if (store_ == nullptr) return;
  if (store_->failed()) return store_failed();
  if (throttle_.allows("read", loop_.now())) log_.warn(kComponent, "something cannot be read", {{"reason", why}});
}

void LocalHomes::store_failed() {
  if (!open_.exchange(false)) return;  // another shard has told
  loop_.post(here_.while_here([this] { close_shards(); }));
  if (const std::string damage = store_->damage(); !damage.empty()) {
    refused_({OpenProblem::kDamaged, "the store holds damage and cannot go on: " + damage +
                                         ". Start the node again; if it ends so again, restore a backup"});
    return tell_settled();
  }
  log_.warn(kComponent, "the store has failed; opening it again");
  if (loop_.now() - opened_at_ > kServedWell) reopen_after_ = options_.reopen_least;
  reopen_soon();
}

void LocalHomes::reopen_soon() {
  open_ = false;
  tell_settled();
  reopen_ = loop_.call_after(reopen_after_, [this] {
    close_shards();
    reopen_.reset();
    open_store();
  });
  reopen_after_ = std::min(2 * reopen_after_, options_.reopen_most);
}

void LocalHomes::close_shards() {
  for (const auto& [id, shard] : shards_) {
    shard->close();
    events_.on_shard_stopped(id);
    refusals_[id] = shard->take_refusals();
  }
  shards_.clear();
  journal_.reset();
  store_ = nullptr;
}

shard::ClockState LocalHomes::clock_state() const {
  if (!clock_offset_ || std::chrono::abs(*clock_offset_) <= kMostClockOffset) return {};
  // Also what is no buzz must not carry the wrong time into the shard's clock, which never goes back.
  return {*clock_offset_, false};
}

std::shared_ptr<void> LocalHomes::hold(std::size_t bytes) {
  *held_bytes_ += bytes;
  return {nullptr, [held = held_bytes_, bytes](void*) { *held -= bytes; }};
}

void LocalHomes::execute(base::ShardId shard, const proto::Command& command, ReplyCallback callback) {
  shard::Shard* home = find(shard);
  if (home == nullptr || *held_bytes_ > options_.most_held_bytes) {
    const char* why = home == nullptr ? kNotOpen : kTooMuch;
    loop_.post([callback = std::move(callback), reply = unavailable<proto::Reply>(why)] { callback(reply); });
    return;
  }
  // In the batch, in the overlay, in the group that is being committed, and what stands around it there.
  const std::size_t bytes = 2048 + 4 * command.ByteSizeLong();
  home->execute(command,
                [callback = std::move(callback), held = hold(bytes)](const proto::Reply& reply) { callback(reply); });
}

void LocalHomes::query(base::ShardId shard, const proto::Query& query, AnswerCallback callback) {
  shard::Shard* home = find(shard);
  if (home == nullptr || *held_bytes_ > options_.most_held_bytes) {
    const char* why = home == nullptr ? kNotOpen : kTooMuch;
    loop_.post([callback = std::move(callback), answer = unavailable<proto::Answer>(why)] { callback(answer); });
    return;
  }
  struct Told {
    proto::Answer answer;
    std::shared_ptr<void> held;
  };
  const auto told = std::make_shared<Told>();
  home->query(
      [&](const kernel::StateView& state) {
        kernel::answer_query(state, query, shard, told->answer);
        if (query.inspection().has_trace() && told->answer.error() == 0) {
          home->publisher().add_subscriptions(state, *told->answer.mutable_inspection()->mutable_traced());
        }
        told->held = hold(told->answer.ByteSizeLong());
      },
      [told, callback = std::move(callback)](bool readable) {
        callback(readable ? told->answer : unavailable<proto::Answer>(kNotOpen));
      });
}

void LocalHomes::query_all(const proto::Query& query, AnswerCallback callback) {
  const auto search = std::make_shared<UserSearch>(query, shards(), std::move(callback));
  for_each_own([&](base::ShardId shard) {
    this->query(shard, query, [search](const proto::Answer& answer) { search->take(answer); });
  });
}

bool LocalHomes::is_own(base::ShardId shard) const { return node_of_shard(shard, options_.nodes) == options_.self; }

shard::Shard* LocalHomes::find(base::ShardId shard) {
  BUZZER_CHECK(is_own(shard));
  const auto found = shards_.find(shard);
  return found == shards_.end() ? nullptr : found->second.get();
}

shard::Shard* LocalHomes::serving_shard(base::ShardId shard) const {
  const auto found = shards_.find(shard);
  return found == shards_.end() || !found->second->serves() ? nullptr : found->second.get();
}

std::size_t LocalHomes::serving() const {
  return static_cast<std::size_t>(
      std::count_if(shards_.begin(), shards_.end(), [](const auto& entry) { return entry.second->serves(); }));
}

std::size_t LocalHomes::shards() const {
  std::size_t count = 0;
  for_each_own([&](base::ShardId) { ++count; });
  return count;
}

}  // namespace buzzer::grid
