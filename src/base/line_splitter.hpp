#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace weir {

/// Finds the lines in a text that arrives in pieces.
class line_splitter {
 public:
  explicit line_splitter(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  struct line {
    std::size_t number;     ///< from 1
    std::string_view text;  ///< without its line end; valid until the next call
    bool too_long;          ///< then `text` is left out
  };

  /// The next complete line of a piece; what was read is removed from the piece. Nothing once the piece is used up:
  /// then call it with the next piece.
  [[nodiscard]] std::optional<line> next(std::string_view& piece);

  /// The text after the last line end, if there is any.
  [[nodiscard]] std::optional<line> last();

  /// Memory that the line in progress takes.
  [[nodiscard]] std::size_t held_bytes() const { return begun_.capacity(); }

  /// The number of the line in progress, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  [[nodiscard]] line complete();

  const std::size_t bytes_max_;
  std::size_t number_ = 1;
  std::string begun_;  ///< the line in progress
  bool too_long_ = false, ended_ = false;
};

}  // namespace weir
