#include "api/engine_problems.hpp"

#include <spdlog/spdlog.h>

#include "requests/problems.hpp"

namespace weir::api {

problem explain_read(exchange& x, const error& why) {
  if (why.code == errc::unavailable) return problem_of_read(why, x.trace().trace_id);
  return internal_problem(x, why.detail);
}

problem internal_problem(exchange& x, std::string_view reason) {
  const std::string& trace = x.trace().trace_id;
  spdlog::error("{} {} failed: {} trace={}", x.request().method_text, x.request().where.raw_path(), reason, trace);
  return make_internal(trace);
}

}  // namespace weir::api
