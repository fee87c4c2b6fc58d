#include "codec/random_values.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <set>

#include "codec/canonical.hpp"
#include "codec/checks.hpp"
#include "codec/compact_writer.hpp"

namespace weir::codec {

using schema::kind;

std::uint64_t test_seed() {
  static const std::uint64_t seed = [] {
    const char* given = std::getenv("WEIR_TEST_SEED");
    return given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  }();
  return seed;
}

std::string random_values::structure(const schema::structure& shape, std::size_t depth, bool shuffled) {
  shuffled_ = shuffled;
  std::vector<const schema::field*> chosen;
  for (const auto& field : shape.fields) {
    const bool deep = field.type.is >= kind::list;
    const bool wanted = depth > 1 || !deep;
    if (field.presence == schema::requiredness::required || (wanted && !one_in(3))) chosen.push_back(&field);
  }
  if (shape.category == schema::category::union_) {
    chosen = {&shape.fields[depth > 1 ? below(shape.fields.size()) : 0]};
  }
  if (shuffled) std::shuffle(chosen.begin(), chosen.end(), random_);
  std::string bytes;
  std::int16_t last = 0;
  for (const auto* each : chosen) field(bytes, last, *each, depth - 1);
  append_stop(bytes);
  return bytes;
}

void random_values::field(std::string& bytes, std::int16_t& last, const schema::field& of, std::size_t depth) {
  const bool flag = of.type.is == kind::boolean && one_in(2);
  append_field_header(bytes, last, of.id,
                      of.type.is == kind::boolean && !flag ? wire::boolean_false : wire_of(of.type.is));
  last = of.id;
  if (of.type.is != kind::boolean) element(bytes, of.type, depth, false, false);
}

void random_values::element(std::string& bytes, const schema::type& of, std::size_t depth, bool unique,
                            bool names_member) {
  switch (of.is) {
    case kind::boolean:
      return append_element_bool(bytes, one_in(2));
    case kind::i8:
      return append_byte(bytes, static_cast<std::uint8_t>(integer(of, names_member)));
    case kind::i16:
    case kind::i32:
    case kind::i64:
    case kind::enumeration:
      return append_integer(bytes, integer(of, names_member));
    case kind::floating:
      return append_double(bytes, floating(unique));
    case kind::string:
    case kind::binary:
      return append_binary(bytes, text(of));
    case kind::list:
    case kind::set:
    case kind::map:
      return container(bytes, of, depth);
    case kind::structure:
      bytes += structure(*of.shape, depth, shuffled_);
      return;
  }
}

void random_values::container(std::string& bytes, const schema::type& of, std::size_t depth) {
  const bool has_keys = of.is != kind::list;
  const auto& key_type = of.is == kind::map ? *of.key : *of.element;
  const std::size_t least = of.demands.min_items.value_or(0);
  const std::size_t tries = depth > 0 ? least + (one_in(10) ? below(20) : below(4)) : least;
  std::set<std::string> keys;
  std::string content;
  std::size_t count = 0;
  for (std::size_t i = 0; i < tries; ++i) {
    std::string key;
    element(key, key_type, depth > 0 ? depth - 1 : 0, has_keys, of.is == kind::map && schema::names_members(key_type));
    if (has_keys && !keys.insert(has_several_forms(key_type) ? canonical_form(key_type, key) : key).second) continue;
    content += key;
    if (of.is == kind::map) element(content, *of.element, depth > 0 ? depth - 1 : 0, false, false);
    ++count;
  }
  if (of.is == kind::map) {
    append_map_header(bytes, count, wire_of(key_type.is), wire_of(of.element->is));
  } else {
    append_list_header(bytes, count, wire_of(key_type.is));
  }
  bytes += content;
}

std::int64_t random_values::integer(const schema::type& of, bool names_member) {
  const auto any = [&](std::int64_t least, std::int64_t most) {
    if (one_in(5)) return least;
    if (one_in(5)) return most;
    if (one_in(2))
      return std::uniform_int_distribution<std::int64_t>(std::max<std::int64_t>(least, -300),
                                                         300 < most ? 300 : most)(random_);
    return std::uniform_int_distribution<std::int64_t>(least, most)(random_);
  };
  switch (of.is) {
    case kind::i8:
      return any(-128, 127);
    case kind::i16:
      return any(-32768, 32767);
    case kind::i32:
    case kind::enumeration:
      return any(std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max());
    default:
      break;
  }
  if (of.demands.date_time) return any(-62'167'219'200'000'000, 253'402'300'799'999'999);  // the years 0000 to 9999
  if (of.demands.as_string || names_member) {
    return any(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
  }
  return any(-exact_integer_max, exact_integer_max);
}

double random_values::floating(bool unique) {
  constexpr double special[] = {0.0,
                                1.0,
                                -1.5,
                                5e-324,
                                1e22,
                                1e-7,
                                std::numeric_limits<double>::max(),
                                std::numeric_limits<double>::infinity(),
                                -std::numeric_limits<double>::infinity()};
  if (!unique && one_in(8)) return one_in(2) ? -0.0 : std::numeric_limits<double>::quiet_NaN();
  if (one_in(2)) return special[below(std::size(special))];
  const double any = std::bit_cast<double>(random_());
  return std::isnan(any) ? 0.25 : any;
}

std::string random_values::text(const schema::type& of) {
  std::string all;
  if (!of.demands.patterns.empty()) {
    for (std::size_t size = 1 + below(4); size > 0; --size) all += static_cast<char>('a' + below(26));
    return all;
  }
  const std::size_t size = one_in(10) ? below(200) : below(8);
  for (std::size_t i = 0; i < size; ++i) {
    if (of.is == kind::binary) {
      all += static_cast<char>(below(256));
    } else {
      all += utf8_character();
    }
  }
  return all;
}

std::string random_values::utf8_character() {
  constexpr const char* others[] = {
      "é", "€", "😀", "\"", "\\", "/", "\n", "\x01", "\x7f", "\xef\xbf\xbf", "\xf4\x8f\xbf\xbf", "~", "\u2028"};
  if (one_in(3)) return others[below(std::size(others))];
  return std::string(1, static_cast<char>(' ' + below(95)));
}

}  // namespace weir::codec
