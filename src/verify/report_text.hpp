#pragma once

#include <string>

#include "verify/verify_store.hpp"

namespace weir {

/// A report for people: a line for each fault, then what was read.
[[nodiscard]] std::string as_text(const verification_report& report);

/// The same as JSON.
[[nodiscard]] std::string as_json(const verification_report& report);

}  // namespace weir
