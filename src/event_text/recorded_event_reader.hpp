#pragma once

#include <string_view>

#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "log/recorded_event.hpp"
#include "schema/schema.hpp"

namespace weir::event_text {

/// Reads what append_recorded_event() writes: an event of any domain, in JSON.
///
/// The event is a fact: it is checked against the types of the IDL, but not against its rules. Without a command id, it
/// counts as the first event of a command.
///
/// Concurrency:  any thread.
/// Lifetime:     the catalog outlives it.
class recorded_event_reader {
 public:
  explicit recorded_event_reader(const catalog& domains);

  /// Error: errc::invalid with all faults, each with a JSON pointer.
  [[nodiscard]] result<recorded_event> read(std::string_view json) const;

  recorded_event_reader(const recorded_event_reader&) = delete;  // the shapes point at each other
  recorded_event_reader& operator=(const recorded_event_reader&) = delete;

 private:
  schema::structure events_;  ///< one union of the events of all domains
  schema::structure metadata_;
  schema::structure line_;
};

}  // namespace weir::event_text
