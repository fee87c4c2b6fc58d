#include "codec/codec.hpp"
#include "codec/compact_reader.hpp"
#include "codec/compact_writer.hpp"

namespace weir::codec {

result<member> member_of(std::string_view compact, const schema::structure& union_shape) {
  const auto corrupt = [&](const char* what) { return error{errc::corrupt, union_shape.name + ": " + what}; };
  try {
    compact_reader in(compact);
    const auto header = in.field(0);
    if (header.type == wire::stop) return corrupt("holds no member");
    const auto* const field = union_shape.find(header.id);
    if (!field)
      return error{errc::newer_format, union_shape.name + ": has no member number " + std::to_string(header.id)};
    if (!fits(header.type, field->type.is)) return corrupt("a member of another type");
    const std::size_t begin = in.offset();
    in.skip(header.type);
    const member found{field, compact.substr(begin, in.offset() - begin)};
    if (in.field(header.id).type != wire::stop) return corrupt("holds more than one member");
    if (in.remaining() != 0) return corrupt("bytes after the end");
    return found;
  } catch (const corrupt_bytes& fault) {
    return corrupt(fault.what);
  }
}

std::string wrap(const schema::field& union_member, std::string_view compact) {
  std::string bytes;
  bytes.reserve(compact.size() + 5);
  append_field_header(bytes, 0, union_member.id, wire_of(union_member.type.is));
  bytes += compact;
  append_stop(bytes);
  return bytes;
}

}  // namespace weir::codec
