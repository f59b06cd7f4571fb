// Opening a RocksDB store: look without touching, judge, then open for good.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include <rocksdb/db.h>

#include "node/store/rocksdb_database.h"
#include "node/store/rocksdb_environment.h"
#include "node/store/rocksdb_store.h"
#include "node/store/rocksdb_view.h"
#include "node/store/witness_file.h"

namespace buzzer::store {
namespace {

using rocksdb::Status;

// What a witness says of a store that had none, while its loss is accepted: nothing can have all of it.
constexpr std::uint64_t kEverything = std::numeric_limits<std::uint64_t>::max();

// What the folder holds before anything is opened.
struct Found {
  std::optional<std::uint64_t> witness;
  bool has_database = false;
};

class Opening {
 public:
  Opening(const RocksDbStoreOptions& options, RocksDbEnvironment& environment)
      : options_(options), environment_(environment) {}

  OpenResult<std::unique_ptr<RocksDbDatabase>> open() {
    auto found = find();
    if (!found) return tl::unexpected(found.error());
    const auto witness = found->has_database ? judge_database(found->witness) : judge_absence(found->witness);
    if (!witness) return tl::unexpected(witness.error());
    // Until a loss has been accepted as a whole, the witness says that something is missing: who comes back after a
    // crash in between must not find a store that seems to have lost nothing.
    const std::uint64_t meanwhile =
        options_.accept_loss ? std::max(found->witness.value_or(kEverything), *witness) : *witness;
    if (found->witness != meanwhile) {
      if (const auto done = WitnessFile::replace(environment_.files(), environment_.witness_path(), meanwhile);
          !done.ok()) {
        return unavailable(done);
      }
    }
    return open_for_good(found->has_database, *witness);
  }

  // What is there, however much has been lost; and the database that it was seen in, for reading.
  OpenResult<StoreSurvey> survey(std::unique_ptr<RocksDbDatabase>& seen_in) {
    const auto found = find();
    if (!found) return tl::unexpected(found.error());
    if (!found->has_database) return damaged("all of it is missing: the database's file CURRENT is not there");
    auto database = look();
    if (!database) return tl::unexpected(database.error());
    const auto recovered = judge_recovered(**database, 0);
    if (!recovered) return tl::unexpected(recovered.error());
    auto identity = read_identity(**database);
    if (!identity && identity.error().problem == OpenProblem::kDamaged) {
      return damaged("nothing that is left of it says whose it is");
    }
    if (!identity) return undecided(identity.error(), **database);
    if (environment_.reading_failed()) return damaged("not all of it could be read");
    seen_in = *std::move(database);
    return StoreSurvey{*std::move(identity), found->witness, *recovered};
  }

 private:
  OpenResult<Found> find() {
    Found found;
    const auto read = WitnessFile::read(environment_.files(), environment_.witness_path(), found.witness);
    if (!read.ok() && !read.IsCorruption()) return unavailable(read);
    if (read.IsCorruption() && !options_.accept_loss) return damaged(read.ToString());
    const auto exists = environment_.files().FileExists(environment_.database_path() + "/CURRENT", {}, nullptr);
    if (!exists.ok() && !exists.IsNotFound()) return unavailable(exists);
    found.has_database = exists.ok();
    if (found.has_database && found.witness == kEverything) found.witness.reset();  // it says no more than none
    return found;
  }

  // The witness to go on with, where no database is.
  OpenResult<std::uint64_t> judge_absence(std::optional<std::uint64_t> witness) {
    if (witness.value_or(0) > 0 && !options_.accept_loss) {
      return damaged("all of it is missing: the database's file CURRENT is not there, although writes up to sequence " +
                     std::to_string(*witness) + " were synced");
    }
    return 0;
  }

