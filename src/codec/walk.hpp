#pragma once

#include "codec/compact_reader.hpp"
#include "schema/schema.hpp"

namespace weir::codec {

/// Walks through compact bytes by the schema, and calls a sink for each part:
///
///   begin_structure(shape)  begin_field(field)  end_field()  end_structure()
///   begin_list(type, size)  begin_element(index)  end_list(type)            lists and sets
///   begin_map(type, size)   begin_key(type, index)  begin_value(type)  end_entry(type)  end_map(type)
///   boolean(bool)  integer(value, type)  floating(double)  text(bytes)  binary(bytes)
///
/// Unknown fields are skipped. Throws corrupt_bytes where a value is not of the schema's type.
template <class Sink>
class walker {
 public:
  walker(compact_reader& in, Sink& out) : in_(in), out_(out) {}

  void structure(const schema::structure& shape, std::size_t depth = stored_depth_max) {
    if (depth == 0) throw corrupt_bytes{"nested too deep"};
    out_.begin_structure(shape);
    for (auto next = in_.field(0); next.type != wire::stop; next = in_.field(next.id)) {
      const auto* const field = shape.find(next.id);
      if (!field) {
        in_.skip(next.type, depth);
        continue;
      }
      out_.begin_field(*field);
      field_value(field->type, next.type, depth - 1);
      out_.end_field();
    }
    out_.end_structure();
  }

  /// The value of a field, after its header.
  void field_value(const schema::type& of, wire found, std::size_t depth) {
    if (!fits(found, of.is)) throw corrupt_bytes{"a field of another type"};
    if (of.is == schema::kind::boolean) {
      out_.boolean(found == wire::boolean_true);
    } else {
      value(of, depth);
    }
  }

 private:
  void value(const schema::type& of, std::size_t depth) {
    switch (of.is) {
      case schema::kind::boolean:
        return out_.boolean(in_.element_bool());
      case schema::kind::i8:
      case schema::kind::i16:
      case schema::kind::i32:
      case schema::kind::i64:
      case schema::kind::enumeration:
        return out_.integer(in_.integer(wire_of(of.is)), of);
      case schema::kind::floating:
        return out_.floating(in_.floating());
      case schema::kind::string:
        return out_.text(in_.binary());
      case schema::kind::binary:
        return out_.binary(in_.binary());
      case schema::kind::list:
      case schema::kind::set:
        return list(of, depth);
      case schema::kind::map:
        return map(of, depth);
      case schema::kind::structure:
        return structure(*of.shape, depth);
    }
  }

  void list(const schema::type& of, std::size_t depth) {
    if (depth == 0) throw corrupt_bytes{"nested too deep"};
    const auto header = in_.list();
    if (header.size > 0 && !fits(header.element, of.element->is)) throw corrupt_bytes{"elements of another type"};
    out_.begin_list(of, header.size);
    for (std::size_t i = 0; i < header.size; ++i) {
      out_.begin_element(i);
      value(*of.element, depth - 1);
    }
    out_.end_list(of);
  }

  void map(const schema::type& of, std::size_t depth) {
    if (depth == 0) throw corrupt_bytes{"nested too deep"};
    const auto header = in_.map();
    if (header.size > 0 && !(fits(header.key, of.key->is) && fits(header.value, of.element->is))) {
      throw corrupt_bytes{"entries of another type"};
    }
    out_.begin_map(of, header.size);
    for (std::size_t i = 0; i < header.size; ++i) {
      out_.begin_key(of, i);
      value(*of.key, depth - 1);
      out_.begin_value(of);
      value(*of.element, depth - 1);
      out_.end_entry(of);
    }
    out_.end_map(of);
  }

  compact_reader& in_;
  Sink& out_;
};

/// Walks one whole struct, after which nothing may follow.
template <class Sink>
void walk(std::string_view compact, const schema::structure& shape, Sink& out) {
  compact_reader in(compact);
  walker<Sink>(in, out).structure(shape);
  if (in.remaining() != 0) throw corrupt_bytes{"bytes after the end"};
}

}  // namespace weir::codec
