#pragma once

#include <any>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "domain/catalog.hpp"
#include "log/log_rows.hpp"
#include "state/snapshots.hpp"

namespace weir {

/// A stream's state, folded from its latest snapshot and the events after it.
struct loaded_aggregate {
  weir::sequence sequence;  ///< of the last event in the state; 0: the stream does not exist
  weir::position position;  ///< of that event
  timestamp created_at{};
  std::any state;
  std::optional<snapshots::snapshot> missing;  ///< the snapshot that the stream should have but does not
};

/// Whether the state after this event of a stream is kept as a snapshot.
[[nodiscard]] constexpr bool is_snapshot_due(sequence number) { return number.value % limits::snapshot_events == 0; }

/// Folds a stream to its end. Errors: errc::corrupt, errc::io. Throws what the aggregate's evolve throws.
[[nodiscard]] result<loaded_aggregate> load_aggregate(const log_rows& log, const snapshots& kept,
                                                      const catalog& domains, const aggregate_type& type,
                                                      std::string_view stream);

/// Events of any streams that are not written yet, in order.
using unwritten_events = std::function<void(const std::function<void(const stored_event&)>& each)>;

/// A stream's state including its unwritten events. Throws fatal_error, and what evolve throws.
[[nodiscard]] std::any state_with(const unwritten_events& unwritten, const log_rows& log, const snapshots& kept,
                                  const catalog& domains, std::string_view stream);

}  // namespace weir
