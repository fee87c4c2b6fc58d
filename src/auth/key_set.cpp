#include "auth/key_set.hpp"

#include <algorithm>
#include <set>

#include "auth/strict_json.hpp"

namespace weir::auth {

result<key_set> key_set::read(std::string_view text, bool secrets_allowed) {
  const auto document = read_strict_json(text);
  if (!document) return document.error();
  const auto wrong = [](std::string what) { return error{errc::invalid, std::move(what)}; };
  if (!document->is_object() || !document->contains("keys") || !(*document)["keys"].is_array()) {
    return wrong("is no JWK Set: an object with an array \"keys\"");
  }
  const auto& all = (*document)["keys"];
  if (all.size() > keys_max) return wrong("has more than " + std::to_string(keys_max) + " keys");
  key_set made;
  std::set<std::string> ids;
  bool nameless = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string place = "/keys/" + std::to_string(i) + ' ';
    auto key = read_verification_key(all[i], secrets_allowed);
    if (!key) return wrong(place + key.error().detail);
    if (!*key) continue;
    if ((*key)->id() && !ids.insert(*(*key)->id()).second) return wrong(place + "has the \"kid\" of another key");
    nameless = nameless || !(*key)->id();
    made.keys_.push_back(std::move(**key));
  }
  if (made.keys_.empty()) return wrong("has no key for RS256, PS256, ES256, EdDSA or HS256");
  if (nameless && made.keys_.size() > 1) return wrong("has several keys, one of them without \"kid\"");
  return made;
}

const verification_key* key_set::find(const std::string* id) const {
  if (id == nullptr) return keys_.size() == 1 ? &keys_.front() : nullptr;
  const auto found = std::find_if(keys_.begin(), keys_.end(), [&](const auto& each) { return each.id() == *id; });
  return found == keys_.end() ? nullptr : &*found;
}

bool key_set::has(std::string_view thumbprint) const {
  return std::any_of(keys_.begin(), keys_.end(), [&](const auto& each) { return each.thumbprint() == thumbprint; });
}

bool key_set::holds_a_secret() const {
  return std::any_of(keys_.begin(), keys_.end(), [](const auto& each) { return each.is_secret(); });
}

}  // namespace weir::auth
