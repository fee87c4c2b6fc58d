#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "log/recorded_event.hpp"
#include "schema/schema.hpp"

namespace weir::event_text {

/// Reads what append_cloud_event() writes: an event of any domain as a CloudEvent 1.0 in JSON, with Weir's own
/// attributes.
///
/// The event is a fact: it is checked against the types of the IDL, but not against its rules. Without a command id, it
/// counts as the first event of a command.
///
/// Concurrency:  any thread.
/// Lifetime:     the catalog outlives it.
class cloud_event_reader {
 public:
  explicit cloud_event_reader(const catalog& domains);

  /// Error: errc::invalid with all faults, each with a JSON pointer.
  [[nodiscard]] result<recorded_event> read(std::string_view json) const;

 private:
  [[nodiscard]] error without_type(std::string_view json, const std::optional<std::string>& type) const;

  std::map<std::string_view, schema::structure> by_type_;  ///< the shape of `data` depends on the type
  std::vector<std::string_view> types_;
};

}  // namespace weir::event_text
