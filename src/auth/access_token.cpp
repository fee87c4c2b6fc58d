#include "auth/access_token.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <nlohmann/json.hpp>

#include "auth/base64url.hpp"
#include "auth/strict_json.hpp"

namespace weir::auth {
namespace {

using nlohmann::json;

constexpr std::size_t caller_name_bytes_max = 200;
constexpr std::size_t role_values_max = 256;
constexpr std::uint64_t numeric_date_max = 253'402'300'799;  ///< the end of the year 9999

std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto dot = text.find('.');
    parts.push_back(text.substr(0, dot));
    if (dot == text.npos) return parts;
    text.remove_prefix(dot + 1);
  }
}

std::optional<json> object_of(std::string_view part) {
  const auto bytes = from_base64url(part);
  if (!bytes) return std::nullopt;
  auto read = read_strict_json(*bytes);
  if (!read || !read->is_object()) return std::nullopt;
  return std::move(*read);
}

/// An optional member that must be a string; false if it is anything else.
bool take_text(const json& from, const char* name, std::optional<std::string>& to) {
  const auto found = from.find(name);
  if (found == from.end()) return true;
  if (!found->is_string()) return false;
  to = found->get<std::string>();
  return true;
}

std::string in_lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool is_access_token_type(const std::string& type) {
  const std::string lower = in_lower_case(type);
  return lower == "at+jwt" || lower == "application/at+jwt";
}

/// Where types are not required, a token may still not say that it is something else.
bool is_plain_type(const std::string& type) {
  const std::string lower = in_lower_case(type);
  return lower == "jwt" || lower == "application/jwt";
}

/// A time of RFC 7519, section 2, but only whole seconds. Nothing if it is absent; false if it is anything else.
bool take_time(const json& from, const char* name, std::optional<timestamp>& to) {
  const auto found = from.find(name);
  if (found == from.end()) return true;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() > numeric_date_max) return false;
  to = timestamp(std::chrono::seconds(found->get<std::uint64_t>()));
  return true;
}

bool is_meant_for(const json& claims, const std::vector<std::string>& audiences) {
  const auto found = claims.find("aud");
  if (found == claims.end()) return false;
  const auto is_ours = [&](const json& each) {
    return each.is_string() &&
           std::find(audiences.begin(), audiences.end(), each.get_ref<const std::string&>()) != audiences.end();
  };
  if (found->is_string()) return is_ours(*found);
  return found->is_array() && std::all_of(found->begin(), found->end(), [](const json& e) { return e.is_string(); }) &&
         std::any_of(found->begin(), found->end(), is_ours);
}

const json* find_claim(const json& claims, const std::string& pointer) {
  const json::json_pointer place(pointer);
  return claims.contains(place) ? &claims.at(place) : nullptr;
}

std::vector<std::string> role_values_of(const json* claim) {
  std::vector<std::string> values;
  if (claim == nullptr) return values;
  if (claim->is_string()) {
    std::string_view text = claim->get_ref<const std::string&>();
    while (!text.empty() && values.size() < role_values_max) {
      const auto space = std::min(text.find(' '), text.size());
      if (space > 0) values.emplace_back(text.substr(0, space));
      text.remove_prefix(std::min(space + 1, text.size()));
    }
  } else if (claim->is_array()) {
    for (const json& each : *claim) {
      if (each.is_string() && values.size() < role_values_max) values.push_back(each.get<std::string>());
    }
  }
  return values;
}

}  // namespace

bool is_caller_name(std::string_view text) {
  if (text.empty() || text.size() > caller_name_bytes_max || text.front() == ' ' || text.back() == ' ') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7f) return false;
    // What nobody sees makes two names look like one: U+0080 to U+00A0, U+200B to U+200F, U+2028 to U+202E, U+2060 to U+206F,
    // U+FEFF, in UTF-8.
    const auto next = [&](std::size_t of) {
      return i + of < text.size() ? static_cast<unsigned char>(text[i + of]) : static_cast<unsigned char>(0);
    };
    if (c == 0xc2 && next(1) <= 0xa0) return false;
    if (c == 0xe2 && next(1) == 0x80 &&
        ((next(2) >= 0x8b && next(2) <= 0x8f) || (next(2) >= 0xa8 && next(2) <= 0xae))) {
      return false;
    }
    if (c == 0xe2 && next(1) == 0x81 && next(2) >= 0xa0 && next(2) <= 0xaf) return false;
    if (c == 0xef && next(1) == 0xbb && next(2) == 0xbf) return false;
  }
  return true;
}

