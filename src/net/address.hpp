#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace weir::net {

/// An address to listen on.
struct address {
  std::string host;  ///< an IP address
  std::uint16_t port = 0;
  bool loopback = false;

  /// 127.0.0.1:8080 or [::1]:8080
  [[nodiscard]] std::string text() const;
};

/// Reads 127.0.0.1:8080, [::1]:8080 or localhost:8080, which is 127.0.0.1. Error errc::invalid for another text.
[[nodiscard]] result<address> read_address(std::string_view text);

}  // namespace weir::net
