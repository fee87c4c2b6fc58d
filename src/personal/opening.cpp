#include "personal/opening.hpp"

namespace weir::personal {
namespace {

[[noreturn]] void fail(errc code, const std::string& what) { throw fatal_error({code, what}); }

std::string described(const sealed_value& sealed) {
  return "the personal value that was stored with the event at position " +
         std::to_string(sealed.origin.position.value);
}

}  // namespace

std::optional<std::string> open_sealed(const sealed_value& sealed, const key_files& keys, last_key& known) {
  if (sealed.erased) return std::nullopt;
  if (known.number != sealed.origin.key) {
    const auto found = keys.read(sealed.origin.key).value();
    if (std::holds_alternative<key_files::erased>(found)) return std::nullopt;
    const key* const there = std::get_if<key>(&found);
    if (!there) {
      fail(errc::not_found,
           "key " + std::to_string(sealed.origin.key) + ", which " + described(sealed) +
               " was encrypted with, is missing: put back the directory keys that belongs to this data");
    }
    known.number = sealed.origin.key;
    known.value.emplace(*there);
  }
  auto text = decrypt(*known.value, sealed.associated, sealed.encrypted);
  if (text) return text;
  // It may have been destroyed a moment ago.
  if (std::holds_alternative<key_files::erased>(keys.read(sealed.origin.key).value())) return std::nullopt;
  fail(errc::corrupt,
       described(sealed) + " is damaged, or was encrypted with another key " + std::to_string(sealed.origin.key));
}

rewriting::done opening::change(const text& value, std::string& into) {
  const bool is_text = value.is == schema::kind::string;
  if (is_text ? !begins_as_sealed(value.value)
              : !(value.field && value.field->personal && begins_as_sealed_binary(value.value))) {
    return done::kept;
  }
  const auto sealed = read_sealed(value.value);
  if (!sealed) {
    if (!is_text) return done::kept;  // stored before the field was tagged
    fail(errc::corrupt, "a string is neither text nor a sealed value");
  }
  if (at_ && !sealed->erased && (sealed->origin.position != *at_ || sealed->origin.place != place())) {
    fail(errc::corrupt,
         described(*sealed) + " stands at another place, position " + std::to_string(at_->value) + " " + pointer());
  }
  if (auto clear = open_sealed(*sealed, keys_, known_)) {
    into = std::move(*clear);
    return done::changed;
  }
  erased_.push_back(pointer());
  into.clear();
  const bool may_be_absent = value.field && value.field->presence != schema::requiredness::required;
  return may_be_absent ? done::left_out : done::changed;
}

}  // namespace weir::personal