  // The witness to go on with, where a database is. Writes nothing.
  OpenResult<std::uint64_t> judge_database(std::optional<std::uint64_t> witness) {
    if (!witness && !options_.accept_loss) {
      return damaged("its file " + environment_.witness_path() +
                     " is missing, or a loss was not accepted to the end, so nobody can tell whether all that was "
                     "synced is there");
    }
    const auto looked = look();
    if (!looked) return tl::unexpected(looked.error());
    const RocksDbDatabase& database = **looked;
    const auto recovered = judge_recovered(database, options_.accept_loss ? 0 : witness.value_or(0));
    if (!recovered) return tl::unexpected(recovered.error());
    if (const auto good = judge_identity(database, options_.identity, options_.schema); !good) {
      return undecided(good.error(), database);
    }
    if (!options_.accept_loss) {
      if (const auto readable = judge_incarnations(database); !readable) {
        return unreadable(readable.error().message, database);
      }
      return *witness;
    }
    // What is only out of reach for now is not given up.
    if (environment_.reading_failed()) return damaged("not all of it could be read");
    return *recovered;
  }

  // All that can be recovered. Writes nothing.
  OpenResult<std::unique_ptr<RocksDbDatabase>> look() {
    environment_.gap_filter().stop_at_once();
    rocksdb::Options options = environment_.database_options();
    options.info_log = RocksDbEnvironment::silent_logger();  // it would call the logs that are stopped lost
    const auto tables = open_for_reading(std::move(options));
    if (!tables) return tl::unexpected(tables.error());
    environment_.gap_filter().begin_at_most_at((*tables)->last_sequence().value() + 1);
    return open_for_reading(environment_.database_options());
  }

  OpenResult<std::unique_ptr<RocksDbDatabase>> open_for_reading(rocksdb::Options options) {
    options.max_open_files = 64;  // with no limit, RocksDB would first try another way of opening, which reads no logs
    rocksdb::DB* opened = nullptr;
    const Status status = rocksdb::DB::OpenForReadOnly(options, environment_.database_path(), &opened);
    std::unique_ptr<rocksdb::DB> database(opened);
    if (!status.ok()) return refused(status);
    return std::make_unique<RocksDbDatabase>(std::move(database), nullptr);
  }

  // The marker that was recovered, if it is at least `witness`.
  OpenResult<std::uint64_t> judge_recovered(const RocksDbDatabase& database, std::uint64_t witness) {
    const auto marker = database.marker();
    if (!marker && database.saw_damage()) return damaged(marker.error().message);
    if (!marker) return refuse(OpenProblem::kUnavailable, marker.error().message);
    const std::uint64_t recovered = marker->value_or(0);
    if (recovered < witness) {
      return damaged("writes of sequences " + std::to_string(recovered + 1) + " to " + std::to_string(witness) +
                     " were synced and are not all there");
    }
    return recovered;
  }

  OpenResult<std::unique_ptr<RocksDbDatabase>> open_for_good(bool has_database, std::uint64_t witness_value) {
    rocksdb::Options options = environment_.database_options();
    options.create_if_missing = !has_database;
    // RocksDB would make it as well, but complain first that it is not there.
    if (const auto made = environment_.files().CreateDirIfMissing(environment_.database_path(), {}, nullptr);
        !made.ok()) {
      return unavailable(made);
    }
    rocksdb::DB* opened = nullptr;
    const Status status = rocksdb::DB::Open(options, environment_.database_path(), &opened);
    std::unique_ptr<rocksdb::DB> database(opened);
    if (!status.ok()) return refused(status);
    std::unique_ptr<WitnessFile> witness;
    if (const auto done = WitnessFile::open(environment_.files(), environment_.witness_path(), witness); !done.ok()) {
      return unavailable(done);
    }
    auto store = std::make_unique<RocksDbDatabase>(std::move(database), std::move(witness));
    if (const auto recovered = judge_recovered(*store, witness_value); !recovered) {
      return tl::unexpected(recovered.error());
    }
    return store;
  }

