#include "personal/rewriting.hpp"

#include "codec/compact_writer.hpp"

namespace weir::personal {

using schema::kind;

result<std::string> rewriting::rewrite(std::string_view compact, const schema::structure& shape) {
  bytes_ = compact;
  in_.emplace(compact);
  out_.clear();
  out_.reserve(compact.size() + compact.size() / 2 + 64);
  place_.clear();
  steps_.clear();
  try {
    structure(shape, codec::stored_depth_max);
    if (in_->remaining() != 0) throw codec::corrupt_bytes{"bytes after the end"};
  } catch (const codec::corrupt_bytes& e) {
    return error{errc::corrupt, "the bytes of a " + shape.name + " are damaged: " + e.what};
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
  return std::move(out_);
}

/// Appends what was read since `from`.
void rewriting::copy(std::size_t from) { out_ += bytes_.substr(from, in_->offset() - from); }

void rewriting::structure(const schema::structure& shape, std::size_t depth) {
  if (depth == 0) throw codec::corrupt_bytes{"nested too deep"};
  enter(shape, bytes_.substr(in_->offset()));
  std::int16_t last = 0;  // the last field that was written
  std::int16_t read = 0;
  for (;;) {
    const auto next = in_->field(read);
    if (next.type == codec::wire::stop) break;
    read = next.id;
    const schema::field* const field = shape.find(next.id);
    const std::size_t begin = in_->offset();
    const auto header = [&] {
      codec::append_field_header(out_, last, next.id, next.type);
      last = next.id;
    };
    if (!field) {
      header();
      in_->skip(next.type, depth);
      copy(begin);
      continue;
    }
    if (!codec::fits(next.type, field->type.is)) throw codec::corrupt_bytes{"a field of another type"};
    if (field->type.is == kind::boolean) {  // its header is its value
      header();
      continue;
    }
    place_.push_back(static_cast<std::uint64_t>(next.id));
    steps_.push_back({field, false});
    if (field->type.is == kind::string || field->type.is == kind::binary) {
      const std::string_view whole = in_->binary();
      changed_.clear();
      const done how = change({whole, field->type.is, field}, changed_);
      if (how != done::left_out) header();
      if (how == done::kept) copy(begin);
      if (how == done::changed) codec::append_binary(out_, changed_);
    } else {
      header();
      value(field->type, depth - 1);
    }
    place_.pop_back();
    steps_.pop_back();
  }
  codec::append_stop(out_);
  leave();
}

void rewriting::element(const schema::type& of, std::uint64_t index, bool in_map, std::size_t depth) {
  place_.push_back(index);
  steps_.push_back({nullptr, in_map});
  value(of, depth);
  place_.pop_back();
  steps_.pop_back();
}

/// A value that is no field's string.
void rewriting::value(const schema::type& of, std::size_t depth) {
  if (depth == 0) throw codec::corrupt_bytes{"nested too deep"};
  const std::size_t begin = in_->offset();
  switch (of.is) {
    case kind::string:
    case kind::binary: {
      const std::string_view whole = in_->binary();
      changed_.clear();
      if (change({whole, of.is, nullptr}, changed_) == done::changed) {
        codec::append_binary(out_, changed_);
      } else {
        copy(begin);
      }
      return;
    }
    case kind::structure:
      return structure(*of.shape, depth);
    case kind::list:
    case kind::set: {
      const auto header = in_->list();
      if (header.size > 0 && !codec::fits(header.element, of.element->is)) {
        throw codec::corrupt_bytes{"elements of another type"};
      }
      copy(begin);
      for (std::size_t i = 0; i < header.size; ++i) element(*of.element, i, false, depth - 1);
      return;
    }
    case kind::map: {
      const auto header = in_->map();
      if (header.size > 0 && !(codec::fits(header.key, of.key->is) && codec::fits(header.value, of.element->is))) {
        throw codec::corrupt_bytes{"entries of another type"};
      }
      copy(begin);
      for (std::size_t i = 0; i < header.size; ++i) {
        element(*of.key, 2 * i, true, depth - 1);
        element(*of.element, 2 * i + 1, true, depth - 1);
      }
      return;
    }
    default:
      in_->skip_element(codec::wire_of(of.is), depth);
      copy(begin);
  }
}

std::string rewriting::pointer() const {
  std::string made;
  for (std::size_t i = 0; i < steps_.size() && !steps_[i].in_map; ++i) {
    made += '/';
    made += steps_[i].field ? steps_[i].field->name : std::to_string(place_[i]);
  }
  return made;
}

}  // namespace weir::personal
