#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "schema/schema.hpp"

namespace weir::schema {

/// Reads `user-{userId}` against the struct that bears it: every field named must be required, and be a string, an
/// integer or an enum, so that the text is never partly absent and two values never look alike. Otherwise a sentence on
/// what is wrong.
[[nodiscard]] std::variant<name_template, std::string> read_name_template(std::string_view text,
                                                                          const structure& shape);

/// What is wrong with the name of a stream: it must begin with its category and a hyphen, as in user-{userId}.
[[nodiscard]] std::optional<std::string> category_fault(const name_template& stream);

/// The part of a stream's name before the first hyphen.
[[nodiscard]] std::string_view category_of(const name_template& stream);

/// Whether two templates name streams alike: the same text around as many fields, whatever those are called.
/// `account-{fromAccountId}` is for the stream that `account-{accountId}` is for.
[[nodiscard]] bool name_alike(const name_template& left, const name_template& right);

/// The field that stands in `here` where the field of that name stands in `there`, which names streams alike; null if
/// `there` has none of that name.
[[nodiscard]] const field* counterpart(std::string_view name, const name_template& there, const name_template& here);

/// What is wrong with a path like /users/{userId}: it begins with a slash, and a field stands for a whole segment.
[[nodiscard]] std::optional<std::string> path_fault(std::string_view path, const structure& query);

}  // namespace weir::schema
