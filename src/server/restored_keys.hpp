#pragma once

#include <filesystem>
#include <span>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "state/applied_state.hpp"

/// The keys of personal data where a data directory is made of backups and archives, which do not have them.
namespace weir {

/// Copies the files of keys and the list of erasures from `from`, which may be in use, to the directory `keys` in `data`.
/// Errors: errc::invalid if there are no keys; errc::io.
[[nodiscard]] result<> copy_keys(const std::filesystem::path& from, const std::filesystem::path& data);

/// Error errc::invalid, which says what to do, if the store in `data` has subjects of personal data.
[[nodiscard]] result<> need_no_keys(const std::filesystem::path& data);
/// The same for commits.
[[nodiscard]] result<> need_no_keys(std::span<const sealed_commit> commits);

/// Takes care that no subject gets a key that one may have had after the moment that was restored.
void leave_given_keys(store::batch& changes, const applied_state& restored);

}  // namespace weir
