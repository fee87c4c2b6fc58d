#pragma once

#include <cstdint>
#include <string_view>

#include "base/limits.hpp"
#include "codec/compact_format.hpp"

namespace weir::codec {

/// Thrown by compact_reader and caught by every public function of the codec: the bytes are not what Weir writes.
struct corrupt_bytes {
  const char* what;
};

/// Maximum nesting of structs and containers in stored bytes: input is at most nesting_depth_max deep, but a domain may
/// nest it in structs of its own.
inline constexpr std::size_t stored_depth_max = 4 * limits::nesting_depth_max;

struct field_header {
  std::int16_t id;
  wire type;  ///< stop: there is no further field
};

struct list_header {
  std::size_t size;
  wire element;
};

struct map_header {
  std::size_t size;
  wire key, value;  ///< stop in an empty map
};

/// Reads compact bytes from the front, never past their end. Throws corrupt_bytes.
class compact_reader {
 public:
  explicit compact_reader(std::string_view bytes) : begin_(bytes.data()), at_(bytes.data()), end_(at_ + bytes.size()) {}

  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - at_); }
  [[nodiscard]] std::size_t offset() const { return static_cast<std::size_t>(at_ - begin_); }

  std::uint8_t byte() {
    if (at_ == end_) throw corrupt_bytes{"the bytes end too early"};
    return static_cast<std::uint8_t>(*at_++);
  }
  std::uint64_t varint();
  /// An integer that must lie in the range of 8, 16, 32 or 64 bits.
  std::int64_t integer(wire type);
  double floating();
  std::string_view binary();
  /// A boolean that is not the value of a field.
  bool element_bool();

  /// The next field after one with the number `last`.
  field_header field(std::int16_t last);
  list_header list();
  map_header map();

  /// Skips a value. `depth`: how many more levels it may have.
  void skip(wire type, std::size_t depth = stored_depth_max);
  /// Skips a value that is not a field's: its booleans take a byte.
  void skip_element(wire type, std::size_t depth);

 private:
  std::size_t size(std::uint64_t claimed) const;
  std::string_view take(std::size_t count);

  const char* begin_;
  const char* at_;
  const char* end_;
};

}  // namespace weir::codec
