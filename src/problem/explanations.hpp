#pragma once

#include <span>
#include <string_view>

namespace weir {

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
  subject_erased,
  position_of_another_log,
  sequence_mismatch,
  content_too_large,
  uri_too_long,
  unsupported_media_type,
  misdirected_request,
  validation,
  unknown_command,
  idempotency_key_reused,
  headers_too_large,
  internal,
  damaged_data,
  not_implemented,
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

[[nodiscard]] const problem_explanation& explanation_of(problem_kind kind);

/// All kinds, in the order of the enumeration.
[[nodiscard]] std::span<const problem_explanation> problem_explanations();

}  // namespace weir
