#pragma once

#include <string>
#include <vector>

#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "weir/weir_types.h"

/// Why a call failed that broke no rule of the domain, in the words that HTTP has for it too.
namespace weir::rpc {

enum class problem_kind {
  not_found,
  sequence_mismatch,
  validation,
  idempotency_key_reused,
  internal,
  overloaded,
  unavailable,
};

[[nodiscard]] Problem make_problem(problem_kind kind, std::string detail);

/// All rules that an input breaks.
[[nodiscard]] Problem explain(const std::vector<codec::violation>& violations);
/// The stream is at another sequence than the caller expected.
[[nodiscard]] Problem explain(const sequence_mismatch& why);
/// A refusal that the method does not declare, and that it therefore cannot throw.
[[nodiscard]] Problem explain_refusal(const schema::structure& exception, bool of_query);

}  // namespace weir::rpc
