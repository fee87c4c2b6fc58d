#include "codec/scalar_text.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "base/suggestion.hpp"
#include "base/time.hpp"
#include "codec/checks.hpp"
#include "codec/json_writer.hpp"
#include "schema/base64.hpp"

namespace weir::codec {
namespace {

using schema::kind;

std::optional<std::string> date_time_text(const schema::type& of, std::int64_t value) {
  if (!of.demands.date_time) return std::nullopt;
  return to_rfc3339(timestamp{std::chrono::microseconds{value}});
}

/// Digits as Weir writes them: no plus, no leading zeros, no minus zero.
std::optional<std::int64_t> integer_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || std::to_string(value) != text) return std::nullopt;
  return value;
}

std::optional<double> not_finite(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

/// A finite number in JSON's own form, more or less: no "nan", no "inf", which from_chars would take.
std::optional<double> number_of(std::string_view text) {
  if (const auto special = not_finite(text)) return special;
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

void refuse(builder& out) { out.refuse("must be " + out.expectation()); }

template <class Value, class Put>
void put_or_refuse(builder& out, const std::optional<Value>& value, Put put) {
  if (value) return put(*value);
  refuse(out);
}

void put_integer(builder& out, std::optional<std::int64_t> value) {
  put_or_refuse(out, value, [&](std::int64_t found) { out.integer(found); });
}

void put_floating(builder& out, std::optional<double> value) {
  put_or_refuse(out, value, [&](double found) { out.floating(found); });
}

void put_date_time(builder& out, std::string_view text) {
  const auto moment = from_rfc3339(text);
  put_integer(out, moment ? std::optional(moment->time_since_epoch().count()) : std::nullopt);
}

void put_bare_date_time(builder& out, std::string_view text) {
  const auto number = integer_of(text);
  return number && out.takes_beyond_dates(*number) ? out.integer(*number) : put_date_time(out, text);
}

void put_enumeration(builder& out, std::string_view text) {
  const auto& names = *out.expected().names;
  if (const auto* member = names.find(text)) return out.integer(member->value);
  if (out.takes_former_names()) {
    if (const auto* member = names.find_former(text)) return out.integer(member->value);
  }
  std::vector<std::string_view> all;
  for (const auto& member : names.members) all.push_back(member.name);
  out.refuse("must be " + out.expectation() + suggestion(text, all));
}

}  // namespace

bool shown_in_quotes(const schema::type& of, std::int64_t value) {
  if (of.is == kind::enumeration) return of.names->find(static_cast<std::int32_t>(value)) != nullptr;
  if (of.is != kind::i64) return false;
  return of.demands.as_string || (of.demands.date_time && date_time_text(of, value).has_value());
}

void append_bare_integer(std::string& text, const schema::type& of, std::int64_t value) {
  if (of.is == kind::enumeration) {
    if (const auto* member = of.names->find(static_cast<std::int32_t>(value))) {
      text += member->name;
      return;
    }
  }
  if (const auto moment = date_time_text(of, value)) {
    text += *moment;
  } else {
    append_json_integer(text, value);
  }
}

void put_json_string(builder& out, std::string_view text) {
  const auto& of = out.expected();
  switch (of.is) {
    case kind::string:
      return out.text(text);
    case kind::binary:
      return put_or_refuse(out, schema::from_base64(text), [&](const std::string& bytes) { out.binary(bytes); });
    case kind::enumeration:
      return put_enumeration(out, text);
    case kind::floating:
      return put_floating(out, not_finite(text));
    case kind::i64:
      if (of.demands.date_time) return put_date_time(out, text);
      if (of.demands.as_string) return put_integer(out, integer_of(text));
      return out.mismatch("a string");
    default:
      out.mismatch("a string");
  }
}

void put_bare_text(builder& out, std::string_view text) {
  const auto& of = out.expected();
  switch (of.is) {
    case kind::boolean:
      return put_or_refuse(out,
                           text == "true"    ? std::optional(true)
                           : text == "false" ? std::optional(false)
                                             : std::nullopt,
                           [&](bool value) { out.boolean(value); });
    case kind::i8:
    case kind::i16:
    case kind::i32:
      return put_integer(out, integer_of(text));
    case kind::i64:
      return of.demands.date_time ? put_bare_date_time(out, text) : put_integer(out, integer_of(text));
    case kind::floating:
      return put_floating(out, number_of(text));
    case kind::enumeration: {
      const auto number = integer_of(text);
      return number ? out.integer(*number) : put_enumeration(out, text);
    }
    default:
      put_json_string(out, text);
  }
}

}  // namespace weir::codec
