#include "node/journal/local_journal.h"

#include <optional>

#include <gtest/gtest.h>

#include "node/journal/inline_keeper.h"
#include "node/store/memory_store.h"
#include "tests/support/manual_loop.h"

namespace buzzer::journal {
namespace {

using std::chrono::milliseconds;

constexpr base::ShardId kShard{7};

class LocalJournalTest : public testing::Test {
 protected:
  LocalJournalTest() {
    keeper_.open([this](const store::OpenResult<store::Store*>& opened) { store_ = opened.value_or(nullptr); });
    loop_.advance(milliseconds(10));
    journal_ = std::make_unique<LocalJournal>(*store_, keeper_);
  }

  void append(std::uint64_t number, std::optional<AppendOutcome>& outcome) {
    store::Batch batch;
    batch.put("key " + std::to_string(number), "value");
    const auto enters_by = journal_->append({kShard, Epoch(1), EntryNumber(number), "entry", &batch},
                                            [&outcome](AppendOutcome told) { outcome = told; });
    EXPECT_EQ(enters_by, EntersBy::kJournal);
    EXPECT_FALSE(outcome) << "never from within the call";
  }
  void claim(std::optional<base::Result<Claim>>& claimed) {
    journal_->claim(kShard, [&claimed](const base::Result<Claim>& told) { claimed = told; });
    EXPECT_FALSE(claimed) << "never from within the call";
  }

  tests::ManualLoop loop_;
  store::MemoryDisk disk_;
  InlineKeeper keeper_{loop_,
                       [this] {
                         return store::MemoryStore::open({{"grid", base::NodeId(0), 1}}, disk_);
                       },
                       [] { return milliseconds(1); }};
  store::Store* store_ = nullptr;
  std::unique_ptr<LocalJournal> journal_;
};

TEST_F(LocalJournalTest, EachClaimBeginsAnEpochAndKnowsTheLastEntry) {
  std::optional<base::Result<Claim>> first;
  claim(first);
  loop_.advance(milliseconds(10));
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->last, EntryNumber(0));
  std::optional<AppendOutcome> outcome;
  append(1, outcome);
  loop_.advance(milliseconds(10));
  EXPECT_EQ(outcome, AppendOutcome::kDurable);
  std::optional<base::Result<Claim>> second;
  claim(second);
  loop_.advance(milliseconds(10));
  ASSERT_TRUE(second && *second);
  EXPECT_EQ((*second)->last, EntryNumber(1));
  EXPECT_GT((*second)->epoch, (*first)->epoch);
}

// A shard that stepped back and claimed again took the numbers of entries that were still on their way to the store.
TEST_F(LocalJournalTest, ClaimKnowsOfEntriesThatAreOnTheirWay) {
  std::optional<AppendOutcome> outcomes[3];
  for (std::uint64_t number = 1; number <= 3; ++number) append(number, outcomes[number - 1]);
  std::optional<base::Result<Claim>> claimed;
  claim(claimed);
  loop_.advance(milliseconds(10));
  ASSERT_TRUE(claimed && *claimed);
  EXPECT_EQ((*claimed)->last, EntryNumber(3));
  for (const auto& outcome : outcomes) EXPECT_EQ(outcome, AppendOutcome::kDurable);
}

TEST_F(LocalJournalTest, FailedDiskLeavesOutcomesUnknown) {
  disk_.faults().fail_call(1, /*for_good=*/true);
  std::optional<AppendOutcome> outcome;
  append(1, outcome);
  std::optional<base::Result<Claim>> claimed;
  claim(claimed);
  loop_.advance(milliseconds(10));
  EXPECT_EQ(outcome, AppendOutcome::kUnknown);
  ASSERT_TRUE(claimed);
  EXPECT_FALSE(*claimed);
}

}  // namespace
}  // namespace buzzer::journal
