#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "schema/schema.hpp"

namespace weir::schema {

/// The schema of stored events: for each domain its events, and every type that they use. Rules, comments, commands and
/// queries are not part of it: a stored event is never checked again.
struct event_schema {
  struct type {
    kind is = kind::boolean;
    std::string name;         ///< of a structure or an enumeration
    std::vector<type> parts;  ///< of a list or a set its elements, of a map its keys and values

    [[nodiscard]] std::string text() const;  ///< map<string,list<Line>>
    bool operator==(const type&) const = default;
  };

  /// `retired`: the program has no such field any more, but events that were stored earlier may.
  enum class presence { required, optional, unspecified, retired };

  struct field {
    std::int16_t id = 0;
    std::string name;  ///< in JSON
    event_schema::presence presence = presence::unspecified;
    event_schema::type type;
    std::optional<std::string> default_json;
    bool personal = false;               ///< values are encrypted for a subject
    std::optional<std::string> subject;  ///< the value names the subject; with this category before it, unless ""
    bool operator==(const field&) const = default;
  };

  struct structure {
    bool is_union = false;
    std::map<std::int16_t, field> fields;
    bool operator==(const structure&) const = default;
  };

  using enumeration = std::map<std::string, std::int32_t>;

  struct event {
    std::int16_t id = 0;  ///< in the union Event
    std::string structure;
    bool operator==(const event&) const = default;
  };

  struct domain {
    std::vector<std::string> categories;  ///< of its streams, sorted
    std::map<std::string, event> events;
    std::map<std::string, event_schema::structure> structures;
    std::map<std::string, enumeration> enumerations;
    bool operator==(const domain&) const = default;
  };

  std::map<std::string, domain> domains;
  bool operator==(const event_schema&) const = default;
};

/// A domain as its IDL declares it, and the categories of its streams.
[[nodiscard]] event_schema::domain events_of(const idl& declared, std::vector<std::string> categories);

/// Whether values of any event are encrypted for a subject.
[[nodiscard]] bool has_personal_fields(const event_schema& schema);

/// As JSON, the same text for equal schemas, in a layout for line-by-line comparison: a line for each event, field and
/// enumeration, everything sorted by name, fields by number. docs/schema-change.md describes it.
[[nodiscard]] std::string to_json(const event_schema& schema);

/// The inverse. Errors: errc::invalid for any other text, errc::newer_format for a text of a newer Weir.
[[nodiscard]] result<event_schema> read_event_schema(std::string_view json);

}  // namespace weir::schema
