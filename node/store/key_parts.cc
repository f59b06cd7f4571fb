#include "node/store/key_parts.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "node/store/gossip_keys.h"
#include "node/store/key_reader.h"

namespace buzzer::store {
namespace {

// Fields: n name, N number, s the other shard, t tag; and at the end of a key: k client-key, h token-hash, m meta
// field.
struct Table {
  char letter;
  std::string_view fields;
  std::string_view title;
};

constexpr std::array<Table, 21> kTables{{
    {'a', "n", "accounts"},
    {'b', "N", "buzzes"},
    {'c', "nN", "copies of buzzes"},
    {'d', "NN", "thread index"},
    {'f', "nNN", "author feeds"},
    {'g', "nn", "follow edges"},
    {'h', "nn", "followers"},
    {'i', "n", "interest in authors"},
    {'j', "n", "followed authors"},
    {'k', "nk", "command keys"},
    {'l', "N", "arrival log"},
    {'m', "m", "meta"},
    {'n', "nN", "mentions"},
    {'o', "sN", "rows of streams"},
    {'p', "n", "credentials"},
    {'q', "s", "outgoing streams"},
    {'s', "nh", "sessions"},
    {'t', "tN", "topic index"},
    {'w', "s", "watermarks"},
    {'x', "Nnk", "command keys by age"},
    {'z', "N", "sweeps"},
}};

constexpr std::string_view kMetaFields = "iescl";

const Table* find_table(char letter) {
  const auto* const found =
      std::find_if(kTables.begin(), kTables.end(), [&](const Table& table) { return table.letter == letter; });
  return found == kTables.end() ? nullptr : &*found;
}

bool is_lower_name(std::string_view name) {
  return !name.empty() && name.size() <= kMostNameBytes &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// Reads one field into the parts; false if it is not as the grammar has it.
bool take_field(char field, KeyReader& reader, KeyParts& parts, int& names, int& numbers) {
  switch (field) {
    case 'n': {
      std::string_view& name = names++ == 0 ? parts.name : parts.other_name;
      name = reader.name();
      return is_lower_name(name);
    }
    case 'N':
      (numbers++ == 0 ? parts.number : parts.other_number) = reader.number();
      return true;
    case 's':
      parts.peer = ShardId(reader.byte());
      return parts.peer.value() < kShardCount;
    case 't':
      parts.tag = reader.tag();
      return parts.tag.size() <= kMostTagBytes;
    case 'k':
      parts.tail = reader.rest();
      return !parts.tail.empty() && parts.tail.size() <= kMostClientKeyBytes;
    case 'h':
      parts.tail = reader.rest();
      return parts.tail.size() == kTokenHashBytes;
    default:
      parts.tail = reader.rest();
      return parts.tail.size() == 1 && kMetaFields.find(parts.tail.front()) != std::string_view::npos;
  }
}

bool is_plain(char c) { return c > ' ' && c <= '~' && c != '\\'; }

// Anything but plain characters as \xNN.
void append_escaped(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : bytes) {
    if (is_plain(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out += "\\x";
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
}

}  // namespace

std::optional<KeyParts> take_apart(std::string_view key) {
  const Table* table = key.size() < 2 ? nullptr : find_table(key[1]);
  if (table == nullptr) return std::nullopt;
  KeyReader reader(key, table->letter);
  KeyParts parts;
  parts.shard = ShardId(static_cast<std::uint8_t>(key[0]));
  parts.table = table->letter;
  int names = 0;
  int numbers = 0;
  for (const char field : table->fields) {
    if (!take_field(field, reader, parts, names, numbers)) return std::nullopt;
  }
  if (!reader.ok()) return std::nullopt;
  return parts;
}

std::string_view tables_of_a_shard() {
  static const std::string kLetters = [] {
    std::string letters;
    for (const Table& table : kTables) letters += table.letter;
    return letters;
  }();
  return kLetters;
}

std::string_view table_title(char table) {
  const Table* found = find_table(table);
  return found == nullptr ? "unknown" : found->title;
}

std::string describe_key(std::string_view key) {
  std::string text;
  const auto parts = take_apart(key);
  if (!parts) {
    constexpr std::size_t kMostShown = 64;
    append_escaped(text, key.substr(0, kMostShown));
    return key.size() > kMostShown ? text + "..." : text;
  }
  text = std::string("'") + parts->table + "'";
  const auto append = [&](std::string_view word) { append_escaped(text += ' ', word); };
  int names = 0;
  int numbers = 0;
  for (const char field : find_table(parts->table)->fields) {
    if (field == 'n') append(names++ == 0 ? parts->name : parts->other_name);
    if (field == 'N') append(std::to_string(numbers++ == 0 ? parts->number : parts->other_number));
    if (field == 's') append(std::to_string(parts->peer.value()));
    if (field == 't') append(parts->tag.empty() ? "(hashed)" : parts->tag);
    if (field == 'k' || field == 'm') append(parts->tail);
  }
  return text;
}

}  // namespace buzzer::store
