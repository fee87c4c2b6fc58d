#pragma once

#include <string>
#include <variant>

#include "state/applied_state.hpp"

namespace weir {

/// Brings rows of one projection up to date with the event log, part by part: those of an async projection, and those
/// being built.
///
/// Durability:   a part's rows and the new checkpoint are one write. It is not synced: what is lost in a crash is
///               rebuilt from the event log.
/// Lifetime:     the state and the catalog outlive it.
class view_builder {
 public:
  view_builder(applied_state& state, const domain& of, const projection_type& projection);

  /// The next part of the event log after a position, limited to streams that the projection may need. Errors:
  /// errc::corrupt, errc::io.
  [[nodiscard]] result<log_part> read(position after) const;

  /// Why an event cannot be applied, and which one.
  struct fault {
    position at;
    error why;
  };
  struct advanced {
    position reached;           ///< the new checkpoint
    bool changed = false;       ///< whether a row was changed
    bool replaced = false;      ///< another family has replaced this one: nothing was written
    std::optional<fault> stop;  ///< the event after `reached` cannot be applied or written
  };
  /// Applies a part that continues the family's checkpoint, up to the first event that fails, and writes the rows.
  [[nodiscard]] advanced advance(const view_family& target, const log_part& part);

  enum class outcome {
    serves,    ///< the family serves from now on
    too_far,   ///< too much of the event log is left: continue building
    replaced,  ///< another family has replaced this one
  };
  struct promoted {
    outcome how;
    view_family family;  ///< as it is now
  };
  /// Applies the rest of the event log and makes the family serve, in one synced write. For an inline projection only
  /// between two batches, while nothing is committed. Fault: a read, an event or the write failed; then nothing has
  /// changed.
  [[nodiscard]] std::variant<promoted, fault> promote(const view_family& target);

  /// How many events may be left for promote(): a few milliseconds' worth.
  static constexpr std::uint64_t last_events_max = 512;

 private:
  [[nodiscard]] std::optional<fault> apply(store::batch& changes, const view_family& target, const log_part& part,
                                           position& reached) const;

  applied_state& state_;
  const domain& domain_;
  const projection_type& projection_;
  const std::string category_;
};

}  // namespace weir
