#include "codec/checks.hpp"

#include <limits>
#include <optional>

#include <re2/re2.h>

#include "base/time.hpp"
#include "codec/json_writer.hpp"
#include "codec/utf8.hpp"

namespace weir::codec {
namespace {

using schema::kind;

struct range {
  std::int64_t least, most;
};

template <class Integer>
constexpr range range_of{std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max()};

range range_for(const schema::type& of, checks held_against) {
  switch (of.is) {
    case kind::i8:
      return range_of<std::int8_t>;
    case kind::i16:
      return range_of<std::int16_t>;
    case kind::i32:
    case kind::enumeration:
      return range_of<std::int32_t>;
    default:
      if (of.demands.as_string || held_against == checks::types_only) return range_of<std::int64_t>;
      return {-exact_integer_max, exact_integer_max};
  }
}

std::string between(range of) { return "from " + std::to_string(of.least) + " to " + std::to_string(of.most); }

std::string names_of(const schema::enumeration& names) {
  std::string all;
  for (const auto& member : names.members) all += (all.empty() ? "" : ", ") + member.name;
  return all;
}

std::string shown(double value) {
  std::string text;
  append_json_double(text, value);
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

/// Exact, where a conversion of either side to the other's type might not be.
template <class Number>
void check_limits(const schema::rules& rules, Number value, faults& found) {
  static_assert(std::numeric_limits<long double>::digits >= 64);
  const auto wide = static_cast<long double>(value);
  if (rules.minimum && !(wide >= *rules.minimum)) found.push_back("must be at least " + shown(*rules.minimum));
  if (rules.maximum && !(wide <= *rules.maximum)) found.push_back("must be at most " + shown(*rules.maximum));
}

void check_count(std::optional<std::uint64_t> least, std::optional<std::uint64_t> most, std::size_t count,
                 const std::string& unit, faults& found) {
  const auto sentence = [&](const char* bound, std::uint64_t limit) {
    found.push_back("must have at " + (bound + (" " + std::to_string(limit))) + " " + unit + (limit == 1 ? "" : "s") +
                    ", and has " + std::to_string(count));
  };
  if (least && count < *least) sentence("least", *least);
  if (most && count > *most) sentence("most", *most);
}

}  // namespace

std::string expectation(const schema::type& of, checks held_against) {
  switch (of.is) {
    case kind::boolean:
      return "true or false";
    case kind::i8:
    case kind::i16:
    case kind::i32:
      return "an integer " + between(range_for(of, held_against));
    case kind::i64:
      if (of.demands.date_time) return "a date-time as in RFC 3339, like 2026-11-23T03:20:00Z";
      return (of.demands.as_string ? "a string of the digits of an integer " : "an integer ") +
             between(range_for(of, held_against));
    case kind::floating:
      return "a number, \"NaN\", \"Infinity\" or \"-Infinity\"";
    case kind::string:
      return "a string";
    case kind::binary:
      return "a string of base64";
    case kind::enumeration:
      return "one of " + names_of(*of.names);
    case kind::list:
    case kind::set:
      return "an array";
    case kind::map:
      return schema::names_members(*of.key) ? "an object" : "an array of arrays of a key and a value";
    case kind::structure:
      return "an object";
  }
  return {};
}

faults check_integer(const schema::type& of, std::int64_t value, bool names_member, checks held_against) {
  faults found;
  if (held_against == checks::types_only && of.is == kind::i64) return found;
  if (of.demands.date_time) {
    if (!to_rfc3339(timestamp{std::chrono::microseconds{value}}))
      found.push_back("must be a moment of the years 0000 to 9999");
  } else if (!(of.is == kind::i64 && names_member)) {
    const range allowed = range_for(of, held_against);
    if (value < allowed.least || value > allowed.most) found.push_back("must be an integer " + between(allowed));
  }
  if (held_against == checks::every_rule) check_limits(of.demands, value, found);
  return found;
}

faults check_floating(const schema::rules& rules, double value) {
  faults found;
  check_limits(rules, value, found);
  return found;
}

faults check_text(const schema::rules& rules, std::string_view value, checks held_against) {
  faults found;
  if (value.find('\0') != value.npos) found.push_back("must not hold the character U+0000");
  if (held_against == checks::types_only || !rules.any()) return found;
  if (rules.min_length || rules.max_length) {
    check_count(rules.min_length, rules.max_length, code_points(value), "character", found);
  }
  for (const auto& pattern : rules.patterns) {
    if (!re2::RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), *pattern)) {
      found.push_back("must match the pattern " + pattern->pattern());
    }
  }
  if (rules.day && found.empty() && !is_day(value)) found.push_back("must be a day of the calendar, like 2026-11-23");
  return found;
}

faults check_binary(const schema::rules& rules, std::string_view value) {
  faults found;
  check_count(rules.min_length, rules.max_length, value.size(), "byte", found);
  return found;
}

faults check_items(const schema::rules& rules, std::size_t count) {
  faults found;
  check_count(rules.min_items, rules.max_items, count, "item", found);
  return found;
}

}  // namespace weir::codec
