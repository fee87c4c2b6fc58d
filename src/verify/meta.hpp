#pragma once

#include <optional>
#include <vector>

#include "log/log_identity.hpp"
#include "verify/verification.hpp"
#include "verify/view_fold.hpp"

namespace weir {

/// Whether the store is in this program's format. Errors: errc::unavailable if it has to be migrated first;
/// errc::newer_format; errc::corrupt, errc::io.
[[nodiscard]] result<> check_format(const store& in);

/// The families that must be there; those that nobody knows.
void check_families(const verification& of, bool& has_all);

/// The rows of `meta`, but for those of views. Gives the log's identity, if it has one.
[[nodiscard]] std::optional<log_identity> check_meta(const verification& of);

/// What `meta` says of views, and which of their rows can be compared. `given`: as in verification_options. `head`: the
/// last position of the log.
[[nodiscard]] std::vector<view_target> check_stored_views(const verification& of,
                                                          const std::optional<std::vector<checked_view>>& given,
                                                          position head);

}  // namespace weir
