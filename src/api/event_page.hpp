#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/http_names.hpp"
#include "base/error.hpp"
#include "domain/catalog.hpp"
#include "http/representation.hpp"
#include "log/recorded_event.hpp"

namespace weir::api {

/// The members of a page beside its events: of a stream's page, where the next one begins; of the event log's page, how
/// far was read.
struct page_end {
  std::optional<sequence> next;
  std::optional<position> last, head;
  std::string last_id{};  ///< `last` with its mark
};

/// Appends `,"next":n` and so on, as far as it is known.
void append_page_end(std::string& json, const page_end& end);

/// A page of events in a representation of page_representations: as JSON `{"events": [...], "next": n}` or `{"events":
/// [...], "lastPosition": n, "headPosition": n, "lastId": id}`; in Thrift's protocols the struct EventPage of idl/weir; as a batch of
/// CloudEvents 1.0, which holds the events only. Errors: errc::newer_format for an event that no domain knows,
/// errc::corrupt.
[[nodiscard]] result<std::string> write_page(const std::vector<recorded_event>& events, const page_end& end,
                                             representation as, const catalog& domains);

}  // namespace weir::api
