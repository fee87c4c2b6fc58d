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
    std::string_view text;  ///< without its end; until the next call
    bool too_long;          ///< and therefore left out
  };

  /// The next line that is complete, of a piece, which loses what has been looked at. Nothing once the piece is used
  /// up: then the next piece goes on.
  [[nodiscard]] std::optional<line> next(std::string_view& piece);

  /// What came after the last line's end, if it is anything.
  [[nodiscard]] std::optional<line> last();

  /// What is kept of a line in progress, in memory.
  [[nodiscard]] std::size_t held_bytes() const { return begun_.capacity(); }

  /// The line in progress, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  [[nodiscard]] line complete();

  const std::size_t bytes_max_;
  std::size_t number_ = 1;
  std::string begun_;  ///< of a line whose end is still to come
  bool too_long_ = false, ended_ = false;
};

}  // namespace weir
