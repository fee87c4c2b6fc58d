#pragma once

#include <chrono>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace weir {

struct token_settings {
  std::filesystem::path access_file;
  std::string name;
  std::vector<std::string> roles;
  std::string expires;  ///< "" for never
  std::string id;       ///< of the token to revoke
};

/// When something ends that is to last so long, or until then: `12h`, `90d`, `2w`, or a time of RFC 3339. Nothing for
/// another text, a time that is not after `now`, or one more than ten years later.
[[nodiscard]] std::optional<timestamp> end_of(std::string_view text, timestamp now);

/// Makes an API token of `name` and `roles`, keeps its hash in the token file, and prints it once.
/// Errors: errc::invalid for settings or files that are not right; errc::io.
[[nodiscard]] result<> create_token(const token_settings& settings, timestamp now, std::ostream& to);

/// Prints one line for each token. Errors: errc::invalid, io.
[[nodiscard]] result<> list_tokens(const token_settings& settings, timestamp now, std::ostream& to);

/// Revokes a token. Errors: errc::not_found if there is none with this id; errc::invalid, io.
[[nodiscard]] result<> revoke_token(const token_settings& settings, timestamp now, std::ostream& to);

}  // namespace weir
