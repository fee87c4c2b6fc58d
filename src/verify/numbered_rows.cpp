#include "verify/numbered_rows.hpp"

#include <algorithm>

#include "base/bytes.hpp"

namespace weir {
namespace {

std::string key_of(std::uint64_t number) {
  std::string key;
  append_big_endian(key, number);
  return key;
}

}  // namespace

numbered_rows::numbered_rows(const verification& of, std::string family_name, std::string thing)
    : of_(of),
      family_name_(std::move(family_name)),
      thing_(std::move(thing)),
      family_(of.in.find(family_name_)),
      rows_(of.all_of(family_)) {
  last_ = find_last();
  rows_.seek("");
  // No key is shorter than a number, and none is zero.
  while (rows_.valid() && (rows_.key().size() != 8 || read_big_endian(rows_.key()) == 0)) {
    of_.fault(family_name_, rows_.key(), "this is not the key of a " + thing_);
    rows_.next();
  }
}

std::uint64_t numbered_rows::find_last() {
  auto end = of_.in.scan(family_, of_.at);
  for (end.seek_last(); end.valid(); end.previous()) {
    if (end.key().size() == 8) return read_big_endian(end.key());
    of_.fault(family_name_, end.key(), "this is not the key of a " + thing_);
  }
  const auto status = end.status();
  if (status) return 0;
  of_.unreadable(family_name_, "", "the last " + thing_ + " cannot be read", status.error());
  // The readable row with the highest number: found by halves, since rows are many and damage is rare.
  std::uint64_t low = 0, high = std::uint64_t{1} << 62;
  while (low + 1 < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    end.seek(key_of(middle));
    (end.valid() && end.key().size() == 8 ? low : high) = middle;
  }
  return low;
}

std::string numbered_rows::named(std::uint64_t from, std::uint64_t to) const {
  if (from == to) return thing_ + " " + std::to_string(from);
  return thing_ + "s " + std::to_string(from) + " to " + std::to_string(to);
}

bool numbered_rows::find(std::uint64_t number) {
  if (number < missing_until_) return false;
  if (found_ != 0 && found_ < number) rows_.next();
  while (rows_.valid()) {
    if (rows_.key().size() != 8) {
      of_.fault(family_name_, rows_.key(), "this is not the key of a " + thing_);
    } else if ((found_ = read_big_endian(rows_.key())) >= number) {
      break;
    }
    rows_.next();
  }
  if (!rows_.valid()) {
    if (const auto status = rows_.status(); !status) {
      step_over_damage(number);
    } else {
      of_.fault(family_name_, key_of(number), named(number, last_) + " missing");
      missing_until_ = last_ + 1;
    }
    return false;
  }
  if (found_ == number) return true;
  of_.fault(family_name_, key_of(number), named(number, found_ - 1) + " missing");
  missing_until_ = found_;
  return false;
}

void numbered_rows::step_over_damage(std::uint64_t from) {
  const error why = rows_.status().error();
  found_ = 0;
  for (std::uint64_t stride = 1; from + stride <= last_; stride *= 2) {
    of_.speed.check();
    rows_.seek(key_of(from + stride));
    if (!rows_.valid()) continue;
    missing_until_ = rows_.key().size() == 8 ? std::max(from + 1, read_big_endian(rows_.key())) : from + 1;
    of_.unreadable(family_name_, key_of(from), named(from, missing_until_ - 1) + " cannot be read", why);
    return;
  }
  of_.unreadable(family_name_, key_of(from), named(from, last_) + " cannot be read", why);
  missing_until_ = last_ + 1;
}

}  // namespace weir
