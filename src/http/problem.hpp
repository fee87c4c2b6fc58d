#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "http/message.hpp"

namespace weir::http {

/// Why a request was not carried out: RFC 9457. What every error is answered with.
struct problem {
  std::string type;  ///< /problems/validation
  std::string title;
  int status = 500;
  std::string detail;  ///< for this occurrence; "" if there is nothing to add
  nlohmann::ordered_json extras = nlohmann::ordered_json::object();
  std::vector<std::pair<std::string, std::string>> headers;  ///< Allow, Retry-After, ...

  problem&& with(std::string_view member, nlohmann::ordered_json value) &&;
  problem&& with_header(std::string_view name, std::string value) &&;
};

/// The problems that are not refusals of a domain.
enum class problem_kind {
  malformed_json,
  malformed_request,
  unauthorized,
  forbidden,
  not_found,
  method_not_allowed,
  not_acceptable,
  timeout,
  sequence_mismatch,
  content_too_large,
  uri_too_long,
  unsupported_media_type,
  validation,
  unknown_command,
  idempotency_key_reused,
  headers_too_large,
  internal,
  overloaded,
  unavailable,
};

/// What `GET` on a problem's type says about it.
struct problem_explanation {
  problem_kind kind;
  int status;
  std::string_view name;  ///< the last segment of the type
  std::string_view title;
  std::string_view text;
};

/// All kinds, in the order of the enumeration.
[[nodiscard]] std::span<const problem_explanation> problem_explanations();

[[nodiscard]] problem make_problem(problem_kind kind, std::string detail);

/// 503 with Retry-After.
[[nodiscard]] problem make_unavailable(problem_kind kind, std::string detail, std::chrono::seconds retry_after);

/// 503, as there is no memory left in server_options::bodies.
[[nodiscard]] problem bodies_have_all_memory();

/// As JSON. `instance` is a URI reference that names this occurrence.
[[nodiscard]] std::string to_json(const problem& what, std::string_view instance);

/// As an answer. `instance` is a URI reference that names this occurrence.
[[nodiscard]] response to_response(const problem& what, std::string_view instance);

/// Thrown by what an exchange does for a handler (reading a body above the limit, say), and by handlers that have
/// nothing left to do: ends the handler, and the problem is the answer.
struct problem_raised {
  problem what;
};

/// Thrown by what an exchange does for a handler once the connection is gone: ends the handler; there is nobody to
/// answer.
struct connection_lost {};

}  // namespace weir::http
