#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "problem/problem.hpp"

/// What commands and reads fail with, as problems: the same for those who ask over HTTP and over Thrift RPC.
namespace weir {

/// A command that came to nothing, for the words of its problem and of the log.
struct failed_command {
  std::string_view command;   ///< its name
  std::string_view stream;    ///< its stream
  std::string_view trace_id;  ///< under which the log has more
};

/// Why a command, or all of a group, came to nothing. The outcome is no acceptance.
[[nodiscard]] problem problem_of(const outcome& came_to, const failed_command& of);

/// Puts into the log what a client is not told. (What is faulty or damaged, the engine has put there.)
void log_failure(const outcome& came_to, const failed_command& of);

/// Why a read of the engine failed: what is being built is there later; the rest is internal.
[[nodiscard]] problem problem_of_read(const error& why, std::string_view trace_id);

/// 503: too many queries wait for a thread (query_threads).
[[nodiscard]] problem too_many_queries();

/// 412: the stream is not where it was `expected` to be.
[[nodiscard]] problem explain_mismatch(const std::string& stream, nlohmann::ordered_json expected, sequence actual);

/// The command's stream can have no name. `pointer`: to the command.
[[nodiscard]] codec::violation explain_unnamable(std::string pointer);

}  // namespace weir
