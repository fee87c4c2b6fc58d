#include "auth/gate.hpp"

#include "auth/authenticator.hpp"
#include "auth/bearer.hpp"

namespace weir::auth {
namespace {

gate::admission admission_of(authenticator::answer answered) {
  if (auto* made = std::get_if<session>(&answered)) return std::move(*made);
  const refusal& why = std::get<refusal>(answered);
  return denial{why.what == refusal::kind::try_again, challenge(why), std::string(why.description) + ".",
                std::string(why.reason)};
}

}  // namespace

gate::admission gate::admit(std::optional<std::string_view> authorization,
                            const net::peer_certificate* certificate) const {
  if (is_open()) return session{};
  if (authorization) {
    const auto token = bearer_token(*authorization);
    if (token) return admit_token(*token);
    return denial{false, challenge(), "The header field Authorization must be \"Bearer\" and a token.",
                  "Authorization is not a bearer token"};
  }
  if (certificate != nullptr) return admit(*certificate);
  return denial{false, challenge(),
                "This needs a credential: an API token or an access token in the header field "
                "Authorization, or a client certificate.",
                "no credential"};
}

gate::admission gate::admit_token(std::string_view token) const {
  if (is_open()) return session{};
  return admission_of(by_->authenticate(token, wall_clock_now()));
}

gate::admission gate::admit(const net::peer_certificate& certificate) const {
  if (is_open()) return session{};
  return admission_of(by_->authenticate(certificate, wall_clock_now()));
}

bool gate::holds(session& kept) const {
  return is_open() || by_->check(kept, wall_clock_now()) == authenticator::standing::valid;
}

std::string forbidden_detail(std::string_view what) {
  return "The caller's roles do not grant " + std::string(what) + ".";
}

}  // namespace weir::auth
