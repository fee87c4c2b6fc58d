#include "http/protocol.hpp"

#include <array>

#include "http/session.hpp"

namespace weir::http {

task<> protocol::serve(std::unique_ptr<connection> over) { return session::run(*this, std::move(over)); }

task<> protocol::refuse(std::unique_ptr<connection> over) { return session::refuse(*this, std::move(over)); }

std::string_view protocol::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_of_) {
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 64> text{};
    const std::size_t bytes = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    date_.assign(text.data(), bytes);
    date_of_ = now;
  }
  return date_;
}

}  // namespace weir::http
