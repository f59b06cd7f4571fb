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

  void trace_home() {
    questions_.ask(report_.home, trace(), [this](const proto::Inspection* told) {
      if (told == nullptr) return fail(0, "the author's home has not answered");
      report_.at_home = told->traced();
      Questions::Round round;
      for (std::uint32_t number = 0; number < base::kShardCount; ++number) {
        if ((report_.at_home.buzz().sent_to() >> number & 1U) == 0) continue;
        const ShardId shard(static_cast<std::uint8_t>(number));
        round[shard] = trace();
        report_.others.push_back({shard, Shard::State::kSilent, {}});
      }
      questions_.ask_each(std::move(round), [this](const Questions::Answers& answers) { take(answers); });
    });
  }

  void take(const Questions::Answers& answers) {
    for (Shard& shard : report_.others) {
      const auto told = answers.find(shard.shard);
      if (told == answers.end()) continue;
      shard.traced = told->second.traced();
      shard.state = Shard::State::kUnwanted;
    }
    judge_held();
  }

  // What each should have of it, and how far its stream is.
  void judge_held() {
    proto::Buzz buzz = report_.at_home.buzz();
    buzz.clear_text();
    Questions::Round round;
    for (const Shard& shard : report_.others) {
      if (shard.state == Shard::State::kSilent) continue;
      proto::HeldQuery& held = *round[shard.shard].mutable_held();
      held.set_from(report_.home.value());
      *held.add_buzzes() = buzz;
    }
    questions_.ask_each(std::move(round), [this](const Questions::Answers& answers) {
      std::vector<Questions::Wanted> wanted;
      for (Shard& shard : report_.others) {
        const auto told = answers.find(shard.shard);
        if (told == answers.end()) {
          shard.state = Shard::State::kSilent;
          continue;
        }
        shard.state = judge(shard, told->second);
        wanted.push_back({report_.home, shard.shard, told->second.stream(), {id_}, {}});
      }
      questions_.find_queued(wanted, [this, wanted](const std::vector<Questions::Queued>& queued) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          if (!queued[i].all && queued[i].ids.empty()) continue;
          const auto shard = std::find_if(report_.others.begin(), report_.others.end(),
                                          [&](const Shard& one) { return one.shard == wanted[i].to; });
          if (shard->state != Shard::State::kTaken) shard->state = Shard::State::kPending;
        }
        end();
      });
    });
  }

  [[nodiscard]] Shard::State judge(const Shard& shard, const proto::Inspection& told) const {
    for (const proto::HeldFinding& finding : told.findings()) {
      if (finding.kind() == proto::HeldFinding::MISSING) return Shard::State::kMissing;
      if (finding.kind() == proto::HeldFinding::OUTDATED) return Shard::State::kOutdated;
    }
    return shard.traced.has_buzz() ? Shard::State::kTaken : Shard::State::kUnwanted;
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
  const std::shared_ptr<const char> here_ = std::make_shared<const char>();
};

}  // namespace

std::shared_ptr<void> BuzzTrace::begin(std::uint64_t id, Ask ask, Told told) {
  const auto run = std::make_shared<Run>(id, std::move(ask), std::move(told));
  run->begin();
  return run;
}

}  // namespace buzzer::inspection
