#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// Whether a row of the idempotency store may differ from what the commits say: `there` is the row, `expected` what the
/// commits make; nothing: there is none. "" if it may, else why not. It may be absent once it has expired. It may be in
/// no commit if it is older than the commits are: `without_answers` is the last position of those that were made later.
[[nodiscard]] std::string why_not_an_answer(std::optional<std::string_view> there,
                                            std::optional<std::string_view> expected, position without_answers,
                                            timestamp now);

}  // namespace weir
