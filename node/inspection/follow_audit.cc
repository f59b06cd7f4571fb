#include "node/inspection/follow_audit.h"

#include <map>
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
  proto::InspectionQuery query;
  query.mutable_followed()->set_from(from);
  query.mutable_followed()->set_limit(kPiece);
  questions_.ask(shard_, std::move(query), [this](const proto::Inspection* piece) {
    if (piece == nullptr) return end();
    piece_ = *piece;
    compare();
  });
}

void FollowAudit::compare() {
  Questions::Round round;
  for (const proto::FollowedThere& followed : piece_.followed()) {
    // Until the author's home has answered, nobody can say how many it should know.
    if (!followed.accepted()) {
      ++report_.pending;
      continue;
    }
    proto::InterestQuery& interest = *round[kernel::shard_of_user(followed.author())].mutable_interest();
    interest.set_in(shard_.value());
    *interest.add_followed() = followed;
  }
  questions_.ask_each(std::move(round), [this](const Questions::Answers& answers) { compared(answers); });
}

void FollowAudit::compared(const Questions::Answers& answers) {
  std::map<std::string, const proto::FollowedThere*> here;
  for (const proto::FollowedThere& followed : piece_.followed()) here[followed.author()] = &followed;
  std::vector<Questions::Wanted> wanted;
  for (const auto& [home, told] : answers) {
    Questions::Wanted one{shard_, home, told.stream(), {}, {}};
    for (const proto::FollowedThere& differs : told.followed()) {
      const proto::FollowedThere& followed = *here.at(differs.author());
      const bool same_stream = told.stream().generation() == followed.generation();
      // Since this shard was asked the stream has begun anew, or its receiver has taken what came later.
      if (!same_stream || told.stream().number() > followed.row()) {
        ++report_.pending;
      } else {
        one.authors.insert(differs.author());
      }
    }
    if (!one.authors.empty()) wanted.push_back(std::move(one));
  }
  questions_.find_queued(wanted, [this, wanted](const std::vector<Questions::Queued>& queued) {
    for (std::size_t i = 0; i < wanted.size(); ++i) judge(wanted[i], queued[i]);
    go_on();
  });
}

void FollowAudit::judge(const Questions::Wanted& wanted, const Questions::Queued& queued) {
  for (const std::string& author : wanted.authors) {
    if (queued.unsettled || queued.authors.count(author) > 0) {
      ++report_.pending;
    } else {
      report_.add({BrokenThing::Kind::kInterest, wanted.to, shard_, 0, author});
    }
  }
}

void FollowAudit::go_on() {
  report_.follows += static_cast<std::uint64_t>(piece_.followed_size());
  if (piece_.next_author().empty()) return end();
  look(piece_.next_author());
}

void FollowAudit::end() {
  const auto then = std::move(then_);
  then();
}

}  // namespace buzzer::inspection
