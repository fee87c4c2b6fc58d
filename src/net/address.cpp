#include "net/address.hpp"

#include <charconv>

#include <boost/asio/ip/address.hpp>

namespace weir::net {

std::string address::text() const {
  const bool v6 = host.find(':') != host.npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

result<address> read_address(std::string_view text) {
  const error bad{errc::invalid, "'" + std::string(text) + "' is not an address such as 127.0.0.1:8080 or [::1]:8080"};
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return bad;
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  } else if (host.find(':') != host.npos) {
    return bad;
  }
  if (host == "localhost") host = "127.0.0.1";

  address made;
  made.host = host;
  const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), made.port);
  if (port.empty() || fault != std::errc{} || end != port.data() + port.size()) return bad;
  boost::system::error_code code;
  const auto parsed = boost::asio::ip::make_address(made.host, code);
  if (code) return bad;
  made.loopback = parsed.is_loopback();
  return made;
}

}  // namespace weir::net
