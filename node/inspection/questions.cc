#include "node/inspection/questions.h"

#include <utility>

namespace buzzer::inspection {

void Questions::ask(ShardId shard, proto::InspectionQuery query, std::function<void(const proto::Inspection*)> then) {
  Waiting asked{shard, {}, std::move(then)};
  *asked.query.mutable_inspection() = std::move(query);
  asked.query.mutable_inspection()->set_shard(shard.value());
  waiting_.push_back(std::move(asked));
  ask_next();
}

void Questions::ask_next() {
  while (!waiting_.empty()) {
    const std::size_t bytes = waiting_.front().query.ByteSizeLong();
    if (under_way_ > 0 && under_way_ + bytes > kMostUnderWay) return;
    const Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    under_way_ += bytes;
    ask_(next.query, [this, here = std::weak_ptr<const char>(here_), bytes, shard = next.shard,
                      then = next.then](const proto::Answer& told) {
      if (here.expired()) return;
      under_way_ -= bytes;
      ask_next();
      if (told.error() == 0) return then(&told.inspection());
      silent_.insert(shard);
      then(nullptr);
    });
  }
}

void Questions::ask_each(Round round, std::function<void(const Answers&)> then) {
  struct Gathering {
    std::size_t awaited;
    Answers answers;
    std::function<void(const Answers&)> then;
  };
  std::erase_if(round, [this](const auto& question) { return silent_.count(question.first) > 0; });
  if (round.empty()) return then({});
  const auto gathering = std::make_shared<Gathering>(Gathering{round.size(), {}, std::move(then)});
  for (auto& [shard, query] : round) {
    ask(shard, std::move(query), [shard = shard, gathering](const proto::Inspection* told) {
      if (told != nullptr) gathering->answers.emplace(shard, *told);
      if (--gathering->awaited == 0) gathering->then(gathering->answers);
    });
  }
}

void Questions::find_queued(Wanted wanted, std::function<void(const Queued&)> then) {
  go_on_finding(std::make_shared<const Wanted>(std::move(wanted)), std::make_shared<Queued>(), 0, std::move(then));
}

void Questions::find_queued(std::vector<Wanted> wanted, std::function<void(const std::vector<Queued>&)> then) {
  struct Gathering {
    std::size_t awaited;
    std::vector<Queued> found;
    std::function<void(const std::vector<Queued>&)> then;
  };
  if (wanted.empty()) return then({});
  const auto gathering =
      std::make_shared<Gathering>(Gathering{wanted.size(), std::vector<Queued>(wanted.size()), std::move(then)});
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    find_queued(std::move(wanted[i]), [i, gathering](const Queued& found) {
      gathering->found[i] = found;
      if (--gathering->awaited == 0) gathering->then(gathering->found);
    });
  }
}

void Questions::go_on_finding(const std::shared_ptr<const Wanted>& wanted, const std::shared_ptr<Queued>& found,
                              std::uint64_t from_number, std::function<void(const Queued&)> then) {
  proto::InspectionQuery query;
  proto::QueuedQuery& queued = *query.mutable_queued();
  queued.set_to(wanted->to.value());
  *queued.mutable_stream() = wanted->stream;
  queued.set_from_number(from_number);
  for (const std::uint64_t id : wanted->ids) queued.add_ids(id);
  for (const std::string& author : wanted->authors) queued.add_authors(author);
  ask(wanted->from, std::move(query), [this, wanted, found, then = std::move(then)](const proto::Inspection* told) {
    found->unsettled = told == nullptr || told->unsettled();
    if (found->unsettled) return then(*found);
    found->ids.insert(told->queued_ids().begin(), told->queued_ids().end());
    found->authors.insert(told->queued_authors().begin(), told->queued_authors().end());
    if (told->next_number() == 0) return then(*found);
    go_on_finding(wanted, found, told->next_number(), then);
  });
}

}  // namespace buzzer::inspection
