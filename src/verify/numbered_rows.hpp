#pragma once

#include <cstdint>
#include <string>

#include "verify/verification.hpp"

namespace weir {

/// The rows of a family whose keys are 1, 2, 3, ...: `commits` or `positions`. Reports what is missing or cannot be
/// read, and goes on behind it.
class numbered_rows {
 public:
  /// `thing`: what a row is called.
  numbered_rows(const verification& of, std::string family_name, std::string thing);

  /// The last number; 0 if there are no rows. An unreadable end is reported.
  [[nodiscard]] std::uint64_t last() const { return last_; }

  /// Whether there is a row with this number. Ask for 1, 2, 3, ... up to last().
  [[nodiscard]] bool find(std::uint64_t number);
  [[nodiscard]] std::string_view value() const { return rows_.value(); }

 private:
  [[nodiscard]] std::uint64_t find_last();
  void step_over_damage(std::uint64_t from);
  [[nodiscard]] std::string named(std::uint64_t from, std::uint64_t to) const;

  const verification& of_;
  const std::string family_name_, thing_;
  const family family_;
  store::cursor rows_;
  std::uint64_t last_ = 0;
  std::uint64_t found_ = 0;          ///< the cursor is at this row; 0: it has to be moved first
  std::uint64_t missing_until_ = 1;  ///< the rows before this number are reported
};

}  // namespace weir
