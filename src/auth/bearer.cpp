#include "auth/bearer.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace weir::auth {
namespace {

constexpr std::string_view scheme = "bearer", usual_scheme = "Bearer";

/// By byte: whether it may be in a token (RFC 6750, section 2.1).
constexpr std::array<bool, 256> token_characters = [] {
  std::array<bool, 256> may_be{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=")) {
    may_be[static_cast<unsigned char>(c)] = true;
  }
  return may_be;
}();

bool is_token_character(char c) { return token_characters[static_cast<unsigned char>(c)]; }

}  // namespace

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') return std::nullopt;
  const bool is_bearer = authorization.substr(0, scheme.size()) == usual_scheme ||
                         std::equal(scheme.begin(), scheme.end(), authorization.begin(), [](char expected, char c) {
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
