#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "base/numbers.hpp"
#include "base/time.hpp"
#include "log/commit.hpp"
#include "log/log_rows.hpp"
#include "state/application.hpp"

namespace weir {

/// The commit and the changes of one batch, while its units of work add to them.
struct batch_in_progress {
  batch_in_progress(application changes, log_head after)
      : applied(std::move(changes)), head(std::move(after)), last(head.last), last_recorded(head.committed_at) {}

  application applied;
  log_head head;  ///< the commit before this one
  std::vector<stored_event> events;
  std::vector<event_times> times;  ///< of the events
  std::vector<idempotent_answer> answers;
  std::vector<keyed_subject> subjects;  ///< that got a key
  std::vector<keyed_subject> erasures;
  /// Snapshots that streams should have but do not.
  std::vector<std::pair<std::string, snapshots::snapshot>> missing;
  position last;            ///< of the event log, once this is written
  timestamp last_recorded;  ///< no later event gets an earlier recordedAt
  std::size_t event_bytes = 0;

  [[nodiscard]] std::size_t bytes() const { return applied.changes().bytes() + event_bytes; }
  [[nodiscard]] bool has_commit() const { return !events.empty() || !answers.empty() || !erasures.empty(); }

  /// The batch as a commit. Its events and answers are moved into it.
  [[nodiscard]] sealed_commit take_commit(std::uint64_t epoch) {
    commit made;
    made.number = head.number + 1;
    made.epoch = epoch;
    made.first = head.last.next();
    made.previous = head.hash;
    made.committed_at = last_recorded;
    made.events = std::move(events);
    made.answers = std::move(answers);
    made.subjects = std::move(subjects);
    made.erasures = std::move(erasures);
    return seal(std::move(made));
  }
};

}  // namespace weir
