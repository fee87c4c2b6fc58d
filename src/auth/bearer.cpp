#include "auth/bearer.hpp"

#include <algorithm>
#include <cctype>

namespace weir::auth {
namespace {

constexpr std::string_view scheme = "bearer";

bool is_token_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("-._~+/=").find(c) != std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return std::nullopt;
  const bool is_bearer = std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char expected, char c) {
    return std::tolower(static_cast<unsigned char>(c)) == expected;
  });
  if (!is_bearer) return std::nullopt;
  std::string_view token = authorization.substr(scheme.size());
  token.remove_prefix(std::min(token.find_first_not_of(' '), token.size()));
  if (token.empty() || !std::all_of(token.begin(), token.end(), is_token_character)) return std::nullopt;
  return token;
}

std::string challenge() { return "Bearer realm=\"weir\""; }

std::string challenge(const refusal& why) {
  return challenge() + ", error=\"invalid_token\", error_description=\"" + std::string(why.description) + '"';
}

std::string ended_challenge() {
  return challenge() + ", error=\"invalid_token\", error_description=\"The credential has expired or was revoked\"";
}

std::string insufficient_scope_challenge() { return challenge() + ", error=\"insufficient_scope\""; }

}  // namespace weir::auth
