#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "auth/api_token.hpp"
#include "auth/fault.hpp"

namespace weir::auth {

/// At most so many tokens are kept. A new one first pushes out those that ended long ago.
inline constexpr std::size_t api_tokens_max = 10'000;

/// The tokens of a file, in the order in which they were made. A file that is not there holds none.
/// Errors: all faults at once.
[[nodiscard]] outcome<std::vector<api_token>> read_token_file(const std::filesystem::path& path);

/// Adds a token to the file, which is made if it is not there, with mode 0600. Returns after the sync.
/// Concurrency: any number of processes may change a file at once; each sees what the others did.
/// `like`: a file whose owner a new file gets. Tokens that ended more than 90 days before this one was made are dropped.
/// Errors: errc::invalid for a file that is not right or is full; errc::io.
[[nodiscard]] result<> add_token(const std::filesystem::path& path, const api_token& token,
                                 const std::filesystem::path& like);

/// Revokes the token with this id, from `now` on, for good. One that is revoked stays as it is.
/// Errors: errc::not_found if there is none; errc::invalid for a file that is not right; errc::io.
[[nodiscard]] result<> revoke_token(const std::filesystem::path& path, const std::string& id, timestamp now);

}  // namespace weir::auth
