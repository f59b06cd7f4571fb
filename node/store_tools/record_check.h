// Whether an entry of a shard is, by itself, what its table may hold. Pure: nothing else of the store is asked.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "node/store/key_parts.h"
#include "node/store_tools/findings.h"
#include "proto/records.pb.h"

namespace buzzer::store_tools {

// The records of an entry that other entries are held against, each valid after an entry of its table; kept for their
// memory.
struct Records {
  proto::Account account;
  proto::Buzz buzz;
  proto::Copy copy;
  proto::CommandKey command_key;
  proto::FollowEdge edge;
  proto::FollowedAuthor followed_author;
  proto::AuthorInterest interest;
};

struct RecordProblem {
  FindingKind kind;
  std::string_view what;  // what the entry is, after its name, such as "holds another id than its key"
};

// The first thing that is wrong with an entry; none if nothing is. Parses the value into `records`.
[[nodiscard]] std::optional<RecordProblem> check_record(const store::KeyParts& key, std::string_view value,
                                                        Records& records);

// What an index entry says: whose buzz it is.
[[nodiscard]] std::string_view indexed_author(std::string_view value);

}  // namespace buzzer::store_tools
