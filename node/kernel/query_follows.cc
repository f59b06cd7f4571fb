// Accounts, and who follows whom.
#include <algorithm>
#include <string>

#include "node/kernel/home_shard.h"
#include "node/kernel/query_parts.h"
#include "node/kernel/text.h"

namespace buzzer::kernel {
namespace {

// Up to `limit` names, those after the last one of another page.
class NamePage {
 public:
  NamePage(const Question& question, std::string_view after, std::size_t limit)
      : answer_(question.answer), after_(lower_name(after)), limit_(limit) {}

  [[nodiscard]] const std::string& from() const { return after_; }
  [[nodiscard]] bool is_before(std::string_view lower) const { return !after_.empty() && lower <= after_; }
  // False if there is no room for it.
  [[nodiscard]] bool add(const std::string& name) {
    answer_.set_more(static_cast<std::size_t>(answer_.users_size()) == limit_);
    if (answer_.more()) return false;
    answer_.add_users()->set_name(name);
    return true;
  }

 private:
  proto::Answer& answer_;
  const std::string after_;
  const std::size_t limit_;
};

bool is_after(const Question& question, std::string_view after) {
  if (after.empty() || is_name(after)) return true;
  question.refuse(proto::ErrorCode::kInvalidName, "`after` goes with a name, 1 to 30 of A-Z a-z 0-9 _");
  return false;
}

}  // namespace

void answer_user(const Question& question, const proto::UserQuery& query) {
  if (!question.has_account(query.name())) return;
  *question.answer.add_users() = *question.state.account(LowerName(query.name()).view());
}

void answer_followees(const Question& question, const proto::FolloweesQuery& query) {
  if (!is_after(question, query.after()) || !question.has_account(query.user())) return;
  NamePage page(question, query.after(), query.limit());
  question.state.visit_edges(LowerName(query.user()).view(), page.from(),
                             [&](std::string_view author, const proto::FollowEdge& edge) {
                               return edge.pending() || page.is_before(author) || page.add(edge.author());
                             });
}

void answer_followers(const Question& question, const proto::FollowersQuery& query) {
  if (!is_after(question, query.after())) return;
  const LowerName author(query.user());
  const bool is_here = is_name(query.user()) && shard_of_user(author.view()) == question.shard;
  // Every other shard can say only who of its own follows; a name that nobody can have is nobody's everywhere.
  if ((is_here || !is_name(query.user())) && !question.has_account(query.user())) return;
  NamePage page(question, query.after(), query.limit());
  question.state.visit_followers(author.view(), page.from(), [&](std::string_view follower) {
    if (page.is_before(follower)) return true;
    const proto::FollowEdge* edge = question.state.edge(follower, author.view());
    if (edge == nullptr || edge->pending()) return true;
    const proto::Account* account = question.state.account(follower);
    return account == nullptr || page.add(account->name());
  });
}

}  // namespace buzzer::kernel
