// One buzz, and one within its thread. The thread index at the root's home holds every reply, direct or not, and the id
// of each is larger than that of what it replies to.
#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "node/kernel/query_parts.h"

namespace buzzer::kernel {
namespace {

// Entries of the index that one page looks at, and ancestors that one path is searched for among.
constexpr std::size_t kMostLookedAt = 10'000;
// Of a path: the root, and so many of the last.
constexpr std::size_t kMostPathSize = 200;
// A path leaves room for replies.
constexpr std::size_t kMostPathBytes = kMostPageBytes / 2;

class Thread {
 public:
  Thread(const Question& question, BuzzId root)
      : state_(question.state), shard_(question.shard), root_(root), key_(std::to_string(root.value())) {}

  [[nodiscard]] BuzzId root() const { return root_; }

  // Null if it is not in this thread, or not here yet. The root is not found so.
  [[nodiscard]] const proto::Buzz* reply(BuzzId id) const {
    if (id == BuzzId()) return nullptr;
    std::optional<std::string> author;
    state_.visit_index(Index::kThread, key_, BuzzId(id.value() - 1), Direction::kNewer,
                       [&](BuzzId found, std::string_view name) {
                         if (found == id) author = name;
                         return false;
                       });
    return author ? find_buzz(state_, shard_, *author, id) : nullptr;
  }

  [[nodiscard]] bool holds(BuzzId id) const {
    if (id != root_) return reply(id) != nullptr;
    bool has_replies = false;  // a root that is gone had some
    state_.visit_index(Index::kThread, key_, BuzzId(), Direction::kNewer,
                       [&](BuzzId /*id*/, std::string_view /*author*/) {
                         has_replies = true;
                         return false;
                       });
    return has_replies || state_.buzz(root_) != nullptr;
  }

  // The root as it is now; of one that is gone, what is known of it: that it is no more.
  [[nodiscard]] proto::Buzz root_buzz() const {
    if (const proto::Buzz* buzz = state_.buzz(root_)) return *buzz;
    proto::Buzz gone;
    gone.set_id(root_.value());
    gone.set_deleted(true);
    return gone;
  }

  // Replies beyond `from`, ascending, until the visitor returns false.
  template <class Visit>
  void visit_replies(BuzzId from, const Visit& visit) const {
    state_.visit_index(Index::kThread, key_, from, Direction::kNewer, [&](BuzzId id, std::string_view author) {
      const proto::Buzz* buzz = find_buzz(state_, shard_, author, id);
      if (buzz == nullptr) return true;
      const proto::Buzz found = *buzz;  // who is visited reads others
      return visit(found);
    });
  }

 private:
  const StateView& state_;
  const ShardId shard_;
  const BuzzId root_;
  const std::string key_;
};

// Whether buzzes reply to a certain one, directly or not. What it has found out of one it knows of the next.
class Descent {
 public:
  Descent(const Thread& thread, BuzzId ancestor, std::size_t& looked_at)
      : thread_(thread), ancestor_(ancestor), looked_at_(looked_at) {}

  [[nodiscard]] bool holds(const proto::Buzz& buzz) {
    if (ancestor_ == thread_.root()) return true;
    std::vector<BuzzId> way{BuzzId(buzz.id())};
    BuzzId parent(buzz.in_reply_to());
    std::optional<bool> is;
    while (!is) {
      if (parent <= ancestor_) {
        is = parent == ancestor_;  // ids grow from parent to child
      } else if (const auto known = known_.find(parent.value()); known != known_.end()) {
        is = known->second;
      } else {
        way.push_back(parent);
        const proto::Buzz* found = ++looked_at_ > kMostLookedAt ? nullptr : thread_.reply(parent);
        parent = found == nullptr ? BuzzId() : BuzzId(found->in_reply_to());
      }
    }
    for (const BuzzId id : way) known_[id.value()] = *is;
    return *is;
  }

 private:
  const Thread& thread_;
  const BuzzId ancestor_;
  std::size_t& looked_at_;
  std::unordered_map<std::uint64_t, bool> known_;
};

// From the root down to the buzz `id`, that one last. Of a very long way the middle is left out, and so is what has not
// arrived here yet.
void add_path(const Thread& thread, BuzzId id, Page& page) {
  std::vector<proto::Buzz> way;  // from the buzz up
  std::size_t bytes = 0;
  while (id != thread.root() && way.size() + 1 < kMostPathSize && bytes < kMostPathBytes) {
    const proto::Buzz* found = thread.reply(id);
    if (found == nullptr) break;
    bytes += found->ByteSizeLong();
    way.push_back(*found);
    id = BuzzId(found->in_reply_to());
  }
  way.push_back(thread.root_buzz());
  std::reverse(way.begin(), way.end());
  for (const proto::Buzz& buzz : way) {
    if (!page.add(buzz)) return;
  }
}

void add_replies(const Thread& thread, BuzzId to, BuzzId from, Page& page, proto::Answer& answer) {
  std::size_t looked_at = 0;
  Descent descent(thread, to, looked_at);
  BuzzId last = std::max(to, from);
  thread.visit_replies(last, [&](const proto::Buzz& buzz) {
    ++looked_at;
    const bool descends = descent.holds(buzz);
    // Of a buzz whose ancestors were too many to look at nothing is known, unless it is the first: then it is passed
    // over, or no page would ever come to what is behind it.
    const bool enough = looked_at > kMostLookedAt && last != std::max(to, from);
    answer.set_more(enough || (descends && !page.add(buzz)));
    if (!answer.more()) last = BuzzId(buzz.id());
    return !answer.more();
  });
  if (answer.more()) answer.set_last_id(last.value());
}

}  // namespace

void answer_buzz(const Question& question, const proto::BuzzQuery& query) {
  const proto::Buzz* buzz = question.state.buzz(BuzzId(query.id()));
  if (buzz == nullptr) {
    return question.refuse(proto::ErrorCode::kUnknownBuzz, "no such buzz: " + std::to_string(query.id()));
  }
  Page page(*question.answer.mutable_buzzes(), 1);
  (void)page.add(*buzz);  // the first always fits
}

void answer_thread(const Question& question, const proto::ThreadQuery& query) {
  const BuzzId id(query.id());
  BuzzId root(query.root());
  if (root == BuzzId()) {
    const proto::Buzz* buzz = question.state.buzz(id);
    root = buzz == nullptr || buzz->root() == 0 ? id : BuzzId(buzz->root());
  }
  if (id_shard(root) != question.shard) {
    return question.refuse(proto::ErrorCode::kBadRequest, "the thread's root is at home elsewhere: ask there");
  }
  const Thread thread(question, root);
  if (id == BuzzId() || !thread.holds(id)) {
    return question.refuse(proto::ErrorCode::kUnknownBuzz,
                           "no such buzz in that thread: " + std::to_string(query.id()));
  }
  Page path(*question.answer.mutable_path(), kMostPathSize);
  add_path(thread, id, path);
  Page replies(*question.answer.mutable_buzzes(), query.limit(), path.bytes());
  add_replies(thread, id, BuzzId(query.from_id()), replies, question.answer);
}

}  // namespace buzzer::kernel
