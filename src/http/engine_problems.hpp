#pragma once

#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"
#include "http/problem.hpp"

/// What the codec and the engine say no with, as problems.
namespace weir::http {

[[nodiscard]] problem explain(const codec::malformed& fault);
/// 422 with all violations.
[[nodiscard]] problem explain(const std::vector<codec::violation>& violations);

/// A business refusal of a command: 409 under the exception's name. `detail` is what was refused.
[[nodiscard]] problem explain_refusal(const schema::structure& exception, std::string_view bytes, std::string detail);
/// A query's refusal: 404 with the exception's name as its code.
[[nodiscard]] problem explain_absence(const schema::structure& exception, std::string_view bytes);

/// What reading from the engine failed with: what is being built is there later; the rest is internal.
[[nodiscard]] problem explain(exchange& x, const error& why);

/// 500 that says nothing but where the log has the reason, which this puts there.
[[nodiscard]] problem internal_problem(exchange& x, std::string_view reason);

/// A doc comment as a title: its first sentence, without the full stop.
[[nodiscard]] std::string title_of(const schema::structure& exception);

}  // namespace weir::http
