#include "api/engine_problems.hpp"

#include <spdlog/spdlog.h>

#include "requests/problems.hpp"

namespace weir::api {
namespace {

void log_failure(exchange& x, std::string_view reason) {
  spdlog::error("{} {} failed: {} trace={}", x.request().method_text, x.logged_path(), reason, x.trace().trace_id);
}

}  // namespace

problem explain_read(exchange& x, const error& why) {
  if (why.code != errc::unavailable) log_failure(x, why.detail);
  return problem_of_read(why, x.trace().trace_id);
}

problem internal_problem(exchange& x, std::string_view reason) {
  log_failure(x, reason);
  return make_internal(x.trace().trace_id);
}

}  // namespace weir::api
