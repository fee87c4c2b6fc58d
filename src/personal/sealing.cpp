#include "personal/sealing.hpp"

#include <algorithm>

#include "codec/codec.hpp"
#include "personal/sealed_value.hpp"

namespace weir::personal {

void sealing::enter(const schema::structure& shape, std::string_view rest) {
  std::string subject = subjects_.back();
  if (shape.subject) {
    if (const auto bytes = codec::field_bytes(rest, *shape.subject)) {
      codec::compact_reader in(*bytes);
      const std::string& category = *shape.subject->subject_category;
      subject = category.empty() ? "" : category + "-";
      subject += in.binary();
    }
  }
  subjects_.push_back(std::move(subject));
}

bool sealing::was_erased() const {
  return !erased_.empty() && std::find(erased_.begin(), erased_.end(), pointer()) != erased_.end();
}

rewriting::done sealing::change(const text& value, std::string& into) {
  if (!value.field || !value.field->personal) return done::kept;
  if (was_erased()) {
    into = erased_value;
    return done::changed;
  }
  if (subjects_.back() != last_subject_) {
    last_subject_ = subjects_.back();
    last_number_ = number_of_(last_subject_);
    last_key_.reset();
    if (last_number_) last_key_.emplace(key_of_(*last_number_));
  }
  if (!last_number_) {
    into = erased_value;
    return done::changed;
  }
  append_sealed_header(into, *last_number_, position_, place());
  const std::string header = into;
  encrypt(*last_key_, header, value.value, into);
  return done::changed;
}

rewriting::done masking::change(const text& value, std::string&) {
  if (!value.field || !value.field->personal) return done::kept;
  return value.field->presence == schema::requiredness::required ? done::changed : done::left_out;
}

}  // namespace weir::personal
