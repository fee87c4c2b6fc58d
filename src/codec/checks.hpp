#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/codec.hpp"
#include "schema/schema.hpp"

/// The rules of the IDL for single values: the only code that checks them, for every source.
namespace weir::codec {

/// The faults, one sentence each ("must be ...").
using faults = std::vector<std::string>;

/// The largest integer that every JSON reader takes exactly: 2^53 - 1.
inline constexpr std::int64_t exact_integer_max = 9'007'199'254'740'991;

/// What a value of the type looks like in JSON, as the object of "must be".
[[nodiscard]] std::string expectation(const schema::type& of, checks held_against);

/// `names_member`: the value is the key of a map, which JSON writes as text, so any size is exact.
[[nodiscard]] faults check_integer(const schema::type& of, std::int64_t value, bool names_member, checks held_against);
[[nodiscard]] faults check_floating(const schema::rules& rules, double value);
/// No string may hold U+0000, under any rules: PostgreSQL's jsonb and many libraries cannot hold it.
[[nodiscard]] faults check_text(const schema::rules& rules, std::string_view value, checks held_against);
[[nodiscard]] faults check_binary(const schema::rules& rules, std::string_view value);
[[nodiscard]] faults check_items(const schema::rules& rules, std::size_t count);

}  // namespace weir::codec
