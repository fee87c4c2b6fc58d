#pragma once

#include <stdexcept>
#include <string>

#include <boost/system/result.hpp>

namespace weir {

/// What a caller can do about an error. A code exists only if some caller acts differently on it.
enum class errc {
  invalid,          ///< the input is wrong: correct it
  not_found,        ///< there is no such thing
  corrupt,          ///< stored bytes are not what was written: restore a backup
  newer_format,     ///< stored by a newer Weir: upgrade
  in_use,           ///< another process holds it: stop that one
  unavailable,      ///< cannot be done now, and nothing was done: try again later
  stale,            ///< something else came first, and nothing was done: read the current state
  outcome_unknown,  ///< may or may not have been done: check before trying again
  io,               ///< the operating system refused: its reason is in the detail
};

/// An error: the code is for programs, the detail for people (one sentence; it says what to do where that is known).
struct error {
  errc code;
  std::string detail;
};

/// Thrown by result::value(), where the caller holds that an error is impossible or cannot be handled.
class fatal_error : public std::runtime_error {
 public:
  explicit fatal_error(const error& e) : std::runtime_error(e.detail), code(e.code) {}
  errc code;
};

[[noreturn]] inline void throw_exception_from_error(const error& e, const boost::source_location&) {
  throw fatal_error(e);
}

/// A value or an error. The compiler refuses to let it be ignored.
template <class T = void>
using result = boost::system::result<T, error>;

}  // namespace weir
