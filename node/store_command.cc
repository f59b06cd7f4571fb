#include "node/store_command.h"

#include <string>
#include <system_error>

#include "node/store/rocksdb_store.h"

namespace buzzer::node {
namespace {

namespace fs = std::filesystem;

int refuse(std::ostream& err, const std::string& reason) {
  err << "buzzer: " << reason << '\n';
  return 1;
}

// Opening would make the folder, and so a store of nothing where a path was mistyped.
bool holds_a_store(const fs::path& folder) {
  std::error_code ignored;
  return fs::exists(folder / "db", ignored) || fs::exists(folder / "synced", ignored);
}

void tell_whose(std::ostream& out, const fs::path& folder, const store::GridIdentity& identity) {
  out << "The store in " << folder.string() << " belongs to node " << identity.node.value() << " of grid \""
      << identity.grid_id << "\" (" << identity.nodes << (identity.nodes == 1 ? " node" : " nodes") << ").\n";
}

void tell_loss(std::ostream& out, const store::StoreSurvey& found) {
  out << "Kept: all that was written up to sequence " << found.recovered << ", and of what came later only what stands "
      << "before the first damaged place.\n";
  if (found.synced) {
    out << "Lost: the rest of sequences " << found.recovered + 1 << " to " << *found.synced
        << ", which had been synced and may have been acknowledged.\n";
  } else {
    out << "Lost: nobody can tell how much, because the file that says how far the store was synced is missing or "
           "damaged.\n";
  }
}

}  // namespace

int accept_loss(const fs::path& folder, std::ostream& out, std::ostream& err) {
  if (!holds_a_store(folder)) return refuse(err, "there is no store in " + folder.string());
  store::RocksDbStoreOptions options;
  options.folder = folder;
  const auto found = store::survey_rocksdb_store(options);
  if (!found) return refuse(err, found.error().message);
  tell_whose(out, folder, found->identity);
  if (found->whole()) {
    out << "All that was synced, up to sequence " << *found->synced << ", is there: it was left as it is.\n";
    return 0;
  }

  options.identity = found->identity;
  options.identity.shards = base::kShardCount;
  options.accept_loss = true;
  if (const auto opened = store::open_rocksdb_store(options); !opened) return refuse(err, opened.error().message);
  tell_loss(out, *found);
  out << "Its node can be started again. Each of its shards draws a new incarnation then, by which other nodes see "
         "that something is gone.\n";
  return 0;
}

}  // namespace buzzer::node
