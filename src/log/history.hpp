#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "store/store.hpp"

namespace weir {

/// Four bytes that tell the history of an event log up to a position from any other history.
using history_mark = std::uint32_t;

/// Gives the marks of positions: the first bytes of the hash of the commit that holds the position. That hash depends
/// on all commits before it.
///
/// Cost:         one row for the next position or the next commit, else some twenty.
/// Concurrency:  used on one thread; as many as one likes.
/// Lifetime:     the store outlives it.
class history {
 public:
  explicit history(const store& in) : store_(in), commits_(in.find("commits")) {}

  /// The mark at a position of the log; 0 at position 0. Nothing if no commit holds it. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<history_mark>> mark_at(position which);

 private:
  /// A commit's events.
  struct span {
    std::uint64_t number = 0;
    std::uint64_t first = 1, last = 0;  ///< positions; a commit may have no event
    history_mark mark = 0;
    [[nodiscard]] bool holds(position which) const { return first <= which.value && which.value <= last; }
  };
  [[nodiscard]] result<std::optional<span>> read(std::uint64_t number) const;
  [[nodiscard]] result<std::uint64_t> last_number() const;
  [[nodiscard]] result<> search(position which);

  const store& store_;
  family commits_;
  span found_;
};

/// A position as a client gives it: "12", or with its mark "12.1a2b3c4d".
struct given_position {
  position at;
  std::optional<history_mark> mark;
};

/// Nothing if the text is neither. A position is at most 2^53 - 1.
[[nodiscard]] std::optional<given_position> read_position(std::string_view text);

/// Appends "12.1a2b3c4d".
void append_position(std::string& text, position at, history_mark mark);

}  // namespace weir
