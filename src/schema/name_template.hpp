#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "schema/schema.hpp"

namespace weir::schema {

/// Reads `user-{userId}` for the struct that has it. Every named field must be required, and a string, an integer or an
/// enum, so that the text is always complete and unambiguous. Otherwise a sentence with the fault.
[[nodiscard]] std::variant<name_template, std::string> read_name_template(std::string_view text,
                                                                          const structure& shape);

/// The fault of a stream's name: it must begin with its category and a hyphen, as in user-{userId}.
[[nodiscard]] std::optional<std::string> category_fault(const name_template& stream);

/// The part of a stream's name before the first hyphen.
[[nodiscard]] std::string_view category_of(const name_template& stream);

/// Whether two templates name the same streams: the same text around the same number of fields, whatever their names.
/// `account-{fromAccountId}` is for the stream that `account-{accountId}` is for.
[[nodiscard]] bool name_alike(const name_template& left, const name_template& right);

/// The field of `here` at the place of that field in `there`, which names the same streams; null if `there` has no such
/// field.
[[nodiscard]] const field* counterpart(std::string_view name, const name_template& there, const name_template& here);

/// The fault of a path like /users/{userId}: it begins with a slash, and a field stands for a whole segment.
[[nodiscard]] std::optional<std::string> path_fault(std::string_view path, const structure& query);

}  // namespace weir::schema
