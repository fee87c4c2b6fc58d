#include "schema/rule_tags.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <initializer_list>

#include <re2/re2.h>

namespace weir::schema {
namespace {

constexpr std::array formats{"date-time", "date", "time",          "duration", "email", "hostname", "ipv4",
                             "ipv6",      "uri",  "uri-reference", "uuid",     "iri",   "regex",    "json-pointer"};

bool is_one_of(kind of, std::initializer_list<kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), of) != kinds.end();
}

bool holds_for(std::string_view rule, kind of) {
  if (rule == "pattern") return of == kind::string;
  if (rule == "minLength" || rule == "maxLength") return is_one_of(of, {kind::string, kind::binary});
  if (rule == "minimum" || rule == "maximum")
    return is_one_of(of, {kind::i8, kind::i16, kind::i32, kind::i64, kind::floating});
  if (rule == "minItems" || rule == "maxItems") return is_one_of(of, {kind::list, kind::set, kind::map});
  if (rule == "format") return is_one_of(of, {kind::string, kind::i64});
  if (rule == "string") return of == kind::i64;
  return true;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

template <class Number>
std::optional<std::string> set_number(std::optional<Number>& bound, const tag& rule) {
  const auto value = number<Number>(rule.value);
  if (!value) {
    return "@" + rule.name + " needs " + (std::is_integral_v<Number> ? "a whole number from 0" : "a number") +
           ", not \"" + rule.value + "\"";
  }
  bound = value;
  return std::nullopt;
}

std::optional<std::string> set_limit(std::optional<double>& bound, const tag& rule, kind of) {
  if (auto fault = set_number(bound, rule)) return fault;
  if (!std::isfinite(*bound)) return "@" + rule.name + " needs a finite number";
  if (of != kind::floating && *bound != std::floor(*bound)) return "@" + rule.name + " of an integer must be one";
  return std::nullopt;
}

std::optional<std::string> add_pattern(rules& demands, const tag& rule) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto pattern = std::make_shared<const re2::RE2>(rule.value, options);
  if (!pattern->ok()) return "@pattern is refused by RE2: " + pattern->error();
  demands.patterns.push_back(std::move(pattern));
  demands.pattern_texts.push_back(rule.value);
  return std::nullopt;
}

std::optional<std::string> set_format(rules& demands, const tag& rule, kind of) {
  if (std::find(formats.begin(), formats.end(), rule.value) == formats.end()) {
    return "@format \"" + rule.value + "\" is not one of JSON Schema's";
  }
  if (of == kind::i64 && rule.value != "date-time") return "@format of an i64 can only be date-time";
  demands.format = rule.value;
  demands.date_time = of == kind::i64;
  demands.day = of == kind::string && rule.value == "date";
  return std::nullopt;
}

template <class Number, class Choose>
void tighten(std::optional<Number>& bound, const std::optional<Number>& other, Choose choose) {
  if (other) bound = bound ? choose(*bound, *other) : *other;
}

constexpr auto greater_of = [](auto a, auto b) { return std::max(a, b); };
constexpr auto lesser_of = [](auto a, auto b) { return std::min(a, b); };

template <class Number>
bool crossed(const std::optional<Number>& low, const std::optional<Number>& high) {
  return low && high && *low > *high;
}

}  // namespace

bool is_rule_tag(std::string_view name) {
  return std::find(rule_tags.begin(), rule_tags.end(), name) != rule_tags.end();
}

std::optional<std::string> add_rule(rules& demands, const tag& rule, kind of) {
  if (!holds_for(rule.name, of)) return "@" + rule.name + " cannot hold for this type";
  if (rule.name == "string") {
    demands.as_string = true;
    return rule.value.empty() ? std::nullopt : std::optional<std::string>("@string takes no value");
  }
  if (rule.value.empty()) return "@" + rule.name + " needs a value";
  if (rule.name == "pattern") return add_pattern(demands, rule);
  if (rule.name == "minLength") return set_number(demands.min_length, rule);
  if (rule.name == "maxLength") return set_number(demands.max_length, rule);
  if (rule.name == "minimum") return set_limit(demands.minimum, rule, of);
  if (rule.name == "maximum") return set_limit(demands.maximum, rule, of);
  if (rule.name == "minItems") return set_number(demands.min_items, rule);
  if (rule.name == "maxItems") return set_number(demands.max_items, rule);
  if (rule.name == "format") return set_format(demands, rule, of);
  demands.example = rule.value;
  return std::nullopt;
}

rules both(const rules& farther, const rules& nearer) {
  rules all = farther;
  all.patterns.insert(all.patterns.end(), nearer.patterns.begin(), nearer.patterns.end());
  all.pattern_texts.insert(all.pattern_texts.end(), nearer.pattern_texts.begin(), nearer.pattern_texts.end());
  tighten(all.min_length, nearer.min_length, greater_of);
  tighten(all.max_length, nearer.max_length, lesser_of);
  tighten(all.minimum, nearer.minimum, greater_of);
  tighten(all.maximum, nearer.maximum, lesser_of);
  tighten(all.min_items, nearer.min_items, greater_of);
  tighten(all.max_items, nearer.max_items, lesser_of);
  if (!nearer.format.empty()) all.format = nearer.format;
  if (nearer.example) all.example = nearer.example;
  all.date_time = farther.date_time || nearer.date_time;
  all.as_string = farther.as_string || nearer.as_string;
  all.day = farther.day || nearer.day;
  return all;
}

std::optional<std::string> contradiction(const rules& demands) {
  if (crossed(demands.min_length, demands.max_length)) return "@minLength is above @maxLength";
  if (crossed(demands.minimum, demands.maximum)) return "@minimum is above @maximum";
  if (crossed(demands.min_items, demands.max_items)) return "@minItems is above @maxItems";
  if (demands.date_time && demands.as_string) return "@string and @format date-time exclude each other";
  return std::nullopt;
}

}  // namespace weir::schema
