#pragma once

#include <string>
#include <vector>

#include "schema/event_schema.hpp"

namespace weir::schema {

/// One difference between two schemas of stored events. docs/schema-change.md has the table of all of them.
struct schema_change {
  bool compatible;  ///< whether events stored under the old schema are still read, and mean what they meant
  std::string domain;
  std::string place;  ///< in the domain: userCreated.address.street, an element of a list as lines[]; "" for all of it
  std::string what;   ///< what has changed, why that matters, and what to do instead
  bool operator==(const schema_change&) const = default;
};

/// `users: userCreated.email: is gone ...`
[[nodiscard]] std::string described(const schema_change& change);

/// What is different, and what is to be kept in mind afterwards.
struct comparison {
  std::vector<schema_change> changes;

  /// The new schema; and, if all changes are compatible, with those fields as retired ones that it does not have but
  /// stored events may: their numbers stay taken.
  event_schema kept;

  [[nodiscard]] bool compatible() const;
};

/// Compares what events were stored under with what they are to be read by.
[[nodiscard]] comparison compare(const event_schema& old, const event_schema& now);

}  // namespace weir::schema
