#pragma once

#include <string>
#include <variant>

#include "state/applied_state.hpp"

namespace weir {

/// Brings rows of one projection up to the log, a part at a time: an async projection's, and those being built.
///
/// Durability:   a part's rows and the checkpoint behind them are one write. It is not synced: what a crash takes is
///               made again from the log.
/// Lifetime:     the state and the catalog outlive it.
class view_builder {
 public:
  view_builder(applied_state& state, const domain& of, const projection_type& projection);

  /// A part of the log behind a position that may hold something for the projection. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<log_part> read(position after) const;

  /// Why an event cannot be taken, and which one.
  struct fault {
    position at;
    error why;
  };
  struct advanced {
    position reached;           ///< the new checkpoint
    bool changed = false;       ///< whether a row was changed
    bool replaced = false;      ///< another family has taken the place of this one: nothing was written
    std::optional<fault> stop;  ///< what is behind `reached` cannot be applied or written
  };
  /// Applies a part that follows on the family's checkpoint, up to the first event that cannot be, and writes that.
  [[nodiscard]] advanced advance(const view_family& target, const log_part& part);

  enum class outcome {
    serves,    ///< the family serves from now on
    too_far,   ///< too much of the log is left: go on building
    replaced,  ///< another family has taken the place of this one
  };
  struct promoted {
    outcome how;
    view_family family;  ///< as it is now
  };
  /// Applies what is left of the log, and makes the family serve, in one synced write. For an inline projection only
  /// where nothing is committed meanwhile: between two batches. Errors: those of reading, of an event that cannot be
  /// taken, and of writing; nothing is other than before then.
  [[nodiscard]] std::variant<promoted, fault> promote(const view_family& target);

  /// How much of the log may be left for promote(): a few milliseconds' worth.
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
