#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "schema/schema.hpp"

/// Bytes and text in and out, by the schema: the only place that validates input.
///
/// Inside Weir a struct travels as *compact bytes*: one struct in Thrift's TCompactProtocol. Everything that comes in
/// becomes compact bytes that satisfy every rule of the IDL, or is refused with all its faults; everything that goes
/// out is made from compact bytes. Members keep the order in which they arrived, so a round trip gives the same bytes.
namespace weir::codec {

/// The Thrift protocols a body may come in.
enum class protocol { binary, compact, json };

/// One rule that an input breaks.
struct violation {
  std::string pointer;  ///< where: a JSON pointer (RFC 6901) into the input, e.g. /createUser/userId
  std::string detail;   ///< what is wrong, in a sentence without the pointer
};

/// The input is not JSON text (or not a Thrift message) at all.
struct malformed {
  std::string detail;
  std::size_t line = 0, column = 0;  ///< from 1; 0 for protocols without lines (Thrift's binary protocols)
};

/// The input is a value that breaks rules: all of them, at most limits::violations_max.
struct invalid {
  std::vector<violation> violations;
  /// The member name, if the fault is that a union at the root has no such member (an unknown command).
  std::optional<std::string> unknown_member;
};

/// What input is checked against. Types only is for values that were accepted earlier (recorded events): the rules may
/// have become stricter since. Then an i64 may have any value, a date-time outside the years 0 to 9999 is a number, as
/// to_json shows it, and values may be nested as deep as stored bytes.
enum class checks { every_rule, types_only };

/// Compact bytes, or why there are none.
using decoded = std::variant<std::string, malformed, invalid>;

/// JSON text -> compact bytes of a struct. docs/json.md defines the mapping.
[[nodiscard]] decoded from_json(std::string_view json, const schema::structure& shape,
                                checks held_against = checks::every_rule);

/// The text of the first member with this name in the outermost object; nothing if there is none. The rest is not read,
/// so a result does not mean that this is valid JSON.
[[nodiscard]] std::optional<std::string> json_text_member(std::string_view json, std::string_view name);

/// JSON text, an array of 1 to `elements_max` structs -> compact bytes of each, or the faults of all of them. Pointers
/// begin with the element's index: `/3/createUser/name`.
[[nodiscard]] std::variant<std::vector<std::string>, malformed, invalid> from_json_array(std::string_view json,
                                                                                         const schema::structure& shape,
                                                                                         std::size_t elements_max);

/// One struct in a Thrift protocol -> compact bytes, the same rules checked. Trailing bytes are refused.
[[nodiscard]] decoded from_thrift(std::string_view bytes, protocol in, const schema::structure& shape);

/// Names and values of path and query parameters (already percent-decoded) -> compact bytes of the query struct. A
/// value is text as a JSON string would hold it: `50` for an i32, `ACTIVE` for an enum, RFC 3339 for a date-time,
/// `true`/`false`; lists and sets take a name more than once, or one value with commas. Pointers are `/name`.
[[nodiscard]] decoded from_parameters(const std::vector<std::pair<std::string, std::string>>& parameters,
                                      const schema::structure& shape);

/// Compact bytes -> JSON text, appended to `json`. The bytes must be well formed (they are our own, or came through
/// from_*): error errc::corrupt where they are not. Unknown fields (of a newer schema) are left out.
[[nodiscard]] result<> to_json(std::string_view compact, const schema::structure& shape, std::string& json);

/// Compact bytes -> one struct in a Thrift protocol, appended to `bytes`. Errors as to_json.
[[nodiscard]] result<> to_thrift(std::string_view compact, const schema::structure& shape, protocol out,
                                 std::string& bytes);

/// The one member that compact bytes of a union hold: its field and the member's own compact bytes. The union's members
/// are structs, as those of Command and Event are (a boolean has no bytes of its own). Errors: errc::corrupt, and
/// errc::newer_format for a member that the schema does not know.
struct member {
  const schema::field* field;
  std::string_view bytes;
};
[[nodiscard]] result<member> member_of(std::string_view compact, const schema::structure& union_shape);

/// Compact bytes of a union around compact bytes of one member.
[[nodiscard]] std::string wrap(const schema::field& union_member, std::string_view compact);

/// The template's text with the struct's fields filled in: `user-u1`. Fields are shown as in JSON, strings bare.
/// Error errc::invalid if a field of the template is not set.
[[nodiscard]] result<std::string> expand(const schema::name_template& name, std::string_view compact,
                                         const schema::structure& shape);

/// The value of one top-level field, without the field's header: of a struct its own compact bytes. Nothing if it is
/// not set.
[[nodiscard]] std::optional<std::string_view> field_bytes(std::string_view compact, const schema::field& field);

/// The value of one top-level field, shown as in JSON but strings bare; nothing if it is not set.
[[nodiscard]] std::optional<std::string> field_text(std::string_view compact, const schema::structure& shape,
                                                    const schema::field& field);

}  // namespace weir::codec
