#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "schema/doc_comment.hpp"
#include "schema/schema.hpp"

namespace weir::schema {

/// The tags that a field or a typedef may bear as rules for its values.
inline constexpr std::array<std::string_view, 10> rule_tags{"pattern",  "minLength", "maxLength", "minimum", "maximum",
                                                            "minItems", "maxItems",  "format",    "example", "string"};

/// Whether a tag is one of those that a field or a typedef may bear as a rule for its values.
[[nodiscard]] bool is_rule_tag(std::string_view name);

/// Takes a rule tag into `demands`, which are for values of one kind. Gives what is wrong with it, if anything is.
[[nodiscard]] std::optional<std::string> add_rule(rules& demands, const tag& rule, kind of);

/// What two sets of rules demand together. Where only one can count (@format, @example) it is the nearer.
[[nodiscard]] rules both(const rules& farther, const rules& nearer);

/// What makes the rules impossible to keep, if anything does.
[[nodiscard]] std::optional<std::string> contradiction(const rules& demands);

}  // namespace weir::schema
