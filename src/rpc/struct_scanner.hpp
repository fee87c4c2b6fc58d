#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/limits.hpp"

namespace weir::rpc {

/// Finds the end of an unframed TBinary message, with or without a version, in bytes that arrive piece by piece.
///
/// Cost:    each byte is scanned once, however small the pieces; no memory is allocated for claimed sizes.
/// Limits:  a message that could only end beyond `bytes_max`, or that is nested too deep, is refused as soon as it says
/// so.
class struct_scanner {
 public:
  explicit struct_scanner(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The message is complete, and this long.
  struct complete {
    std::size_t bytes;
  };
  /// More bytes are needed.
  struct incomplete {};
  /// It can never become a message.
  struct fault {
    std::string_view detail;
    bool beyond_limit = false;  ///< it could only end beyond the limit
  };
  using verdict = std::variant<incomplete, complete, fault>;

  /// Takes all bytes of the message so far; those of the previous call come first and are not scanned again.
  [[nodiscard]] verdict look(std::string_view bytes);

 private:
  /// A struct, list, set or map that has begun and not ended.
  struct level {
    bool is_struct;
    std::uint8_t element = 0, other = 0;  ///< types that take turns: of a map key and value, else the same
    std::uint64_t left = 0;               ///< elements, or keys and values together
  };

  /// Makes one step; false if it needs more bytes.
  [[nodiscard]] bool step(std::string_view bytes);
  [[nodiscard]] bool pass_header(std::string_view bytes);
  [[nodiscard]] bool pass_field(std::string_view bytes);
  [[nodiscard]] bool begin_value(std::string_view bytes);
  [[nodiscard]] bool begin_container(std::string_view bytes);
  void push(level one);
  void pass(std::uint64_t count);
  void refuse(std::string_view detail) { fault_ = fault{detail}; }
  void refuse_beyond_limit() { fault_ = fault{"The message is too large.", true}; }

  [[nodiscard]] std::size_t left_of(std::string_view bytes) const { return bytes.size() - at_; }
  [[nodiscard]] std::uint32_t number_at(std::string_view bytes, std::size_t where) const;

  std::size_t bytes_max_;
  std::size_t at_ = 0;
  std::size_t to_pass_ = 0;  ///< bytes after at_ to skip
  bool header_passed_ = false, begun_ = false;
  std::uint8_t value_ = 0;  ///< the type of a value that comes next, before it has been begun
  std::array<level, limits::nesting_depth_max> levels_;
  std::size_t depth_ = 0;
  std::optional<fault> fault_;
};

}  // namespace weir::rpc
