#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/limits.hpp"
#include "codec/codec.hpp"
#include "problem/explanations.hpp"

namespace weir::auth {
struct denial;
}

namespace weir {

/// Why a request was not carried out (RFC 9457). Every error is answered with one: over HTTP as
/// application/problem+json, over Thrift RPC as the exception Problem.
struct problem {
  std::string type;  ///< /problems/validation
  std::string title;
  int status = 500;
  std::string detail;                    ///< for this occurrence; "" if there is nothing to add
  std::vector<codec::violation> errors;  ///< all rules that the input breaks
  nlohmann::ordered_json extras = nlohmann::ordered_json::object();
  std::optional<std::chrono::seconds> retry_after;
  std::vector<std::pair<std::string, std::string>> headers;  ///< of an answer over HTTP: Allow, ...

  problem&& with(std::string_view member, nlohmann::ordered_json value) &&;
  problem&& with_header(std::string_view name, std::string value) &&;
};

[[nodiscard]] problem make_problem(problem_kind kind, std::string detail);

/// 503, with the advice to try again.
[[nodiscard]] problem make_unavailable(problem_kind kind, std::string detail,
                                       std::chrono::seconds retry_after = limits::retry_after);

/// 503: the memory budget for bodies is used up. `consequence`: what was not done.
[[nodiscard]] problem bodies_have_all_memory(std::string_view consequence = "Nothing was written.");

/// 401 with WWW-Authenticate; 503 if the credential can be verified soon.
[[nodiscard]] problem make_unauthorized(const auth::denial& why);
/// 401 in the middle of an answer: the credential has expired or was revoked.
[[nodiscard]] problem make_unauthorized_any_more();
/// 403. `what`: as requirement::text().
[[nodiscard]] problem make_forbidden(std::string_view what);

/// 500 that names only the trace in the diagnostic log.
[[nodiscard]] problem make_internal(std::string_view trace_id);
/// 500: stored bytes are not what was written. It says what that means for the client, and names the trace in the
/// diagnostic log.
[[nodiscard]] problem make_damaged(std::string_view trace_id);

/// 400: a body that is not JSON.
[[nodiscard]] problem explain(const codec::malformed& fault);
/// 422 with all violations.
[[nodiscard]] problem explain(std::vector<codec::violation> violations);

/// A business refusal of a command: 409 under the exception's name. `bytes`: of the exception, compact. `detail` is
/// what was refused.
[[nodiscard]] problem explain_refusal(const schema::structure& exception, std::string_view bytes, std::string detail);
/// A query's refusal: 404 with the exception's name as its code.
[[nodiscard]] problem explain_absence(const schema::structure& exception, std::string_view bytes);

/// A doc comment as a title: its first sentence, without the full stop.
[[nodiscard]] std::string title_of(const schema::structure& exception);

}  // namespace weir
