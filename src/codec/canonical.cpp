#include "codec/canonical.hpp"

#include <algorithm>
#include <vector>

#include "base/bytes.hpp"
#include "codec/compact_reader.hpp"

namespace weir::codec {
namespace {

using schema::kind;

std::string form_of(compact_reader& in, std::string_view bytes, const schema::type& of);

/// The parts, each preceded by its size so that two lists never run into the same bytes.
std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const auto& part : parts) {
    append_big_endian(all, part.size());
    all += part;
  }
  return all;
}

std::string sorted(std::vector<std::string> parts) {
  std::sort(parts.begin(), parts.end());
  return joined(parts);
}

std::vector<std::string> elements(compact_reader& in, std::string_view bytes, const schema::type& of) {
  std::vector<std::string> parts(in.list().size);
  for (auto& part : parts) part = form_of(in, bytes, *of.element);
  return parts;
}

std::vector<std::string> entries(compact_reader& in, std::string_view bytes, const schema::type& of) {
  std::vector<std::string> parts(in.map().size);
  for (auto& part : parts) {
    auto key = form_of(in, bytes, *of.key);
    part = joined({std::move(key), form_of(in, bytes, *of.element)});
  }
  return parts;
}

std::string field_form(compact_reader& in, std::string_view bytes, const schema::type& of, wire found) {
  if (of.is == kind::boolean) return found == wire::boolean_true ? "1" : "0";
  return form_of(in, bytes, of);
}

std::vector<std::string> members(compact_reader& in, std::string_view bytes, const schema::structure& shape) {
  std::vector<std::string> parts;
  for (auto next = in.field(0); next.type != wire::stop; next = in.field(next.id)) {
    const auto* const field = shape.find(next.id);
    parts.push_back(joined({std::to_string(next.id), field_form(in, bytes, field->type, next.type)}));
  }
  return parts;
}

std::string form_of(compact_reader& in, std::string_view bytes, const schema::type& of) {
  switch (of.is) {
    case kind::list:
      return joined(elements(in, bytes, of));
    case kind::set:
      return sorted(elements(in, bytes, of));
    case kind::map:
      return sorted(entries(in, bytes, of));
    case kind::structure:
      return sorted(members(in, bytes, *of.shape));
    default: {
      const std::size_t begin = in.offset();
      in.skip_element(wire_of(of.is), 1);
      return std::string(bytes.substr(begin, in.offset() - begin));
    }
  }
}

}  // namespace

bool has_several_forms(const schema::type& of) {
  if (of.is == kind::list) return has_several_forms(*of.element);
  return of.is == kind::set || of.is == kind::map || of.is == kind::structure;
}

std::string canonical_form(const schema::type& of, std::string_view compact) {
  compact_reader in(compact);
  return form_of(in, compact, of);
}

}  // namespace weir::codec
