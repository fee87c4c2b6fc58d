#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace weir {

/// Where an event log goes on from another one that it was restored from.
struct log_branch {
  std::string id;    ///< a UUID as text: what the log is called from there on
  position at;       ///< the last position that both have
  std::string hash;  ///< of the last commit that both have
  timestamp made_at;
  bool operator==(const log_branch&) const = default;
};

/// Which event log this is. Copies of a store have the same identity: what they hold at a position is told by
/// history::mark_at().
struct log_identity {
  std::string id;  ///< a UUID as text, made with the log
  timestamp made_at;
  std::vector<log_branch> branches;  ///< from the oldest on

  /// What the log is called now.
  [[nodiscard]] const std::string& current() const { return branches.empty() ? id : branches.back().id; }
  bool operator==(const log_identity&) const = default;
};

/// The identity of the log in a store; nothing if it has none. Errors: errc::corrupt, errc::io.
[[nodiscard]] result<std::optional<log_identity>> read_log_identity(const store& in);

void put_log_identity(const store& in, store::batch& into, const log_identity& which);

/// The same, but a log without an identity gets one, durably.
[[nodiscard]] result<log_identity> ensure_log_identity(store& in);

}  // namespace weir
