#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace weir::auth {

/// One thing that is wrong in a file.
struct fault {
  std::string file;
  std::string pointer;  ///< JSON pointer (RFC 6901) to what is wrong; "" is the whole file
  std::string detail;

  bool operator==(const fault&) const = default;
};

/// Why a file cannot be used: all that is wrong in it, at least one thing.
struct faults {
  std::vector<fault> all;

  /// One line a fault: `access.json: /roles/support: there is no member "comands"`.
  [[nodiscard]] std::string text() const;
};

[[noreturn]] void throw_exception_from_error(const faults& all, const boost::source_location&);

/// A value, or all that is wrong in the files that it was to be made of.
template <class T>
using outcome = boost::system::result<T, faults>;

/// A pointer one member or element longer.
[[nodiscard]] std::string pointer_to(const std::string& parent, const std::string& member);
[[nodiscard]] std::string pointer_to(const std::string& parent, std::size_t index);

}  // namespace weir::auth
