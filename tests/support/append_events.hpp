#pragma once

#include <vector>

#include "log/local_commit_log.hpp"
#include "log/log_rows.hpp"

namespace weir::testing {

/// Appends a commit of events to the log of a store, whatever a domain would say to them. All have the same time.
inline void append_events(store& to, std::vector<stored_event> events, timestamp recorded_at) {
  const auto log = std::move(local_commit_log::open(to).value());
  const log_head head = log->head();
  const std::vector<event_times> times(events.size(), {recorded_at, recorded_at});
  const sealed_commit one = seal({head.number + 1,
                                  1,
                                  head.last.next(),
                                  head.hash,
                                  std::max(head.committed_at, recorded_at),
                                  std::move(events),
                                  {},
                                  {},
                                  {}});
  auto rows = to.begin();
  log_rows(to).put(rows, one, times);
  static_cast<void>(log->append(one, rows).value());
}

}  // namespace weir::testing
