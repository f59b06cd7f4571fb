#include "node/inspection/report.h"

#include <utility>

namespace buzzer::inspection {

AuditReport::Verdict AuditReport::verdict() const {
  if (!broken.empty()) return Verdict::kBroken;
  return pending > 0 || !silent.empty() ? Verdict::kUnproven : Verdict::kProven;
}

void AuditReport::add(BrokenThing thing) {
  if (broken.size() < kMostBroken) {
    broken.push_back(std::move(thing));
  } else {
    ++further_broken;
  }
}

void AuditReport::merge(const AuditReport& other) {
  shards += other.shards;
  buzzes += other.buzzes;
  deliveries += other.deliveries;
  follows += other.follows;
  streams += other.streams;
  pending += other.pending;
  further_broken += other.further_broken;
  for (const BrokenThing& thing : other.broken) add(thing);
  begun_anew.insert(other.begun_anew.begin(), other.begun_anew.end());
  silent.insert(other.silent.begin(), other.silent.end());
}

}  // namespace buzzer::inspection
