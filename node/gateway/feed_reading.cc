#include "node/gateway/feed_reading.h"

#include <utility>

namespace buzzer::gateway {
namespace {

constexpr std::uint32_t kPageSize = 200;  // the most that a home answers at once

}  // namespace

FeedReading::FeedReading(Core& core, const std::vector<proto::Feed>& feeds, std::size_t most)
    : core_(core), to_go_back_(most) {
  for (const proto::Feed& feed : feeds) sources_.emplace_back().feed = feed;
}

void FeedReading::read_on(PageCallback told) {
  told_ = std::move(told);
  go_on();
}

void FeedReading::go_on() {
  if (goes_back_) go_back();
  if (!goes_back_) go_forward();
}

void FeedReading::go_back() {
  while (to_go_back_ > 0) {
    if (fill()) return;
    Source* source = first();
    if (source == nullptr) break;
    const std::uint64_t id = source->buzzes.front().id();
    source->buzzes.pop_front();
    if (id == reached_) continue;  // in two of the feeds
    reached_ = id;
    --to_go_back_;
  }
  goes_back_ = false;
  const std::uint64_t before = reached_ == 0 ? 0 : reached_ - 1;
  reached_ = 0;
  for (Source& source : sources_) {
    source.buzzes.clear();
    source.from = before;
    source.more = true;
  }
}

void FeedReading::go_forward() {
  ReadPage page;
  while (page.buzzes.size() < kPageSize) {
    if (fill()) {
      if (page.buzzes.empty()) return;
      break;  // what is asked for now comes with the next page
    }
    Source* source = first();
    page.last = source == nullptr;
    if (page.last) break;
    const bool is_new = source->buzzes.front().id() != std::exchange(reached_, source->buzzes.front().id());
    if (is_new) page.buzzes.push_back(std::move(source->buzzes.front()));
    source->buzzes.pop_front();
  }
  std::exchange(told_, nullptr)(std::move(page));
}

bool FeedReading::fill() {
  if (awaited_ > 0) return true;
  for (std::size_t i = 0; i < sources_.size(); ++i) {
    if (sources_[i].buzzes.empty() && sources_[i].more) ask(i);
  }
  return awaited_ > 0;
}

void FeedReading::ask(std::size_t source) {
  ++awaited_;
  proto::Query query;
  proto::FeedQuery& page = *query.mutable_feed();
  *page.mutable_feed() = sources_[source].feed;
  page.set_from_id(sources_[source].from);
  page.set_newer(!goes_back_);
  page.set_limit(kPageSize);
  core_.query(std::move(query), [here = weak_from_this(), source](const proto::Answer& answer) {
    if (const auto self = here.lock()) self->answered(self->sources_[source], answer);
  });
}

void FeedReading::answered(Source& source, const proto::Answer& answer) {
  --awaited_;
  if (answer.error() != 0) {
    if (told_ == nullptr) return;
    return std::exchange(told_, nullptr)(tl::unexpected(refusal_of(answer)));
  }
  source.buzzes.insert(source.buzzes.end(), answer.buzzes().begin(), answer.buzzes().end());
  source.more = answer.more() && answer.buzzes_size() > 0;
  if (!source.buzzes.empty()) source.from = source.buzzes.back().id();
  if (awaited_ == 0 && told_ != nullptr) go_on();
}

FeedReading::Source* FeedReading::first() {
  Source* found = nullptr;
  for (Source& source : sources_) {
    if (source.buzzes.empty()) continue;
    if (found == nullptr || (source.buzzes.front().id() < found->buzzes.front().id()) != goes_back_) found = &source;
  }
  return found;
}

}  // namespace buzzer::gateway
