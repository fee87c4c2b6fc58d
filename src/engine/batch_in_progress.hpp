#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/numbers.hpp"
#include "base/time.hpp"
#include "state/view_table.hpp"
#include "log/commit_log.hpp"
#include "store/store.hpp"

namespace weir {

/// Events and rows on their way to one write: what the units of a batch add to.
struct batch_in_progress {
  store::batch changes;
  std::vector<record> records;
  std::shared_ptr<const view_table> views;
  std::vector<std::string> long_streams;  ///< whose states are to be kept as snapshots
  position last;                          ///< of the log, once this is written
  timestamp last_recorded;                ///< recordedAt never goes back behind it
  std::size_t record_bytes = 0;           ///< of all records' bytes together

  [[nodiscard]] std::size_t bytes() const { return changes.bytes() + record_bytes; }
};

}  // namespace weir
