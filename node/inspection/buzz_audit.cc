#include "node/inspection/buzz_audit.h"

#include <bit>
#include <string>
#include <vector>

#include "node/kernel/text.h"

namespace buzzer::inspection {
namespace {

using proto::HeldFinding;

constexpr std::uint32_t kPiece = 200;

BrokenThing::Kind broken_kind(HeldFinding::Kind kind) {
  switch (kind) {
    case HeldFinding::OUTDATED:
      return BrokenThing::Kind::kOutdated;
    case HeldFinding::UNKNOWN:
      return BrokenThing::Kind::kUnknown;
    case HeldFinding::UNINDEXED:
      return BrokenThing::Kind::kUnindexed;
    default:
      return BrokenThing::Kind::kMissing;
  }
}

template <class Visit>
void for_each_shard(std::uint64_t bits, Visit&& visit) {
  for (; bits != 0; bits &= bits - 1) visit(ShardId(static_cast<std::uint8_t>(std::countr_zero(bits))));
}

}  // namespace

void BuzzAudit::run(std::function<void()> then) {
  then_ = std::move(then);
  look(0);
}

void BuzzAudit::look(std::uint64_t from) {
  from_ = from;
  proto::InspectionQuery query;
  query.mutable_own_buzzes()->set_from_id(from);
  query.mutable_own_buzzes()->set_limit(kPiece);
  questions_.ask(shard_, std::move(query), [this](const proto::Inspection* piece) {
    if (piece == nullptr) return end();
    piece_ = *piece;
    questions_.ask_each(held(nullptr), [this](const Questions::Answers& answers) { compared(answers); });
  });
}

Questions::Round BuzzAudit::held(const std::set<Place>* only) const {
  Questions::Round round;
  for (const proto::AuditedBuzz& audited : piece_.buzzes()) {
    for_each_shard(audited.concerned(), [&](ShardId shard) {
      if (only != nullptr && only->count({audited.buzz().id(), shard}) == 0) return;
      proto::HeldQuery& query = *round[shard].mutable_held();
      query.set_from(shard_.value());
      *query.add_buzzes() = audited.buzz();
    });
  }
  return round;
}

void BuzzAudit::compared(const Questions::Answers& answers) {
  const Authors authors = authors_of_piece();
  std::vector<Questions::Wanted> wanted;
  std::uint64_t pending = 0;
  for (const auto& [shard, told] : answers) {
    if (told.findings().empty()) continue;
    if (told.unsettled()) {
      pending += static_cast<std::uint64_t>(told.findings_size());
      continue;
    }
    Questions::Wanted one{shard_, shard, told.stream(), {}, {}};
    for (const HeldFinding& finding : told.findings()) {
      one.ids.insert(finding.id());
      // From which buzz on a follow counts, the home may have told anew: that answer comes first.
      one.authors.insert(authors.at(finding.id()));
    }
    wanted.push_back(std::move(one));
  }
  if (wanted.empty() && pending == 0) return go_on();
  questions_.find_queued(wanted, [this, wanted, authors, pending](const std::vector<Questions::Queued>& queued) {
    std::set<Place> suspects;
    std::uint64_t on_the_way = pending;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      for (const std::uint64_t id : wanted[i].ids) {
        const bool comes = queued[i].ids.count(id) > 0 || queued[i].authors.count(authors.at(id)) > 0;
        if (queued[i].unsettled || comes) {
          ++on_the_way;
        } else {
          suspects.insert({id, wanted[i].to});
        }
      }
    }
    confirm(suspects, on_the_way);
  });
}

void BuzzAudit::confirm(const std::set<Place>& suspects, std::uint64_t pending) {
  questions_.ask_each(held(&suspects), [this, pending](const Questions::Answers& answers) {
    std::map<std::uint64_t, std::uint32_t> versions;
    for (const proto::AuditedBuzz& audited : piece_.buzzes()) versions[audited.buzz().id()] = audited.buzz().version();
    Differences differences;
    for (const auto& [shard, told] : answers) {
      for (const HeldFinding& finding : told.findings()) {
        differences[{finding.id(), shard}] = {finding.kind(), versions[finding.id()], finding.version()};
      }
    }
    judge(std::move(differences), pending);
  });
}

void BuzzAudit::judge(Differences differences, std::uint64_t pending) {
  if (!differences.empty() && !seen_) {
    seen_ = std::move(differences);
    return look(from_);
  }
  report_.pending += pending;
  const Authors authors = authors_of_piece();
  for (const auto& [place, difference] : differences) {
    const auto before = seen_->find(place);
    if (before != seen_->end() && before->second == difference) {
      report_.add({broken_kind(difference.kind), shard_, place.second, place.first, authors.at(place.first)});
    } else {
      ++report_.pending;
    }
  }
  go_on();
}

BuzzAudit::Authors BuzzAudit::authors_of_piece() const {
  Authors authors;
  for (const proto::AuditedBuzz& audited : piece_.buzzes()) {
    authors[audited.buzz().id()] = kernel::lower_name(audited.buzz().author());
  }
  return authors;
}

void BuzzAudit::go_on() {
  for (const proto::AuditedBuzz& audited : piece_.buzzes()) {
    ++report_.buzzes;
    report_.deliveries += static_cast<std::uint64_t>(std::popcount(audited.concerned()));
  }
  seen_.reset();
  if (piece_.next_id() == 0) return end();
  look(piece_.next_id());
}

void BuzzAudit::end() {
  const auto then = std::move(then_);
  then();
}

}  // namespace buzzer::inspection
