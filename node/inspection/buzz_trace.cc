#include "node/inspection/buzz_trace.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "node/kernel/buzz_id.h"
#include "node/kernel/text.h"
#include "proto/errors.h"

namespace buzzer::inspection {
namespace {

using Shard = TraceReport::Shard;

constexpr int kMostLooks = 3;

class Run {
 public:
  Run(std::uint64_t id, Ask ask, BuzzTrace::Told told)
      : id_(id), ask_(ask), questions_(std::move(ask)), told_(std::move(told)) {
    report_.home = kernel::id_shard(base::BuzzId(id));
  }

  void begin() {
    proto::Query query;
    query.mutable_buzz()->set_id(id_);
    ask_(query, [this, here = std::weak_ptr<const char>(here_)](const proto::Answer& told) {
      if (here.expired()) return;
      if (told.error() != 0 || told.buzzes_size() == 0) return fail(told.error(), told.message());
      author_ = kernel::lower_name(told.buzzes(0).author());
      trace_home();
    });
  }

 private:
  void fail(std::uint32_t error, const std::string& message) {
    report_.error = error != 0 ? error : static_cast<std::uint32_t>(proto::ErrorCode::kUnavailable);
    report_.message = message;
    end();
  }

  [[nodiscard]] proto::InspectionQuery trace() const {
    proto::InspectionQuery query;
    query.mutable_trace()->set_id(id_);
    query.mutable_trace()->set_author(author_);
    return query;
  }

  // One look asks the home, then what each shard should have of it and how far its stream is, then what is on its way,
  // and then what is there: so nothing that arrives meanwhile is missed. What is deleted or left meanwhile may seem to
  // be missing; so if anything does, all is looked at again.
  void trace_home() {
    ++looks_;
    report_.others.clear();
    questions_.ask(report_.home, trace(), [this](const proto::Inspection* told) {
      if (told == nullptr) return fail(0, "the author's home has not answered");
      report_.at_home = told->traced();
      for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
        if ((report_.at_home.buzz().sent_to() >> number & 1U) == 0) continue;
        report_.others.push_back({ShardId(static_cast<std::uint8_t>(number)), Shard::State::kSilent, {}});
      }
      judge_held();
    });
  }

  void judge_held() {
    proto::Buzz buzz = report_.at_home.buzz();
    buzz.clear_text();
    Questions::Round round;
    for (const Shard& shard : report_.others) {
      proto::HeldQuery& held = *round[shard.shard].mutable_held();
      held.set_from(report_.home.value());
      *held.add_buzzes() = buzz;
    }
    questions_.ask_each(std::move(round), [this](const Questions::Answers& answers) {
      std::vector<Questions::Wanted> wanted;
      for (const auto& [shard, told] : answers) {
        at(shard).state = told.findings().empty() ? Shard::State::kTaken : state_of(told.findings(0).kind());
        if (told.unsettled() && !told.findings().empty()) at(shard).state = Shard::State::kPending;
        wanted.push_back({report_.home, shard, told.stream(), {id_}, {author_}});
      }
      questions_.find_queued(wanted, [this, wanted](const std::vector<Questions::Queued>& queued) {
        for (std::size_t i = 0; i < wanted.size(); ++i) take_queued(at(wanted[i].to), queued[i]);
        trace_others();
      });
    });
  }

  static void take_queued(Shard& shard, const Questions::Queued& queued) {
    const bool may_come = !queued.authors.empty() || queued.unsettled;
    if (!queued.ids.empty() || (may_come && shard.state != Shard::State::kTaken)) {
      shard.state = Shard::State::kPending;
    }
  }

  void trace_others() {
    Questions::Round round;
    for (const Shard& shard : report_.others) {
      if (shard.state != Shard::State::kSilent) round[shard.shard] = trace();
    }
    questions_.ask_each(std::move(round), [this](const Questions::Answers& answers) {
      for (Shard& shard : report_.others) {
        const auto told = answers.find(shard.shard);
        if (told == answers.end()) {
          shard.state = Shard::State::kSilent;
          continue;
        }
        shard.traced = told->second.traced();
        settle(shard);
      }
      const bool broken = std::any_of(report_.others.begin(), report_.others.end(), [](const Shard& shard) {
        return shard.state != Shard::State::kTaken && shard.state != Shard::State::kPending &&
               shard.state != Shard::State::kUnwanted && shard.state != Shard::State::kSilent;
      });
      if (broken && looks_ < kMostLooks) return trace_home();
      end();
    });
  }

  // By what is there now.
  void settle(Shard& shard) const {
    const bool there = shard.traced.has_buzz();
    const bool present = there && shard.traced.buzz().version() >= report_.at_home.buzz().version();
    const bool awaited = shard.state == Shard::State::kPending || shard.state == Shard::State::kMissing ||
                         shard.state == Shard::State::kOutdated;
    if (awaited && present) shard.state = Shard::State::kTaken;
    if (shard.state == Shard::State::kTaken && !there) shard.state = Shard::State::kUnwanted;
  }

  [[nodiscard]] static Shard::State state_of(proto::HeldFinding::Kind kind) {
    switch (kind) {
      case proto::HeldFinding::OUTDATED:
        return Shard::State::kOutdated;
      case proto::HeldFinding::UNKNOWN:
        return Shard::State::kUnknown;
      case proto::HeldFinding::UNINDEXED:
        return Shard::State::kUnindexed;
      default:
        return Shard::State::kMissing;
    }
  }

  [[nodiscard]] Shard& at(ShardId shard) {
    return *std::find_if(report_.others.begin(), report_.others.end(),
                         [&](const Shard& other) { return other.shard == shard; });
  }

  void end() {
    const TraceReport report = std::move(report_);
    const auto told = std::move(told_);
    told(report);  // who is told may destroy this
  }

  const std::uint64_t id_;
  const Ask ask_;
  Questions questions_;
  BuzzTrace::Told told_;
  TraceReport report_;
  std::string author_;
  int looks_ = 0;
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace

std::shared_ptr<void> BuzzTrace::begin(std::uint64_t id, Ask ask, Told told) {
  const auto run = std::make_shared<Run>(id, std::move(ask), std::move(told));
  run->begin();
  return run;
}

}  // namespace buzzer::inspection
