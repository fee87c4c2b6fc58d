#include "auth/session.hpp"

#include <algorithm>

namespace weir::auth {

std::chrono::steady_clock::time_point end_of(const session& which) {
  using std::chrono::steady_clock;
  using std::chrono::system_clock;
  if (!which.expires_at) return steady_clock::time_point::max();
  const auto left = std::clamp<system_clock::duration>(*which.expires_at - system_clock::now(), std::chrono::seconds{0},
                                                       std::chrono::hours{24});
  return steady_clock::now() + left;
}

std::string_view name_of(caller::credential which) {
  switch (which) {
    case caller::credential::none:
      return "none";
    case caller::credential::api_token:
      return "apiToken";
    case caller::credential::access_token:
      return "accessToken";
    case caller::credential::client_certificate:
      return "clientCertificate";
  }
  return "none";
}

}  // namespace weir::auth
