#pragma once

#include <iosfwd>
#include <string>

#include "base/error.hpp"
#include "domain/catalog.hpp"

namespace weir {

// A source of a schema is a file, `-` for standard input, or a data directory that no server is running on.

/// Prints the event schema of these domains, including parts of an earlier schema that stored events may still hold;
/// `after` is the source of the earlier one, or "". Errors: errc::invalid, also if the earlier schema is incompatible.
[[nodiscard]] result<> print_schema(const catalog& domains, const std::string& after, std::ostream& to);

/// Prints every change between two schemas. Returns whether all are compatible. `now`: "" for that of `domains`.
/// Errors: those of reading a schema.
[[nodiscard]] result<bool> check_schema(const catalog& domains, const std::string& old, const std::string& now,
                                        std::ostream& to);

}  // namespace weir
