// Mistakes that can be made on purpose, in extra builds, to see that they are found: by the simulation
// (tests/simulation/planted_mistakes_test.cc), and by the tests that kill real nodes (tests/crashes). In every other
// build they are constants, and cost nothing.
#pragma once

namespace buzzer::base {

enum class Mistake {
  kNone,
  kAcknowledgeBeforeSync,     // a command's reply does not wait for its entry to be durable
  kReadBeforeSync,            // nor does what a query shows
  kKeyNotInBatch,             // a command's key is not kept with its effect
  kRefusedAppendStays,        // what the journal refused stays in the speculative state
  kWitnessBeforeSync,         // the witness says "synced" before it is
  kWrittenNotSynced,          // the log is given to the system, and called durable without having been synced
  kKeyForgottenEarly,         // while a command may still be repeated with it
  kIdReused,                  // ids come from the clock alone, which may be stepped back
  kOldConnectionExecuted,     // frames of a connection are taken after a newer one has replaced it
  kUnknownOutcomeIsDefinite,  // "it did not happen", of what may have happened
  kRefusalForgotten,          // a refused command is executed when an earlier copy of it arrives
  // Of gossip, follows and subscriptions:
  kHandOverBeforeSync,           // a row reaches a shard of the same node before it is durable
  kWatermarkOutsideBatch,        // a stream's watermark is not kept with its row's effect
  kWatermarkSkips,               // a row is taken though one before it is missing
  kRowDroppedAtResend,           // when rows are sent again, one is left out
  kAckBeforeEffect,              // a row is acknowledged before its effect is durable
  kInterestLost,                 // one of several followers leaves, and the whole shard gets no more
  kBackfillBeforeEdge,           // a follow is answered without the interest being kept with the answer
  kDeleteToPresentInterestOnly,  // a delete goes to who follows now, not to all who were ever sent the buzz
  kOlderVersionOverNewer,        // versions are compared the wrong way round
  kDeliveryNotTold,              // a copy is taken, and nobody is told
  kMentionEditedAway,            // a buzz stays in the feed of who is no longer mentioned
  kWipedStreamNotBroken,         // that the other end of a stream has lost what it had goes unnoticed
  kRestoredPositionsReused,      // rows are told apart by their numbers alone, which a restored store gives again
  kSubscriptionLostAtRestart,    // nobody subscribes anew when a feed's home has restarted
  kFilterAtTodaysEdges,          // a follow lets entries through that came before it took effect
};

// The two have names of their own, so that a program may hold files of both builds.
#ifdef BUZZER_PLANT_MISTAKES
inline namespace planting {
// Of the whole process. Set while there is one thread.
inline Mistake planted_mistake = Mistake::kNone;
[[nodiscard]] inline bool is_planted(Mistake mistake) { return planted_mistake == mistake; }
}  // namespace planting
#else
inline namespace planting_nothing {
[[nodiscard]] constexpr bool is_planted(Mistake /*mistake*/) { return false; }
}  // namespace planting_nothing
#endif

}  // namespace buzzer::base
