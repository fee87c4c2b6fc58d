#pragma once

#include <any>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "domain/tables.hpp"
#include "store/store.hpp"

namespace weir {

/// Snapshots of aggregate states on disk, so that a long stream is not folded from its beginning. The family
/// `snapshots` has one row per stream: the state after the last event whose sequence is a multiple of
/// limits::snapshot_events. A snapshot of another shape or version than the aggregate's is ignored.
class snapshots {
 public:
  static family_options family_needed() { return {.name = "snapshots", .looked_up = true}; }

  explicit snapshots(const store& in) : store_(in), family_(in.find("snapshots")) {}

  struct snapshot {
    weir::sequence sequence;  ///< the last event in the state
    std::any state;
  };
  /// Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<snapshot>> find(std::string_view stream, const aggregate_type& type) const;

  /// The last event in the snapshot that a batch sees; nothing if there is none of this shape. Errors: errc::corrupt,
  /// errc::io.
  [[nodiscard]] result<std::optional<weir::sequence>> sequence_in(const store::batch& in, std::string_view stream,
                                                                  const aggregate_type& type) const;

  void put(store::batch& in, std::string_view stream, const aggregate_type& type, const snapshot& taken) const;

 private:
  const store& store_;
  family family_;
};

}  // namespace weir
