#include "node/inspection/follow_audit.h"

#include <utility>
#include <vector>

#include "node/kernel/home_shard.h"

namespace buzzer::inspection {
namespace {

constexpr std::uint32_t kPiece = 200;

}  // namespace

void FollowAudit::run(std::function<void()> then) {
  then_ = std::move(then);
  look("");
}

void FollowAudit::look(const std::string& from) {
  from_ = from;
  proto::InspectionQuery query;
  query.mutable_followed()->set_from(from);
  query.mutable_followed()->set_limit(kPiece);
  questions_.ask(shard_, std::move(query), [this](const proto::Inspection* piece) {
    if (piece == nullptr) return end();
    piece_ = *piece;
    compare();
  });
}

Questions::Round FollowAudit::interest_of(const Suspects* only) const {
  Questions::Round round;
  for (const proto::FollowedThere& followed : piece_.followed()) {
    const ShardId home = kernel::shard_of_user(followed.author());
    if (only != nullptr) {
      const auto suspects = only->find(home);
      if (suspects == only->end() || suspects->second.count(followed.author()) == 0) continue;
    }
    proto::InterestQuery& interest = *round[home].mutable_interest();
    interest.set_in(shard_.value());
    *interest.add_followed() = followed;
  }
  return round;
}

void FollowAudit::compare() {
  questions_.ask_each(interest_of(nullptr), [this](const Questions::Answers& answers) { compared(answers); });
}

void FollowAudit::compared(const Questions::Answers& answers) {
  std::vector<Questions::Wanted> wanted;
  for (const auto& [home, told] : answers) {
    if (told.followed().empty()) continue;
    Questions::Wanted one{shard_, home, told.stream(), {}, {}};
    for (const proto::FollowedThere& differs : told.followed()) one.authors.insert(differs.author());
    wanted.push_back(std::move(one));
  }
  if (wanted.empty()) return go_on();
  questions_.find_queued(wanted, [this, wanted](const std::vector<Questions::Queued>& queued) {
    Suspects suspects;
    std::uint64_t pending = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      for (const std::string& author : wanted[i].authors) {
        if (queued[i].all || queued[i].authors.count(author) > 0) {
          ++pending;
        } else {
          suspects[wanted[i].to].insert(author);
        }
      }
    }
    if (suspects.empty()) {
      report_.pending += pending;
      return go_on();
    }
    questions_.ask_each(interest_of(&suspects), [this, pending](const Questions::Answers& again) {
      Differences left;
      for (const auto& [home, told] : again) {
        for (const proto::FollowedThere& differs : told.followed()) left[differs.author()].known = differs.followers();
      }
      for (const proto::FollowedThere& followed : piece_.followed()) {
        const auto found = left.find(followed.author());
        if (found != left.end()) found->second.followers = followed.followers();
      }
      judge(std::move(left), pending);
    });
  });
}

void FollowAudit::judge(Differences differences, std::uint64_t pending) {
  if (!differences.empty() && !seen_) {
    seen_ = std::move(differences);
    return look(from_);
  }
  report_.pending += pending;
  for (const auto& [author, difference] : differences) {
    const auto before = seen_->find(author);
    if (before != seen_->end() && before->second == difference) {
      report_.add({BrokenThing::Kind::kInterest, kernel::shard_of_user(author), shard_, 0, author});
    } else {
      ++report_.pending;
    }
  }
  go_on();
}

void FollowAudit::go_on() {
  report_.follows += static_cast<std::uint64_t>(piece_.followed_size());
  seen_.reset();
  if (piece_.next_author().empty()) return end();
  look(piece_.next_author());
}

void FollowAudit::end() {
  const auto then = std::move(then_);
  then();
}

}  // namespace buzzer::inspection
