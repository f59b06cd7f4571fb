#include "bench/core/social_graph.h"

#include <set>

namespace buzzer::bench {

SocialGraph::SocialGraph(std::uint64_t seed) : authors_of_(kUsers) {
  base::SeededRandom random(seed);
  std::set<std::pair<std::size_t, std::size_t>> known;
  // Half of all choose anybody; half choose as somebody before them did (Barabasi and Albert, Emergence of Scaling in
  // Random Networks, 1999).
  while (follows_.size() < kFollows) {
    const std::size_t follower = random.next() % kUsers;
    const bool copies = !follows_.empty() && random.next() % 2 == 0;
    const std::size_t author = copies ? follows_[random.next() % follows_.size()].second : random.next() % kUsers;
    if (follower == author || !known.emplace(follower, author).second) continue;
    follows_.emplace_back(follower, author);
    authors_of_[follower].push_back(author);
  }
}

std::string SocialGraph::text(std::size_t user, base::Random& random) const {
  constexpr std::size_t kCharacters = 256;
  constexpr std::size_t kMostMentions = 6;
  std::string text;
  const std::vector<std::size_t>& authors = authors_of_[user];
  const std::size_t mentions = authors.empty() ? 0 : 1 + random.next() % kMostMentions;
  for (std::size_t i = 0; i < mentions; ++i) text += '@' + name(authors[random.next() % authors.size()]) + ' ';
  while (text.size() < kCharacters) text += "all is well ";
  text.resize(kCharacters - 1);
  return text + '.';
}

}  // namespace buzzer::bench
