#include "engine/point_in_time_query.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/limits.hpp"
#include "state/fold.hpp"
#include "state/hidden_rows.hpp"

namespace weir {

point_in_time_query::point_in_time_query(const applied_state& state, const query_type& query, std::string compact,
                                         std::string stream, sequence until, std::shared_ptr<const caller> by)
    : state_(&state),
      query_(&query),
      compact_(std::move(compact)),
      stream_(std::move(stream)),
      until_(until),
      by_(std::move(by)) {}

result<bool> point_in_time_query::fold(std::size_t events_max) {
  const std::size_t wanted = std::min<std::size_t>(events_max, until_.value - folded_.value);
  const auto page = state_->log().read_stream(stream_, folded_.next(), wanted, direction::forward);
  if (!page) return page.error();
  if (page->size() < wanted) {
    return error{errc::corrupt, "stream " + stream_ + " ends at " + std::to_string(folded_.value + page->size()) +
                                    ", its head is further"};
  }
  for (const stored_event& one : *page) {
    if (const auto folded = fold(one); !folded) return folded.error();
  }
  return folded_ == until_;
}

result<> point_in_time_query::fold(const stored_event& one) {
  const auto found = find_event(state_->domains(), one.bytes, stream_, one.sequence);
  if (!found) return found.error();
  const std::any event = found->decode();
  for_each_projection({*found->place, event, found->recorded}, [this](const projection_type& projection,
                                                                      const known_event& what) {
    memory_sink sink(rows_, projection.view);
    with_hidden_keys(sink, projection, state_->keys(), [&](row_sink& rows) { fold_into_rows(projection, what, rows); });
  });
  if (rows_.bytes() > limits::folded_rows_bytes_max) {
    return error{errc::invalid, "The rows of this stream at that point in time are too large for one answer."};
  }
  folded_ = found->recorded.sequence;
  reflects_ = found->recorded.position;
  return {};
}

result<query_answer> point_in_time_query::answer() const {
  const opened_rows clear(rows_, state_->domains(), state_->keys());
  const views rows(clear);
  return answer_of(query_->answer(compact_, {*by_, rows}), reflects_, *query_, state_->domains());
}

result<sequence> last_event_at(const log_rows& log, std::string_view stream, sequence head, timestamp time) {
  // recordedAt never goes backwards, so the events of a stream are in the order of their times.
  sequence before{0}, after = head.next();
  while (before.next() < after) {
    const sequence middle{before.value + (after.value - before.value) / 2};
    const auto found = log.read_stream(stream, middle, 1, direction::forward);
    if (!found) return found.error();
    if (found->empty() || found->front().sequence != middle) {
      return error{errc::corrupt,
                   "event " + std::to_string(middle.value) + " of stream " + std::string(stream) + " is missing"};
    }
    const auto event = decode_recorded(found->front().bytes, stream, middle);
    if (!event) return event.error();
    (event->recorded_at <= time ? before : after) = middle;
  }
  return before;
}

query_answer answer_of(std::variant<std::string, refusal> answered, position reflects, const query_type& query,
                       const catalog& domains) {
  if (auto* value = std::get_if<std::string>(&answered)) return {std::move(*value), reflects};
  auto& why = std::get<refusal>(answered);
  const schema::structure* exception = domains.find_refusal(why.type);
  if (!exception) throw std::logic_error(query.name + " was refused with an exception that no IDL declares");
  return {query_answer::refused{exception, std::move(why.bytes)}, reflects};
}

}  // namespace weir
