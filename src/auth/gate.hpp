#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/denial.hpp"
#include "auth/session.hpp"
#include "net/peer_certificate.hpp"

namespace weir::auth {

class authenticator;

/// Where credentials of requests and connections become sessions, the same for HTTP and Thrift RPC.
///
/// Without an authenticator it is open: every caller is anonymous and may do everything.
///
/// Concurrency:  any number of threads.
/// Lifetime:     the authenticator outlives it.
class gate {
 public:
  gate() = default;
  explicit gate(authenticator& by) : by_(&by) {}

  [[nodiscard]] bool is_open() const { return by_ == nullptr; }

  using admission = std::variant<session, denial>;

  /// `authorization`: the header field, if there is one: it takes precedence. `certificate`: the client's TLS
  /// certificate, null if it has none.
  [[nodiscard]] admission admit(std::optional<std::string_view> authorization,
                                const net::peer_certificate* certificate) const;
  /// `token`: an API token or an access token.
  [[nodiscard]] admission admit_token(std::string_view token) const;
  [[nodiscard]] admission admit(const net::peer_certificate& certificate) const;

  /// Whether the session's credential still holds; brings its roles and permissions up to date.
  [[nodiscard]] bool holds(session& kept) const;

 private:
  authenticator* by_ = nullptr;
};

/// The detail of a refusal for want of a permission.
[[nodiscard]] std::string forbidden_detail(std::string_view what);

}  // namespace weir::auth
