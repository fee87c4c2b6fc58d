#include "personal/sealed_value.hpp"

#include "codec/compact_reader.hpp"
#include "codec/compact_writer.hpp"
#include "personal/cipher.hpp"

namespace weir::personal {
namespace {

constexpr std::string_view version_1{"\xffW\1", 3};

}  // namespace

std::optional<sealed_value> read_sealed(std::string_view value) {
  sealed_value read;
  if (value == erased_value) {
    read.erased = true;
    return read;
  }
  if (!value.starts_with(version_1)) return std::nullopt;
  try {
    codec::compact_reader in(value.substr(version_1.size()));
    read.origin.key = in.varint();
    read.origin.position = {in.varint()};
    for (std::uint64_t left = in.varint(); left > 0; --left) read.origin.place.push_back(in.varint());
    const std::size_t header = version_1.size() + in.offset();
    read.associated = value.substr(0, header);
    read.encrypted = value.substr(header);
  } catch (const codec::corrupt_bytes&) {
    return std::nullopt;
  }
  if (read.encrypted.size() < nonce_bytes + tag_bytes || read.origin.key == 0) return std::nullopt;
  return read;
}

void append_sealed_header(std::string& to, std::uint64_t key, position at, const std::vector<std::uint64_t>& place) {
  to += version_1;
  codec::append_varint(to, key);
  codec::append_varint(to, at.value);
  codec::append_varint(to, place.size());
  for (const std::uint64_t each : place) codec::append_varint(to, each);
}

}  // namespace weir::personal
