#pragma once

#include <string>

#include "auth/fixture.hpp"

namespace weir::auth::testing {

/// What mint.mjs made.
[[nodiscard]] const json& minted();
[[nodiscard]] std::string token(const std::string& name);
[[nodiscard]] std::string key_set_text(const std::string& name);

/// An issuer of the access file, with other members than the usual ones.
[[nodiscard]] json issuer(json changed = json::object());
[[nodiscard]] json access(json issuer);

}  // namespace weir::auth::testing
