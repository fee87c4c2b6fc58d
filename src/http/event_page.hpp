#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "engine/domain.hpp"
#include "engine/recorded_event.hpp"
#include "http/representation.hpp"

namespace weir::http {

/// A page of a stream's events in a representation of page_representations:
/// as JSON `{"events": [...], "next": n}`; in Thrift's protocols the struct EventPage of idl/weir; as a batch of
/// CloudEvents 1.0, which has no place for `next`. Errors: errc::newer_format for an event that no domain knows,
/// errc::corrupt.
[[nodiscard]] result<std::string> write_page(const std::vector<recorded_event>& events, std::optional<sequence> next,
                                             representation as, const catalog& domains);

}  // namespace weir::http