  // What was said of entries that may not have been the right ones.
  [[nodiscard]] tl::unexpected<OpenError> undecided(const OpenError& error, const RocksDbDatabase& database) const {
    return database.saw_damage() ? damaged(error.message) : tl::unexpected(error);
  }

  // Of an entry without which no shard can begin.
  [[nodiscard]] tl::unexpected<OpenError> unreadable(const std::string& what, const RocksDbDatabase& database) const {
    if (!database.saw_damage()) return refuse(OpenProblem::kUnavailable, what);
    return refuse(OpenProblem::kDamaged, "the store in " + environment_.folder() + " is damaged: " + what +
                                             ". Restore a backup: `buzzer store accept-loss` does not help with what a "
                                             "table has lost");
  }

  [[nodiscard]] tl::unexpected<OpenError> damaged(const std::string& what) const {
    const std::string& folder = environment_.folder();
    if (environment_.reading_failed()) {
      return refuse(OpenProblem::kUnavailable, "the disk failed while the store in " + folder + " was read: " + what);
    }
    return refuse(OpenProblem::kDamaged,
                  "the store in " + folder + " is damaged: " + what + ". " +
                      (options_.accept_loss ? "Nothing of it can be opened: restore a backup, or wipe it"
                                            : "Restore a backup, or run `buzzer store accept-loss " + folder +
                                                  "` to go on with what is left"));
  }

  [[nodiscard]] tl::unexpected<OpenError> unavailable(const Status& status) const {
    return refuse(OpenProblem::kUnavailable,
                  "cannot open the store in " + environment_.folder() + ": " + status.ToString());
  }

  [[nodiscard]] tl::unexpected<OpenError> refused(const Status& status) const {
    // It also says "invalid argument" when a file cannot be made, so that is no damage.
    const bool is_damage = status.IsCorruption() || status.IsNotFound() || status.IsPathNotFound();
    return is_damage ? damaged("RocksDB says: " + status.ToString()) : unavailable(status);
  }

  const RocksDbStoreOptions& options_;
  RocksDbEnvironment& environment_;
};

}  // namespace

OpenResult<StoreSurvey> survey_rocksdb_store(const RocksDbStoreOptions& options) {
  const auto viewed = view_rocksdb_store(options);
  if (!viewed) return tl::unexpected(viewed.error());
  return (*viewed)->survey();
}

OpenResult<std::unique_ptr<StoreView>> view_rocksdb_store(const RocksDbStoreOptions& options) {
  RocksDbStoreOptions tolerant = options;
  tolerant.accept_loss = true;
  auto environment = RocksDbEnvironment::prepare(tolerant);
  if (!environment) return tl::unexpected(environment.error());
  std::unique_ptr<RocksDbDatabase> database;
  auto survey = Opening(tolerant, **environment).survey(database);
  if (!survey) return tl::unexpected(survey.error());
  return std::make_unique<RocksDbView>(*std::move(survey), std::move(database), *std::move(environment));
}

OpenResult<std::unique_ptr<Store>> open_rocksdb_store(const RocksDbStoreOptions& options) {
  auto environment = RocksDbEnvironment::prepare(options);
  if (!environment) return tl::unexpected(environment.error());
  auto opened = Opening(options, **environment).open();
  if (!opened) return tl::unexpected(opened.error());
  std::unique_ptr<RocksDbDatabase> store = *std::move(opened);
  store->keep(*std::move(environment));

  if (options.accept_loss) {
    if (const auto forgotten = forget_incarnations(*store); !forgotten) {
      return refuse(OpenProblem::kUnavailable, forgotten.error().message);
    }
  }
  if (const auto settled = settle_identity(*store, options.identity, options.schema); !settled) {
    return tl::unexpected(settled.error());
  }
  // What was recovered is durable (RocksDB has written it to tables); this lets the witness say so.
  if (const auto synced = store->sync(); !synced) return refuse(OpenProblem::kUnavailable, synced.error().message);
  return store;
}

}  // namespace buzzer::store
