#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "problem/problem.hpp"

/// Failures of commands and reads as problems: the same over HTTP and over Thrift RPC.
namespace weir {

/// A failed command, as its problem and its log line describe it.
struct failed_command {
  std::string_view command;   ///< its name
  std::string_view stream;    ///< its stream
  std::string_view trace_id;  ///< as in the diagnostic log
};

/// Why a command, or a whole group, failed. The outcome must not be an acceptance.
[[nodiscard]] problem problem_of(const outcome& came_to, const failed_command& of);

/// Logs details that the client is not given. (The engine has logged `faulty` and `damaged` already.)
void log_failure(const outcome& came_to, const failed_command& of);

/// Why a read of the engine failed: 503 while a view is being built, 500 damaged-data for corrupt data; otherwise
/// internal.
[[nodiscard]] problem problem_of_read(const error& why, std::string_view trace_id);

/// 503: too many queries are waiting for a thread (query_threads).
[[nodiscard]] problem too_many_queries();

/// 412: the stream is not at the `expected` sequence.
[[nodiscard]] problem explain_mismatch(const std::string& stream, nlohmann::ordered_json expected, sequence actual);

/// The name of the command's stream would be too long. `pointer`: to the command.
[[nodiscard]] codec::violation explain_unnamable(std::string pointer);

}  // namespace weir
