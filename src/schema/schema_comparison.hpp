#pragma once

#include <string>
#include <vector>

#include "schema/event_schema.hpp"

namespace weir::schema {

/// One difference between two schemas of stored events. docs/schema-change.md has the table of all of them.
struct schema_change {
  bool compatible;  ///< whether events stored under the old schema are still read with the same meaning
  std::string domain;
  std::string place;  ///< in the domain: userCreated.address.street, an element of a list as lines[]; "" for all of it
  std::string what;   ///< what has changed, why that matters, and what to do instead
  bool operator==(const schema_change&) const = default;
};

/// `users: userCreated.email: is gone ...`
[[nodiscard]] std::string described(const schema_change& change);

/// The differences, and the schema to store afterwards.
struct comparison {
  std::vector<schema_change> changes;

  /// The new schema. If all changes are compatible, it also has, as retired, fields that only stored events may have:
  /// their numbers stay reserved.
  event_schema kept;

  [[nodiscard]] bool compatible() const;
};

/// Compares the schema that events were stored under with the schema that will read them.
[[nodiscard]] comparison compare(const event_schema& old, const event_schema& now);

}  // namespace weir::schema
