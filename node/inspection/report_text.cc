#include "node/inspection/report_text.h"

namespace buzzer::inspection {
namespace {

using Shard = TraceReport::Shard;

std::string number(ShardId shard) { return std::to_string(shard.value()); }

void add_to_list(std::string& list, const std::string& entry) {
  if (!list.empty()) list += ',';
  list += entry;
}

std::string describe(const BrokenThing& thing) {
  const std::string kind = name_of(thing.kind);
  if (thing.kind == BrokenThing::Kind::kInterest) {
    return kind + " of " + number(thing.to) + " in @" + thing.author;
  }
  return std::to_string(thing.id) + ' ' + kind + " at " + number(thing.to);
}

// How many subscriptions have been pushed to, of how many.
void add_subscriptions(const TraceReport& report, std::string& line) {
  std::size_t all = 0;
  std::size_t pushed = 0;
  const auto count = [&](const proto::Traced& traced) {
    all += static_cast<std::size_t>(traced.subscriptions_size()) + traced.further_subscriptions();
    for (const proto::TracedSubscription& subscription : traced.subscriptions()) {
      if (subscription.state() != proto::TracedSubscription::BEHIND) ++pushed;
    }
  };
  count(report.at_home);
  for (const Shard& shard : report.others) count(shard.traced);
  if (all > 0) line += " | pushed " + std::to_string(pushed) + " of " + std::to_string(all);
}

}  // namespace

const char* name_of(AuditReport::Verdict verdict) {
  switch (verdict) {
    case AuditReport::Verdict::kProven:
      return "proven";
    case AuditReport::Verdict::kBroken:
      return "broken";
    case AuditReport::Verdict::kUnproven:
      break;
  }
  return "unproven";
}

const char* name_of(BrokenThing::Kind kind) {
  switch (kind) {
    case BrokenThing::Kind::kMissing:
      return "missing";
    case BrokenThing::Kind::kOutdated:
      return "outdated";
    case BrokenThing::Kind::kUnknown:
      return "unknown";
    case BrokenThing::Kind::kUnindexed:
      return "unindexed";
    case BrokenThing::Kind::kInterest:
      break;
  }
  return "interest";
}

const char* name_of(Shard::State state) {
  switch (state) {
    case Shard::State::kTaken:
      return "taken";
    case Shard::State::kPending:
      return "pending";
    case Shard::State::kOutdated:
      return "outdated";
    case Shard::State::kMissing:
      return "missing";
    case Shard::State::kUnknown:
      return "unknown";
    case Shard::State::kUnindexed:
      return "unindexed";
    case Shard::State::kUnwanted:
      return "unwanted";
    case Shard::State::kSilent:
      break;
  }
  return "silent";
}

std::string to_line(const AuditReport& report) {
  std::string line = std::string("audit ") + name_of(report.verdict());
  std::string broken;
  for (const BrokenThing& thing : report.broken) add_to_list(broken, describe(thing));
  if (report.further_broken > 0) add_to_list(broken, "and " + std::to_string(report.further_broken) + " more");
  if (!broken.empty()) line += ' ' + broken;
  if (report.pending > 0) line += " pending " + std::to_string(report.pending);
  std::string silent;
  for (const ShardId shard : report.silent) add_to_list(silent, number(shard));
  if (!silent.empty()) line += " silent " + silent;
  return line;
}

std::string to_line(const TraceReport& report) {
  const proto::Buzz& buzz = report.at_home.buzz();
  std::string line = "trace " + std::to_string(buzz.id()) + '/' + std::to_string(buzz.version()) + " @" +
                     buzz.author() + " shard " + number(report.home) + (buzz.deleted() ? " deleted | " : " | ");
  std::string others;
  for (const Shard& shard : report.others) add_to_list(others, number(shard.shard) + ' ' + name_of(shard.state));
  line += others.empty() ? "nowhere else" : others;
  add_subscriptions(report, line);
  return line;
}

}  // namespace buzzer::inspection
