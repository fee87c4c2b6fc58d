#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "backup/description.hpp"
#include "base/error.hpp"

namespace weir::backup {

/// A copy of a store whose files can be read: on this machine, or through a server.
class source {
 public:
  virtual ~source() = default;

  /// What it is; its files without their digests.
  [[nodiscard]] virtual const description& what() const = 0;

  /// SHA-256 of a file as hexadecimal digits.
  [[nodiscard]] virtual result<std::string> digest_of(const copied_file& file) = 0;

  /// Calls `take` with the pieces of a file, in order. Errors: those of `take`, and errc::io, errc::unavailable.
  [[nodiscard]] virtual result<> read(const copied_file& file,
                                      const std::function<result<>(std::string_view)>& take) = 0;
};

}  // namespace weir::backup
