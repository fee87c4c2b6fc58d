#include "codec/builder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/limits.hpp"
#include "base/suggestion.hpp"
#include "base/time.hpp"
#include "codec/canonical.hpp"
#include "codec/compact_reader.hpp"
#include "codec/compact_writer.hpp"
#include "codec/pointer.hpp"
#include "codec/scalar_text.hpp"
#include "codec/utf8.hpp"

namespace weir::codec {
namespace {

using schema::kind;

std::vector<std::string_view> names_of(const schema::structure& shape) {
  std::vector<std::string_view> names;
  for (const auto& field : shape.fields) names.push_back(field.name);
  return names;
}

std::string listed(const schema::structure& shape) {
  std::string all;
  for (const auto& field : shape.fields) all += (all.empty() ? "" : ", ") + field.name;
  return all;
}

/// Compares compact bytes of two strings or two integers.
bool is_below(std::string_view left, std::string_view right, const schema::type& of) {
  compact_reader one(left);
  compact_reader other(right);
  if (of.is == kind::string) return one.binary() < other.binary();
  return one.integer(wire_of(of.is)) < other.integer(wire_of(of.is));
}

std::size_t place_of(const schema::field& field, const schema::structure& shape) {
  return static_cast<std::size_t>(&field - shape.fields.data());
}

}  // namespace

bool builder::member_set::insert(std::size_t place) {
  if (contains(place)) return false;
  if (place < 64) {
    low_ |= std::uint64_t{1} << place;
  } else {
    if (high_.size() <= place - 64) high_.resize(place - 64 + 1);
    high_[place - 64] = true;
  }
  return true;
}

bool builder::member_set::contains(std::size_t place) const {
  if (place < 64) return (low_ >> place & 1) != 0;
  return place - 64 < high_.size() && high_[place - 64];
}

void builder::member_set::clear() {
  low_ = 0;
  high_.clear();
}

builder::builder(const schema::structure& shape, checks held_against) : held_against_(held_against) {
  root_.is = kind::structure;
  root_.shape = &shape;
  frames_.reserve(8);
}

bool builder::named(const frame& f) { return f.type->is == kind::map && schema::names_members(*f.type->key); }

const schema::type& builder::expected() const {
  if (depth_ == 0) return root_;
  const frame& f = top();
  if (f.type->is == kind::structure) return f.field->type;
  return f.type->is == kind::map && f.at_key ? *f.type->key : *f.type->element;
}

std::string builder::expectation() const { return codec::expectation(expected(), held_against_); }

bool builder::takes_beyond_dates(std::int64_t microseconds) const {
  return !checks_rules() && !to_rfc3339(timestamp{std::chrono::microseconds{microseconds}});
}

std::size_t builder::depth_max() const { return checks_rules() ? limits::nesting_depth_max : stored_depth_max; }

void builder::boolean(bool value) {
  const bool is_field = top().type->is == kind::structure;
  begin_value(value ? wire::boolean_true : wire::boolean_false);
  if (!is_field) append_element_bool(bytes_, value);
  end_value();
}

void builder::integer(std::int64_t value) {
  const auto& of = expected();
  begin_value(wire_of(of.is));
  report(check_integer(of, value, named(top()) && top().at_key, held_against_));
  if (of.is == kind::i8) {
    append_byte(bytes_, static_cast<std::uint8_t>(value));
  } else {
    append_integer(bytes_, value);
  }
  end_value();
}

void builder::floating(double value) {
  begin_value(wire::floating);
  if (checks_rules()) report(check_floating(expected().demands, value));
  // JSON knows one NaN: the others become it, so that what comes back out of JSON has the same bytes.
  append_double(bytes_, std::isnan(value) ? std::numeric_limits<double>::quiet_NaN() : value);
  end_value();
}

void builder::text(std::string_view value) {
  begin_value(wire::binary);
  report(check_text(expected().demands, value, held_against_));
  append_binary(bytes_, value);
  end_value();
}

void builder::binary(std::string_view value) {
  begin_value(wire::binary);
  if (checks_rules()) report(check_binary(expected().demands, value));
  append_binary(bytes_, value);
  end_value();
}

void builder::null() {
  if (depth_ == 0 || top().type->is != kind::structure) return mismatch("null");
  top().field = nullptr;
}

void builder::refuse(std::string detail) {
  if (depth_ == 0) return report_at({}, std::move(detail));
  begin_value(wire_of(expected().is));
  report_at(pointer(), std::move(detail));
  end_value();
}

void builder::mismatch(std::string_view found) { refuse("must be " + expectation() + ", not " + std::string(found)); }

bool builder::begin_structure() { return push(); }

bool builder::member(const schema::field& field) {
  frame& f = top();
  f.field = &field;
  if (f.seen.insert(place_of(field, *f.type->shape))) return true;
  report_at(pointer(), "appears twice");
  return false;
}

void builder::unknown_member(std::string_view name) {
  frame& f = top();
  f.field = nullptr;
  f.name = name;
  ++f.count;
  const auto& shape = *f.type->shape;
  if (depth_ == 1 && shape.category == schema::category::union_ && !invalid_.unknown_member)
    invalid_.unknown_member = name;
  report_at(pointer(), "is no member of " + shape.name + suggestion(name, names_of(shape)));
}

void builder::end_structure() {
  append_stop(bytes_);
  const frame& f = top();
  check_required(f);
  check_union(f);
  check_periods(f);
  pop();
}

bool builder::begin_container() { return push(); }

void builder::name_entry(std::string_view name) { top().name = name; }

void builder::refuse_entry(std::string_view detail) {
  frame& f = top();
  std::string at = pointer(depth_ - 1);
  append_pointer(at, std::to_string(f.count));
  report_at(std::move(at), std::string(detail));
  f.at_key = true;
  ++f.count;
}

void builder::refuse_last_entry(std::string_view detail) {
  --top().count;
  refuse_entry(detail);
}

void builder::end_container() {
  const frame& f = top();
  if (checks_rules()) {
    for (const auto& detail : check_items(f.type->demands, f.count)) report_at(pointer(depth_ - 1), detail);
  }
  check_unique(f);
  std::string header;
  if (f.type->is == kind::map) {
    append_map_header(header, f.count, wire_of(f.type->key->is), wire_of(f.type->element->is));
  } else {
    append_list_header(header, f.count, wire_of(f.type->element->is));
  }
  bytes_.insert(f.content_begin, header);
  pop();
}

decoded builder::finish() && {
  if (faulty()) return std::move(invalid_);
  return std::move(bytes_);
}

void builder::begin_value(wire type) {
  frame& f = top();
  if (f.type->is == kind::structure) {
    append_field_header(bytes_, f.last_id, f.field->id, type);
    f.last_id = f.field->id;
    f.filled.insert(place_of(*f.field, *f.type->shape));
  }
  f.value_begin = bytes_.size();
  f.faults_before_value = faults_;
}

void builder::end_value() {
  frame& f = top();
  const bool must_be_unique = f.type->is == kind::set || (f.type->is == kind::map && f.at_key);
  if (must_be_unique && faults_ == f.faults_before_value) f.unique.push_back({f.count, f.value_begin, bytes_.size()});
  if (has_periods(f) && faults_ == f.faults_before_value) {
    f.compared.push_back({place_of(*f.field, *f.type->shape), f.value_begin, bytes_.size()});
  }
  if (f.type->is == kind::map) {
    f.at_key = !f.at_key;
    if (!f.at_key) return;
  }
  f.field = nullptr;
  ++f.count;
}

bool builder::push() {
  const auto& of = expected();
  if (depth_ == depth_max()) {
    refuse("is nested more than " + std::to_string(depth_max()) + " levels deep");
    return false;
  }
  if (depth_ > 0) begin_value(wire_of(of.is));
  if (frames_.size() == depth_) frames_.emplace_back();
  frame& f = frames_[depth_++];
  f.type = &of;
  f.content_begin = bytes_.size();
  f.count = 0;
  f.at_key = of.is == kind::map;
  f.last_id = 0;
  f.field = nullptr;
  f.seen.clear();
  f.filled.clear();
  f.unique.clear();
  f.compared.clear();
  return true;
}

void builder::pop() {
  --depth_;
  if (depth_ > 0) end_value();
}

void builder::report(const faults& found) {
  for (const auto& detail : found) report_at(pointer(), detail);
}

void builder::report_at(std::string pointer, std::string detail) {
  ++faults_;
  if (invalid_.violations.size() < limits::violations_max)
    invalid_.violations.push_back({std::move(pointer), std::move(detail)});
}

std::string builder::pointer(std::size_t levels) const {
  std::string text;
  if (faults_ >= limits::violations_max) return text;  // it would not be kept
  for (std::size_t i = 0; i < levels; ++i) {
    const frame& f = frames_[i];
    if (f.type->is == kind::structure) {
      append_pointer(text, f.field ? f.field->name : f.name);
    } else if (named(f)) {
      append_pointer(text, f.name);
    } else {
      append_pointer(text, std::to_string(f.count));
      if (f.type->is == kind::map) append_pointer(text, f.at_key ? "0" : "1");
    }
  }
  return text;
}

void builder::check_required(const frame& f) {
  for (const auto& field : f.type->shape->fields) {
    if (field.presence != schema::requiredness::required || f.filled.contains(place_of(field, *f.type->shape)))
      continue;
    std::string at = pointer(depth_ - 1);
    append_pointer(at, field.name);
    report_at(std::move(at), "is required");
  }
}

void builder::check_union(const frame& f) {
  const auto& shape = *f.type->shape;
  if (shape.category != schema::category::union_ || f.count == 1) return;
  report_at(pointer(depth_ - 1), "must have exactly one member of " + listed(shape) +
                                     (f.count == 0 ? "" : ", and has " + std::to_string(f.count)));
}

bool builder::has_periods(const frame& f) const {
  return checks_rules() && f.type->is == kind::structure && !f.type->shape->periods.empty();
}

/// Two fields that are not both set, or of which one is faulty, are not compared.
void builder::check_periods(const frame& f) {
  if (!has_periods(f)) return;
  const auto value_of = [&](std::size_t place) -> std::optional<std::string_view> {
    const auto found =
        std::find_if(f.compared.begin(), f.compared.end(), [&](const span& each) { return each.index == place; });
    if (found == f.compared.end()) return std::nullopt;
    return std::string_view(bytes_).substr(found->begin, found->end - found->begin);
  };
  const auto& fields = f.type->shape->fields;
  for (const auto& [begin, end] : f.type->shape->periods) {
    const auto first = value_of(begin);
    const auto last = value_of(end);
    if (!first || !last || !is_below(*last, *first, fields[end].type)) continue;
    std::string at = pointer(depth_ - 1);
    append_pointer(at, fields[end].name);
    report_at(std::move(at), "must not be before \"" + fields[begin].name + "\"");
  }
}

void builder::check_unique(const frame& f) {
  if (f.unique.size() < 2) return;
  const auto& of = f.type->is == kind::map ? *f.type->key : *f.type->element;
  const bool several = has_several_forms(of);
  std::vector<std::string> forms;
  std::vector<std::pair<std::string_view, const span*>> values;
  forms.reserve(f.unique.size());
  for (const auto& each : f.unique) {
    std::string_view bytes(bytes_.data() + each.begin, each.end - each.begin);
    if (several) bytes = forms.emplace_back(canonical_form(of, bytes));
    values.emplace_back(bytes, &each);
  }
  std::sort(values.begin(), values.end(), [](const auto& a, const auto& b) {
    return std::pair(a.first, a.second->index) < std::pair(b.first, b.second->index);
  });
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i].first != values[i - 1].first) continue;
    std::string at = pointer(depth_ - 1);
    append_pointer(at, entry_name(f, *values[i].second));
    report_at(std::move(at), f.type->is == kind::map ? "has a key that appears twice" : "appears twice");
  }
}

std::string builder::entry_name(const frame& f, const span& key) const {
  if (!named(f)) return std::to_string(key.index);
  compact_reader in(std::string_view(bytes_).substr(key.begin, key.end - key.begin));
  if (f.type->key->is == kind::string) return std::string(in.binary());
  std::string name;
  append_bare_integer(name, *f.type->key, in.integer(wire_of(f.type->key->is)));
  return name;
}

}  // namespace weir::codec
