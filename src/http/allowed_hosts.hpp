#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::http {

/// The hosts that requests may name in `Host`. A web page can let a domain name of its own point to this machine (DNS
/// rebinding). A browser then lets the page send requests here and read the answers. Their `Host` is the page's name.
class allowed_hosts {
 public:
  /// Any host.
  allowed_hosts() = default;
  /// These hosts, on any port: names or IP addresses, those of IPv6 in brackets.
  explicit allowed_hosts(std::vector<std::string> hosts);

  /// `host`: with or without a port. A request for no host ("") is allowed: no browser sends one.
  [[nodiscard]] bool allow(std::string_view host) const;

 private:
  bool any_ = true;
  std::vector<std::string> hosts_;
};

/// Whether a text is a host as allowed_hosts takes it: example.org, 192.0.2.1 or [2001:db8::1], without a port.
[[nodiscard]] bool is_host(std::string_view text);

}  // namespace weir::http
