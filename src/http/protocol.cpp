#include "http/protocol.hpp"

#include <array>

#include "http/session.hpp"

namespace weir::http {

task<> protocol::serve(std::unique_ptr<connection> over) { return session::run(*this, std::move(over)); }

task<> protocol::refuse(std::unique_ptr<connection> over) { return session::refuse(*this, std::move(over)); }

task<> protocol::refuse_plain(std::unique_ptr<connection> over) {
  return session::refuse_plain(*this, std::move(over));
}

std::string_view protocol::general_fields(bool secure) {
  const std::time_t now = std::time(nullptr);
  if (now != date_of_) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    date_bytes_ = std::strftime(text.data(), text.size(), "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    date_of_ = now;
    general_fields_.assign(text.data(), date_bytes_);
    const auto strict = options_.strict_transport.count();
    if (strict > 0) general_fields_ += "Strict-Transport-Security: max-age=" + std::to_string(strict) + "\r\n";
  }
  // Without TLS a browser must not be told, and would not listen (RFC 6797, section 7.2).
  return secure ? std::string_view(general_fields_) : std::string_view(general_fields_).substr(0, date_bytes_);
}

}  // namespace weir::http