std::optional<access_token> access_token::read(std::string_view text, std::string_view& reason) {
  const auto refused = [&](std::string_view why) {
    reason = why;
    return std::nullopt;
  };
  if (text.size() > access_token_bytes_max) return refused("the token is longer than 16 KiB");
  const auto parts = parts_of(text);
  if (parts.size() == 5) return refused("the token is encrypted (JWE)");
  if (parts.size() != 3) return refused("the token has not three parts");
  const auto header = object_of(parts[0]);
  if (!header) return refused("the header is not base64url of a JSON object");
  const auto claims = object_of(parts[1]);
  if (!claims) return refused("the claims are not base64url of a JSON object");
  auto signature = from_base64url(parts[2]);
  if (!signature) return refused("the signature is not base64url");

  for (const char* name : {"crit", "b64", "jwk", "jku", "x5u", "x5c", "cty"}) {
    if (header->contains(name)) return refused("the header has crit, b64, cty or a key of its own");
  }
  access_token made;
  std::optional<std::string> algorithm, issuer;
  if (!take_text(*header, "alg", algorithm) || !algorithm) return refused("the header has no alg");
  if (!take_text(*header, "typ", made.type_)) return refused("the header has a typ that is no string");
  if (!take_text(*header, "kid", made.key_id_)) return refused("the header has a kid that is no string");
  if (made.key_id_ && !is_key_id(*made.key_id_)) return refused("the kid is too long or has other characters");
  if (!take_text(*claims, "iss", issuer) || !issuer) return refused("there is no iss");
  made.signed_bytes_ = text.substr(0, parts[0].size() + 1 + parts[1].size());
  made.signature_ = std::move(*signature);
  made.algorithm_ = std::move(*algorithm);
  made.issuer_ = std::move(*issuer);
  made.payload_ = from_base64url(parts[1]).value();
  return made;
}

std::optional<verified_token> access_token::verify(const verification_key& key, const issuer_settings& settings,
                                                   timestamp now, refusal& why) const {
  const auto refused = [&](std::string_view reason) {
    why = {};
    why.reason = reason;
    return std::nullopt;
  };
  if (algorithm_ != key.algorithm_name()) return refused("alg is not the algorithm of the key");
  if (!key.verifies(signed_bytes_, signature_)) return refused("the signature is wrong");
  if (issuer_ != settings.issuer) return refused("iss is another issuer");

  const json claims = read_strict_json(payload_).value();
  if (settings.require_type ? !(type_ && is_access_token_type(*type_))
                            : type_ && !is_access_token_type(*type_) && !is_plain_type(*type_)) {
    return refused("typ is not at+jwt");
  }
  if (claims.contains("at_hash") || claims.contains("c_hash")) return refused("this is an ID token");
  if (!is_meant_for(claims, settings.audiences)) return refused("aud is not this server");

  std::optional<timestamp> expires, not_before, issued;
  if (!take_time(claims, "exp", expires) || !expires) return refused("exp is missing, or no time in whole seconds");
  if (!take_time(claims, "nbf", not_before)) return refused("nbf is no time in whole seconds");
  if (!take_time(claims, "iat", issued)) return refused("iat is no time in whole seconds");
  if (now >= *expires + settings.skew) {
    why = {refusal::kind::invalid_token, "The access token has expired", "the token has expired"};
    return std::nullopt;
  }
  if (not_before && now + settings.skew < *not_before) return refused("nbf is in the future");
  if (issued && now + settings.skew < *issued) return refused("iat is in the future");

  verified_token made;
  const json* name = find_claim(claims, settings.name_claim);
  if (name == nullptr || !name->is_string()) return refused("there is no claim for the name");
  made.name = settings.name_prefix + name->get<std::string>();
  if (name->get_ref<const std::string&>().empty() || !is_caller_name(made.name)) {
    return refused("the name is empty, too long or has control characters");
  }
  made.role_values = role_values_of(find_claim(claims, settings.roles_claim));
  made.thumbprint = key.thumbprint();
  made.expires = *expires + settings.skew;
  return made;
}

}  // namespace weir::auth
