#include "tests/simulation/session_check.h"

#include <map>
#include <string>
#include <utility>

#include "node/kernel/kernel.h"
#include "tests/simulation/vocabulary.h"

namespace buzzer::simulation {
namespace {

using Place = std::pair<std::string, std::string>;  // a user in lower case, and a token's hash

// What clients know of a session. Each is opened by one command, and closed only by who knows that it is open.
struct Known {
  Fate opened = Fate::kRefused;
  bool may_be_closed = false;
  bool closed = false;
};

class Judge {
 public:
  Judge(const GridRecords& records, History& history) : records_(records), history_(history) {
    for (const Deed& deed : history.deeds()) look_at(deed);
  }

  void run() {
    for (const ShardRecords& shard : records_) {
      for (const auto& [place, session] : shard.sessions) found(place);
    }
    for (const auto& [place, known] : sessions_) sought(place, known);
    for (const auto& [user, hash] : passwords_) {
      const auto& home = records_[history_.service().shard_of(user).value()].credentials;
      const auto credential = home.find(user);
      const std::string kept = credential == home.end() ? "" : credential->second.password_hash();
      if (kept != hash) history_.problem("in the end " + user + " has another password");
    }
  }

 private:
  void look_at(const Deed& deed) {
    const proto::Command& command = deed.command;
    const std::string user = plain_lower(command.account());
    if (command.has_register_account() && deed.fate == Fate::kDone) {
      passwords_[user] = command.register_account().password_hash();
    }
    if (command.has_open_session()) {
      sessions_[{user, command.open_session().token_hash()}].opened = deed.fate;
      if (deed.fate != Fate::kRefused) ++opened_[user];
    }
    if (command.has_close_session() && deed.fate != Fate::kRefused) {
      Known& known = sessions_[{user, command.close_session().token_hash()}];
      known.may_be_closed = true;
      if (deed.fate == Fate::kDone) known.closed = true;
    }
  }

  void found(const Place& place) {
    const auto known = sessions_.find(place);
    if (known == sessions_.end() || known->second.opened == Fate::kRefused) {
      history_.problem("in the end " + place.first + " has a session that nobody has opened");
    } else if (known->second.closed) {
      history_.problem("in the end " + place.first + " has a session that was closed");
    }
  }

  void sought(const Place& place, const Known& known) {
    if (known.opened != Fate::kDone || known.may_be_closed) return;
    if (opened_[place.first] > kernel::kMostSessions) return;  // it may have had to go
    const auto& home = records_[history_.service().shard_of(place.first).value()].sessions;
    if (home.count(place) == 0) history_.problem("in the end a session of " + place.first + " is missing");
  }

  const GridRecords& records_;
  History& history_;
  std::map<Place, Known> sessions_;
  std::map<std::string, std::size_t> opened_;  // how many, perhaps
  std::map<std::string, std::string> passwords_;
};

}  // namespace

void check_sessions(const GridRecords& records, History& history) { Judge(records, history).run(); }

}  // namespace buzzer::simulation
