#include "bench/core/feed_pages.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"
#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/queries.h"
#include "node/store/rocksdb_store.h"

namespace buzzer::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kAuthor = "the_author";  // of author_page()
constexpr const char* kText =
    "What a day: the sun is out at last, and the town is full of people. Where are you, Alice?";
constexpr std::size_t kAtOnce = 1000;  // records in one batch

// A reader at home where kAuthor is.
std::string reader_of(std::size_t followees) {
  const base::ShardId shard = kernel::shard_of_user(kAuthor);
  for (std::size_t tried = 0;; ++tried) {
    std::string name = "reader" + std::to_string(followees) + '_' + std::to_string(tried);
    if (kernel::shard_of_user(name) == shard) return name;
  }
}

// What fills the store, in batches.
class Writer {
 public:
  Writer(store::Store& store, const shard::Overlay& nothing, base::ShardId shard)
      : store_(store), shard_(shard), state_(store, nothing, shard) {
    state_.begin();
  }

  void add_account(const std::string& name) {
    proto::Account account;
    account.set_name(name);
    state_.put_account(name, account);
    made_one();
  }

  void add_edge(const std::string& follower, const std::string& author) {
    proto::FollowEdge edge;
    edge.set_author(author);
    edge.set_position(1);
    state_.put_edge(follower, author, edge);
    made_one();
  }

  // Each a millisecond after the one before.
  void add_buzz(const std::string& author) {
    const base::ShardId home = kernel::shard_of_user(author);
    proto::Copy copy;
    proto::Buzz& buzz = *copy.mutable_buzz();
    const std::int64_t posted_ms = kernel::kIdEpochMs + ++buzzes_;
    const base::BuzzId id = kernel::first_id(posted_ms, home);
    buzz.set_id(id.value());
    buzz.set_author(author);
    buzz.set_text(kText);
    buzz.set_version(1);
    buzz.set_posted_ms(posted_ms);
    buzz.set_visibility(proto::Buzz::PUBLIC);
    if (home == shard_) {
      state_.put_buzz(buzz);
      state_.add_to_author(author, {posted_ms, id});
    } else {
      copy.set_epoch(1);
      state_.put_copy(author, copy);
    }
    made_one();
  }

  void flush() {
    BUZZER_CHECK(!state_.failed() && store_.write(state_.changes()).has_value());
    state_.begin();
    made_ = 0;
  }

 private:
  void made_one() {
    if (++made_ == kAtOnce) flush();
  }

  store::Store& store_;
  const base::ShardId shard_;
  shard::ShardState state_;
  std::size_t made_ = 0;
  std::int64_t buzzes_ = 0;
};

}  // namespace

FeedPages::FeedPages(const std::filesystem::path& folder, const std::vector<std::size_t>& followees) {
  store::RocksDbStoreOptions options;
  options.folder = folder;
  options.identity = {"bench", base::NodeId(0), 1};
  auto opened = store::open_rocksdb_store(options);
  BUZZER_CHECK(opened.has_value());
  store_ = std::move(*opened);
  fill(followees);
  forget();
}

void FeedPages::fill(const std::vector<std::size_t>& followees) {
  Writer writer(*store_, nothing_in_flight_, kernel::shard_of_user(kAuthor));
  std::vector<std::string> authors;
  for (std::size_t i = 0; i < *std::max_element(followees.begin(), followees.end()); ++i) {
    authors.push_back("author" + std::to_string(i));
  }
  for (std::size_t i = 0; i < kBuzzes; ++i) {
    for (const std::string& author : authors) writer.add_buzz(author);
  }
  writer.add_account(kAuthor);
  for (std::size_t i = 0; i < 4 * kPage; ++i) writer.add_buzz(kAuthor);
  for (const std::size_t count : followees) {
    const std::string reader = reader_of(count);
    writer.add_account(reader);
    for (std::size_t i = 0; i < count; ++i) writer.add_edge(reader, authors[i]);
  }
  writer.flush();
}

void FeedPages::forget() {
  state_ = std::make_unique<shard::ShardState>(*store_, nothing_in_flight_, kernel::shard_of_user(kAuthor));
}

double FeedPages::home_page(std::size_t followees) {
  proto::Query query;
  query.mutable_feed()->mutable_feed()->set_home(reader_of(followees));
  query.mutable_feed()->set_limit(kPage);
  return page(query);
}

double FeedPages::author_page() {
  proto::Query query;
  query.mutable_author_feed()->set_author(kAuthor);
  query.mutable_author_feed()->set_limit(kPage);
  return page(query);
}

double FeedPages::page(const proto::Query& query) {
  const auto begun = Clock::now();
  proto::Answer answer;  // a new one for each, as a node has
  state_->begin();
  kernel::answer_query(*state_, query, kernel::shard_of_user(kAuthor), answer);
  const double us = std::chrono::duration<double, std::micro>(Clock::now() - begun).count();
  BUZZER_CHECK(!state_->failed() && answer.error() == 0 && answer.more());
  BUZZER_CHECK(answer.buzzes_size() == static_cast<int>(kPage));
  for (int i = 1; i < answer.buzzes_size(); ++i) BUZZER_CHECK(answer.buzzes(i).id() < answer.buzzes(i - 1).id());
  return us;
}

}  // namespace buzzer::bench
