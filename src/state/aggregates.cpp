#include "state/aggregates.hpp"

#include <stdexcept>

#include "state/fold.hpp"

namespace weir {
namespace {

constexpr std::size_t read_at_once = 1'000;

/// The last event of a stream that has a snapshot.
sequence snapshot_before(sequence head) { return {head.value - head.value % limits::snapshot_events}; }

/// The position of an event that must exist.
result<position> position_of(const log_rows& log, std::string_view stream, sequence number) {
  const auto found = log.read_stream(stream, number, 1, direction::forward);
  if (!found) return found.error();
  if (found->empty()) {
    return error{errc::corrupt,
                 "stream " + std::string(stream) + " has no event " + std::to_string(number.value) + ", its last"};
  }
  const auto seen = view_recorded(found->front().bytes, stream, number);
  if (!seen) return seen.error();
  return seen->position;
}

}  // namespace

result<loaded_aggregate> load_aggregate(const log_rows& log, const snapshots& kept, const catalog& domains,
                                        const aggregate_type& type, std::string_view stream) {
  loaded_aggregate loaded{{}, {}, {}, type.initial(), {}};
  const auto head = log.head_of(stream);
  if (!head) return head.error();
  if (!*head) return loaded;
  const sequence last = (*head)->last;
  loaded.created_at = (*head)->created_at;
  auto snapshot = kept.find(stream, type);
  if (!snapshot) return snapshot.error();
  if (*snapshot && (*snapshot)->sequence <= last) {
    loaded.sequence = (*snapshot)->sequence;
    loaded.state = std::move((*snapshot)->state);
  }
  if (loaded.sequence == last) {  // nothing is left to fold: only the event's position is wanted
    const auto at = position_of(log, stream, last);
    if (!at) return at.error();
    loaded.position = *at;
  }
  const sequence due = snapshot_before(last);
  while (loaded.sequence < last) {
    const auto page = log.read_stream(stream, loaded.sequence.next(), read_at_once, direction::forward);
    if (!page) return page.error();
    if (page->empty()) {
      return error{errc::corrupt, "stream " + std::string(stream) + " ends at " +
                                      std::to_string(loaded.sequence.value) + ", its head says " +
                                      std::to_string(last.value)};
    }
    for (const stored_event& one : *page) {
      const auto found = find_event(domains, one.bytes, one.stream, one.sequence);
      if (!found) return found.error();
      const std::any event = found->decode();
      if (const auto folded = fold_into_state(type, {*found->place, event, found->recorded}, loaded.state); !folded)
        return folded.error();
      loaded.sequence = one.sequence;
      loaded.position = found->recorded.position;
      if (loaded.sequence == due) loaded.missing = snapshots::snapshot{due, loaded.state};
      if (loaded.sequence == last) break;
    }
  }
  return loaded;
}

std::any state_with(const unwritten_events& unwritten, const log_rows& log, const snapshots& kept,
                    const catalog& domains, std::string_view stream) {
  const aggregate_type* type = domains.find_aggregate(category_of(stream));
  if (!type) throw std::logic_error("no domain has streams like " + std::string(stream));
  loaded_aggregate loaded = load_aggregate(log, kept, domains, *type, stream).value();
  unwritten([&](const stored_event& one) {
    if (one.stream != stream || one.sequence <= loaded.sequence) return;
    const found_event found = find_event(domains, one.bytes, one.stream, one.sequence).value();
    const std::any event = found.decode();
    fold_into_state(*type, {*found.place, event, found.recorded}, loaded.state).value();
    loaded.sequence = one.sequence;
  });
  return std::move(loaded.state);
}

}  // namespace weir
