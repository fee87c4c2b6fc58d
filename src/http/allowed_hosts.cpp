#include "http/allowed_hosts.hpp"

#include <algorithm>

#include "http/message.hpp"

namespace weir::http {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The host of `Host`, without the port and without the dot that may end a name; "" of what is no host and port.
std::string_view without_port(std::string_view host) {
  const std::size_t end = host.starts_with('[') ? host.find(']') + 1 : std::min(host.find(':'), host.size());
  const std::string_view port = host.substr(end);
  if (!port.empty() && (port.front() != ':' || !std::all_of(port.begin() + 1, port.end(), is_digit))) return {};
  host = host.substr(0, end);
  if (host.ends_with('.')) host.remove_suffix(1);
  return host;
}

}  // namespace

allowed_hosts::allowed_hosts(std::vector<std::string> hosts) : any_(false), hosts_(std::move(hosts)) {}

bool allowed_hosts::allow(std::string_view host) const {
  if (any_ || host.empty()) return true;
  const std::string_view name = without_port(host);
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [name](const std::string& each) { return equals_ignoring_case(each, name); });
}

bool is_host(std::string_view text) {
  const bool v6 = text.starts_with('[') && text.ends_with(']');
  if (v6) text = text.substr(1, text.size() - 2);
  const std::string_view others = v6 ? ":." : "-._";
  return !text.empty() && !text.ends_with('.') && std::all_of(text.begin(), text.end(), [others](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || others.find(c) != others.npos;
  });
}

}  // namespace weir::http
