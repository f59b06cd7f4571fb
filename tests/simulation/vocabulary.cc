#include "tests/simulation/vocabulary.h"

#include <algorithm>

#include "node/kernel/home_shard.h"

namespace buzzer::simulation {
namespace {

// The first of `begin`, `begin`_0, `begin`_1 ... that the shard is the home of.
template <class ShardOf>
std::string find_in(base::ShardId shard, const std::string& begin, ShardOf&& shard_of) {
  std::string found = begin;
  for (std::uint32_t number = 0; shard_of(found) != shard; ++number) found = begin + '_' + std::to_string(number);
  return found;
}

// The words of a text that begin with `mark`, without it.
std::vector<std::string> words_marked(const std::string& text, char mark) {
  std::vector<std::string> words;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find_first_of(" \n", begin), text.size());
    if (end - begin > 1 && text[begin] == mark) words.push_back(text.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return words;
}

}  // namespace

const std::string& Vocabulary::name(std::uint32_t account) {
  while (names_.size() <= account) {
    const std::string plain = "user_" + std::to_string(names_.size());
    if (only_) {
      names_.push_back(find_in(*only_, plain, kernel::shard_of_user));
    } else if (names_.size() % 2 == 1) {
      names_.push_back(find_in(kernel::shard_of_user(names_.back()), plain, kernel::shard_of_user));
    } else {
      names_.push_back(plain);
    }
  }
  return names_[account];
}

std::string Vocabulary::nobody() const {
  return only_ ? find_in(*only_, "nobody", kernel::shard_of_user) : std::string("nobody");
}

const std::vector<std::string>& Vocabulary::topics() {
  if (topics_.empty()) {
    if (only_) {
      topics_ = {'#' + find_in(*only_, "news", kernel::shard_of_topic),
                 '#' + find_in(*only_, "tea", kernel::shard_of_topic)};
    } else {
      topics_ = {"#news", "#NEWS", "#tea", "#Grün", "#GRÜN", "#мир", "#МИР"};
    }
  }
  return topics_;
}

std::string plain_lower(std::string name) {
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

std::string plain_topic(const std::string& topic) {
  const std::string lower = plain_lower(topic.substr(!topic.empty() && topic[0] == '#' ? 1 : 0));
  if (lower == "grÜn") return "grün";
  if (lower == "МИР") return "мир";
  return lower;
}

std::set<std::string> plain_mentions(const std::string& text) {
  std::set<std::string> names;
  for (const std::string& word : words_marked(text, '@')) names.insert(plain_lower(word));
  return names;
}

std::set<std::string> plain_topics(const std::string& text) {
  std::set<std::string> topics;
  for (const std::string& word : words_marked(text, '#')) topics.insert(plain_topic(word));
  return topics;
}

}  // namespace buzzer::simulation
