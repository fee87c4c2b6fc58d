#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "schema/doc_comment.hpp"
#include "schema/schema.hpp"

namespace weir::schema {

/// The tags that are rules for the values of a field or a typedef.
inline constexpr std::array<std::string_view, 10> rule_tags{"pattern",  "minLength", "maxLength", "minimum", "maximum",
                                                            "minItems", "maxItems",  "format",    "example", "string"};

/// Whether a tag is such a rule.
[[nodiscard]] bool is_rule_tag(std::string_view name);

/// Adds a rule tag to `demands`, which are for values of one kind. Returns the fault of the tag, if there is one.
[[nodiscard]] std::optional<std::string> add_rule(rules& demands, const tag& rule, kind of);

/// Combines two sets of rules. If only one can apply (@format, @example), it is the nearer one.
[[nodiscard]] rules both(const rules& farther, const rules& nearer);

/// Why no value can satisfy the rules, if that is so.
[[nodiscard]] std::optional<std::string> contradiction(const rules& demands);

}  // namespace weir::schema
