#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "verify/verification.hpp"

namespace weir {

/// Compares two families in the order of their keys. Calls `differs(key, stored, made)` for each key whose values
/// differ. Counts the stored rows in `count`. Error: `made` cannot be read.
template <class Differs>
[[nodiscard]] result<> compare_rows(const verification& of, const std::string& name, store::cursor& stored,
                                    store::cursor& made, std::uint64_t& count, Differs differs) {
  constexpr std::uint64_t told_rows = 1'000;
  std::uint64_t untold = 0, bytes = 0;
  stored.seek("");
  made.seek("");
  while (stored.valid() || (made.valid() && stored.status())) {
    const int order = !made.valid() ? -1 : !stored.valid() ? 1 : stored.key().compare(made.key());
    using bytes_of = std::optional<std::string_view>;
    if (order < 0) {
      if (const auto status = made.status(); !status) return status;
      differs(stored.key(), bytes_of(stored.value()), bytes_of());
    } else if (order > 0) {
      differs(made.key(), bytes_of(), bytes_of(made.value()));
    } else if (stored.value() != made.value()) {
      differs(stored.key(), bytes_of(stored.value()), bytes_of(made.value()));
    }
    if (order <= 0) {
      ++count;
      bytes += stored.key().size() + stored.value().size();
      if (++untold == told_rows) {
        of.speed.read(bytes);
        of.speed.advance(untold);
        untold = bytes = 0;
      }
      stored.next();
    }
    if (order >= 0) made.next();
  }
  of.speed.advance(untold);
  if (const auto status = stored.status(); !status) {
    of.unreadable(name, "", "the rows after row " + std::to_string(count) + " cannot be read", status.error());
  }
  return made.status();
}

}  // namespace weir
