#include "node/store_command.h"

#include <string>

#include "node/exit_codes.h"
#include "node/store/rocksdb_store.h"
#include "node/store_report.h"

namespace buzzer::node {
namespace {

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
  out << "Its node can be started again. Each of its shards draws a new incarnation then, by which other nodes see "
         "that something is gone.\n";
}

void tell_as_json(std::ostream& out, const std::filesystem::path& folder, const store::StoreSurvey& found) {
  Json told = store_to_json(folder, found.identity);
  told["lost"] = !found.whole();
  told["synced"] = found.synced ? Json(*found.synced) : Json(nullptr);
  told["recovered"] = found.recovered;
  write_line(out, told);
}

}  // namespace

int accept_loss(const StoreCommand& command, std::ostream& out, std::ostream& err) {
  const auto fail = [&](const store::OpenError& error) {
    const int exit_code = error.problem == store::OpenProblem::kUnavailable ? kExitCannotTell : kExitWrong;
    return refuse(exit_code, error.message, command.json, out, err);
  };
  if (!holds_a_store(command.folder)) {
    return refuse(kExitCannotTell, no_store_in(command.folder), command.json, out, err);
  }
  store::RocksDbStoreOptions options;
  options.folder = command.folder;
  const auto found = store::survey_rocksdb_store(options);
  if (!found) return fail(found.error());
  if (!command.json) out << "The store in " << command.folder.string() << ' ' << whose(found->identity) << ".\n";
  if (!found->whole()) {
    options.identity = found->identity;
    options.identity.shards = base::kShardCount;
    options.accept_loss = true;
    if (const auto opened = store::open_rocksdb_store(options); !opened) return fail(opened.error());
  }
  if (command.json) {
    tell_as_json(out, command.folder, *found);
  } else if (found->whole()) {
    out << "All that was synced, up to sequence " << *found->synced << ", is there: it was left as it is.\n";
  } else {
    tell_loss(out, *found);
  }
  return 0;
}

}  // namespace buzzer::node
