// A JWT access token. Input: how to take the rest. It is the value of Authorization after "Bearer ", or the text of
// header and claims, with a line end between, which are then signed with the key that the server has: so that what is
// behind the signature is reached too.
#include "auth/access_token.hpp"

#include <array>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth/base64url.hpp"
#include "auth/bearer.hpp"
#include "fuzz/fuzz.hpp"

namespace weir::fuzz {
namespace {

constexpr timestamp now{std::chrono::seconds(1'900'000'000)};
constexpr std::string_view secret = "0123456789abcdef0123456789abcdef";

const auth::key_set& keys() {
  static const auto made = auth::key_set::read(
      R"({"keys":[
    {"kty":"oct","kid":"hs","alg":"HS256","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"},
    {"kty":"RSA","kid":"rs","alg":"RS256","e":"AQAB","n":"wCisxyher2ra-4wW9U6vtOhiWvqUxHhKUkXbzo6x8F4Mz5zJI3lll6HX5Vt4I13Zrk3jEBI0YO3Orbk4_Kbagun2-p)"
      R"(uAKH-m0Lb1-RYA72u6ms0FT2WVfhNWfuLlnFBNk33tjDNF1jU7Lkll950z6N5r2uuDmv1ntflmb7WwQ6tRJLeYYVY8)"
      R"(P9o6bQgoFERbblkNpkhm2mJ6_zOewW1PuQsHSnIoMlc2Ins-ioCiK_tCCwxQFgC7pdOHuV6tQeubxz0ss5PaTYU5mp)"
      R"(7FR2Y2lgGJQ-dVNQDAyl9ocj3FqvqVcMvfi3IunIM9Vff5o4klIAxMvicjYgrSnDAz83ei3w"},
    {"kty":"EC","kid":"es","crv":"P-256","x":"RQ0vjxIeqYF5Ohq6YGpJDTwXx9NpKpSpA2QmVluQKRw","y":"qIVz-oaBsL0jSBYZiMTyY45lPPm5pasrc-5E3AaFhJ4"},
    {"kty":"OKP","kid":"ed","crv":"Ed25519","x":"BRFZXSUAV3TNkQZIWd6Rz6WyUsxTzR1n_N8_DRZ4uss"}]})",
      true);
  claim(made.has_value(), "the keys are right");
  return *made;
}

std::string base64url(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    const std::size_t count = std::min<std::size_t>(bytes.size() - i, 3) + 1;
    for (std::size_t j = 0; j < count; ++j) text += digits[group >> (18 - 6 * j) & 63];
  }
  return text;
}

std::string signed_by_us(std::string_view header, std::string_view claims) {
  std::string text = base64url(header) + '.' + base64url(claims);
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(), &size);
  return text + '.' + base64url({reinterpret_cast<const char*>(code.data()), size});
}

auth::issuer_settings settings_of(unsigned choice) {
  auth::issuer_settings made;
  made.issuer = "https://login.example.org";
  made.audiences = {"weir", "other"};
  made.require_type = (choice & 2) == 0;
  if ((choice & 4) != 0) made.name_claim = "/names/0/of~1it";
  if ((choice & 8) != 0) made.roles_claim = "/realm/01/roles";
  return made;
}

}  // namespace

void try_input(std::string_view input) {
  const unsigned choice = take_choice(input);
  std::string text;
  if ((choice & 1) == 0) {
    const std::size_t end = std::min(input.find('\n'), input.size());
    text = signed_by_us(input.substr(0, end), input.substr(std::min(end + 1, input.size())));
  } else {
    const std::string field = "Bearer " + std::string(input);
    const auto sent = auth::bearer_token(field);
    (void)auth::bearer_token(input);
    if (!sent) return;
    text = *sent;
  }

  std::string_view reason;
  const auto read = auth::access_token::read(text, reason);
  if (!read) {
    claim(!reason.empty(), "a refusal says why");
    return;
  }
  const auto* key = keys().find(read->key_id());
  if (key == nullptr) return;
  const auto settings = settings_of(choice);
  auth::refusal why;
  const auto verified = read->verify(*key, settings, now, why);
  if (!verified) {
    claim(!why.reason.empty() && !auth::challenge(why).empty(), "a refusal says why");
    return;
  }
  claim(read->issuer() == settings.issuer, "a token is of the issuer that the key is of");
  claim(verified->expires > now, "an expired token is not verified");
  claim(auth::is_caller_name(verified->name), "a caller has a name");
  claim(verified->thumbprint == key->thumbprint(), "a token rests on the key that signed it");
}

}  // namespace weir::fuzz
