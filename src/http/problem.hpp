#pragma once

#include <string>
#include <string_view>

#include "http/message.hpp"
#include "problem/problem.hpp"

/// Problems as answers over HTTP.
namespace weir::http {

/// 413 for a body above a limit.
[[nodiscard]] problem content_too_large(std::size_t bytes_max);

/// As JSON. `instance` is a URI reference that names this occurrence.
[[nodiscard]] std::string to_json(const problem& what, std::string_view instance);

/// As an answer. `instance` is a URI reference that names this occurrence.
[[nodiscard]] response to_response(const problem& what, std::string_view instance);

/// Ends a handler with a problem as the answer. Thrown by functions of an exchange (for example if a body is above the
/// limit) and by handlers.
struct problem_raised {
  problem what;
};

}  // namespace weir::http
