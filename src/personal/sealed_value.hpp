#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.hpp"

/// The bytes of a sealed value, which stand where the value was:
///
///   sealed    0xFF 'W' 1  key  position  count  place ...  nonce (12)  encrypted text  tag (16)
///   erased    0xFF 'W' 0                                        it was erased before it was stored here
///
/// Numbers are varints. The place is the way to the field in its event: numbers of fields, and indexes of elements. The
/// tag covers everything before the nonce. No text in UTF-8 has the byte 0xFF.
namespace weir::personal {

/// Where a sealed value was stored first.
struct origin {
  std::uint64_t key = 0;
  weir::position position;
  std::vector<std::uint64_t> place;
  bool operator==(const origin&) const = default;
};

struct sealed_value {
  bool erased = false;  ///< then there is nothing else
  personal::origin origin;
  std::string_view associated;  ///< what the tag covers besides the text
  std::string_view encrypted;   ///< nonce, text and tag
};

/// Whether a string can only be a sealed value.
[[nodiscard]] inline bool begins_as_sealed(std::string_view value) { return !value.empty() && value[0] == '\xff'; }
/// The same of a binary value, which may hold any bytes.
[[nodiscard]] inline bool begins_as_sealed_binary(std::string_view value) { return value.starts_with("\xffW"); }

/// The parts of a sealed value, as views of it. Nothing if it is none.
[[nodiscard]] std::optional<sealed_value> read_sealed(std::string_view value);

/// Appends the bytes before the nonce.
void append_sealed_header(std::string& to, std::uint64_t key, position at, const std::vector<std::uint64_t>& place);

/// A value that was erased before it was stored.
inline constexpr std::string_view erased_value{"\xffW\0", 3};

}  // namespace weir::personal
