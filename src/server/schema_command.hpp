#pragma once

#include <iosfwd>
#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"

namespace weir {

// A source of a schema is a file, `-` for standard input, or a data directory that no server is running on.

/// Prints what these domains store events under, with what an earlier schema has that stored events may still hold;
/// `after` is that one's source, or "". Errors: errc::invalid, also if the earlier one does not fit.
[[nodiscard]] result<> print_schema(const catalog& domains, const std::string& after, std::ostream& to);

/// Prints every change between two schemas; whether all are compatible. `now`: "" for that of `domains`. Errors: whatever
/// keeps one of them from being read.
[[nodiscard]] result<bool> check_schema(const catalog& domains, const std::string& old, const std::string& now,
                                        std::ostream& to);

}  // namespace weir
