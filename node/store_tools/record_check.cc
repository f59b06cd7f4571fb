#include "node/store_tools/record_check.h"

#include "node/kernel/buzz_id.h"
#include "node/kernel/home_shard.h"
#include "node/kernel/text.h"
#include "node/store/gossip_keys.h"
#include "proto/commands.pb.h"

namespace buzzer::store_tools {
namespace {

using base::BuzzId;
using base::ShardId;
using kernel::id_shard;
using kernel::LowerName;
using kernel::shard_of_user;
using store::KeyParts;
using Problem = std::optional<RecordProblem>;

constexpr std::string_view kNotParsed = "does not hold a record of its table";

Problem bad(std::string_view what) { return RecordProblem{FindingKind::kBadValue, what}; }
Problem misplaced(std::string_view what) { return RecordProblem{FindingKind::kMisplaced, what}; }

bool parse(google::protobuf::MessageLite& record, std::string_view value) {
  return record.ParseFromArray(value.data(), static_cast<int>(value.size()));
}

// Whether `name`, as registered, is the user of that name in lower case.
bool is_same_user(const std::string& name, std::string_view lower) {
  return kernel::is_name(name) && LowerName(name).view() == lower;
}

Problem check_account(const KeyParts& key, std::string_view value, proto::Account& account) {
  if (!parse(account, value)) return bad(kNotParsed);
  if (!is_same_user(account.name(), key.name)) return bad("holds another name than its key");
  return {};
}

Problem check_text(const proto::Buzz& buzz, BuzzId id) {
  if (buzz.id() != id.value()) return bad("holds another id than its key");
  if (!kernel::is_name(buzz.author())) return bad("names no author");
  if (buzz.version() == 0) return bad("has no version");
  if (buzz.deleted() && (!buzz.text().empty() || !buzz.entities().empty())) return bad("is deleted and has a text");
  return {};
}

Problem check_buzz(const KeyParts& key, std::string_view value, proto::Buzz& buzz) {
  const BuzzId id(key.number);
  if (id_shard(id) != key.shard) return misplaced("has an id of another shard");
  if (!parse(buzz, value)) return bad(kNotParsed);
  if (auto problem = check_text(buzz, id)) return problem;
  if (shard_of_user(LowerName(buzz.author()).view()) != key.shard) return misplaced("has an author of another shard");
  return {};
}

Problem check_copy(const KeyParts& key, std::string_view value, proto::Copy& copy) {
  if (!parse(copy, value)) return bad(kNotParsed);
  if (auto problem = check_text(copy.buzz(), BuzzId(key.number))) return problem;
  if (!is_same_user(copy.buzz().author(), key.name)) return bad("holds another author than its key");
  const ShardId home = shard_of_user(key.name);
  if (home == key.shard) return misplaced("has an author of this shard");
  if (id_shard(BuzzId(key.number)) != home) return bad("has an id that is not of its author's shard");
  return {};
}

Problem check_command_key(std::string_view value, proto::CommandKey& record) {
  if (!parse(record, value)) return bad(kNotParsed);
  if (!record.follows().empty()) return {};  // waits for its reply
  thread_local proto::Reply reply;
  if (!parse(reply, record.reply())) return bad("holds no reply");
  return {};
}

Problem check_edge(const KeyParts& key, std::string_view value, proto::FollowEdge& edge) {
  if (!parse(edge, value)) return bad(kNotParsed);
  if (!is_same_user(edge.author(), key.other_name)) return bad("holds another author than its key");
  if (edge.pending() != (edge.position() == 0)) return bad("is pending and has a position, or is not and has none");
  return {};
}

Problem check_interest(std::string_view value, proto::AuthorInterest& interest) {
  if (!parse(interest, value)) return bad(kNotParsed);
  const auto shards = interest.followers_size();
  if (shards > static_cast<int>(base::kShardCount)) return bad("counts followers in more shards than there are");
  if (interest.epochs_size() != shards) return bad("has not as many epochs as counts");
  if (shards == 0 || interest.followers(shards - 1) == 0) return bad("counts nobody");
  return {};
}

Problem check_followed_author(const KeyParts& key, std::string_view value, proto::FollowedAuthor& record) {
  if (shard_of_user(key.name) == key.shard) return misplaced("is of an author of this shard");
  if (!parse(record, value)) return bad(kNotParsed);
  if (record.accepted() && !is_same_user(record.name(), key.name)) return bad("holds another name than its key");
  if (record.followers() == 0) return bad("counts nobody");
  return {};
}

// A topic whose key has only its hash stands in the value, behind the author.
Problem check_index_entry(const KeyParts& key, std::string_view value) {
  const std::string_view author = indexed_author(value);
  if (!kernel::is_name(author) || LowerName(author).view() != author) return bad("names no author");
  if (key.table == 'd') {
    return id_shard(BuzzId(key.number)) == key.shard ? Problem() : misplaced("is of a thread of another shard");
  }
  if (key.table == 'n') return {};
  std::string_view topic = key.tag;
  if (topic.empty()) {
    topic = author.size() < value.size() ? value.substr(author.size() + 1) : std::string_view();
    if (topic.size() <= store::kMostTagBytes) return bad("names no topic that only its hash could stand for");
  } else if (author.size() != value.size()) {
    return bad("names more than an author");
  }
  if (kernel::shard_of_topic(topic) != key.shard) return misplaced("is of a topic of another shard");
  return {};
}

Problem check_arrival(std::string_view value) {
  thread_local proto::Arrival arrival;
  if (!parse(arrival, value)) return bad(kNotParsed);
  if (arrival.kind() == proto::Arrival::UNSPECIFIED || arrival.author().empty()) return bad("says nothing");
  return {};
}

Problem check_row(const KeyParts& key, std::string_view value) {
  if (key.peer == key.shard) return misplaced("is a row to its own shard");
  thread_local proto::Delivery delivery;
  if (!parse(delivery, value)) return bad(kNotParsed);
  if (delivery.body_case() == proto::Delivery::BODY_NOT_SET) return bad("delivers nothing");
  return {};
}

template <class Record>
Problem check_parsed(std::string_view value) {
  thread_local Record record;
  return parse(record, value) ? Problem() : bad(kNotParsed);
}

// Whose tables begin with the name of a user at home in the shard.
bool is_of_user_here(char table) { return std::string_view("afghiknpsx").find(table) != std::string_view::npos; }

}  // namespace

std::string_view indexed_author(std::string_view value) { return value.substr(0, value.find('\0')); }

std::optional<RecordProblem> check_record(const KeyParts& key, std::string_view value, Records& records) {
  if (is_of_user_here(key.table)) {
    const std::string_view user = key.table == 'h' ? key.other_name : key.name;
    if (shard_of_user(user) != key.shard) return misplaced("is of a user of another shard");
  }
  switch (key.table) {
    case 'a':
      return check_account(key, value, records.account);
    case 'b':
      return check_buzz(key, value, records.buzz);
    case 'c':
      return check_copy(key, value, records.copy);
    case 'd':
    case 'n':
    case 't':
      return check_index_entry(key, value);
    case 'f':
    case 'h':
    case 'x':
      return value.empty() ? Problem() : bad("holds a value, which must be empty");
    case 'g':
      return check_edge(key, value, records.edge);
    case 'i':
      return check_interest(value, records.interest);
    case 'j':
      return check_followed_author(key, value, records.followed_author);
    case 'k':
      return check_command_key(value, records.command_key);
    case 'l':
      return check_arrival(value);
    case 'm':
      return store::decode_number(value) ? Problem() : bad("is not 8 bytes");
    case 'o':
      return check_row(key, value);
    case 'p':
      return check_parsed<proto::Credential>(value);
    case 'q':
      return key.peer == key.shard ? misplaced("is a stream to its own shard") : check_parsed<proto::OutStream>(value);
    case 's':
      return check_parsed<proto::Session>(value);
    case 'w':
      return key.peer == key.shard ? misplaced("is a stream from its own shard")
                                   : check_parsed<proto::Watermark>(value);
    default:
      return check_parsed<proto::Sweep>(value);
  }
}

}  // namespace buzzer::store_tools
