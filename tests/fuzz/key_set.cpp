// A JWK Set, as an issuer's URL may answer. Input: whether secrets are allowed, the text.
#include "auth/key_set.hpp"

#include "fuzz/fuzz.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  const bool secrets_allowed = take_choice(input) % 2 == 1;
  const auto read = auth::key_set::read(input, secrets_allowed);
  if (!read) {
    claim(!read.error().detail.empty(), "a refusal says why");
    return;
  }
  claim(!read->empty() && read->size() <= auth::keys_max, "a set keeps the limit");
  for (const std::string id : {"rs", "es", "ed", "hs", "ps"}) {
    const auto* key = read->find(&id);
    if (key == nullptr) continue;
    claim(secrets_allowed || key->algorithm_name() != "HS256", "a secret is taken only where it may be");
    for (const std::size_t size : {0u, 32u, 64u, 256u}) {
      claim(!key->verifies("header.claims", std::string(size, '\1')), "a made-up signature is wrong");
      claim(!key->verifies("header.claims", std::string(size, '\0')), "a signature of zeros is wrong");
    }
  }
}

}  // namespace weir::fuzz
