#include "state/last_recorded.hpp"

#include "log/recorded_event.hpp"

namespace weir {

result<timestamp> last_recorded_in(const journal& log) {
  if (log.last().value == 0) return timestamp{};
  const auto page = log.read_log({log.last().value - 1}, 1);
  if (!page) return page.error();
  const auto event = decode_recorded(page->front().bytes, page->front().stream, page->front().sequence);
  if (!event) return event.error();
  return event->recorded_at;
}

}  // namespace weir
