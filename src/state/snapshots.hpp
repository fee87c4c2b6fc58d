#pragma once

#include <any>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "domain/catalog.hpp"
#include "store/store.hpp"

namespace weir {

/// States of aggregates that are kept on disk, so that a long stream is not folded from its beginning: in the family
/// `snapshots`, by stream. One of another shape or version than the aggregate's counts as none.
class snapshots {
 public:
  static family_options family_needed() { return {.name = "snapshots", .looked_up = true}; }

  explicit snapshots(store& in) : store_(in), family_(in.find("snapshots")) {}

  struct snapshot {
    weir::sequence sequence;  ///< the last event in the state
    std::any state;
  };
  /// Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<snapshot>> find(std::string_view stream, const aggregate_type& type) const;

  void put(store::batch& in, std::string_view stream, const aggregate_type& type, const snapshot& taken) const;

 private:
  store& store_;
  family family_;
};

}  // namespace weir
