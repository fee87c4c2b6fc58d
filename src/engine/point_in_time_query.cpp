#include "engine/point_in_time_query.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/limits.hpp"

namespace weir {

point_in_time_query::point_in_time_query(const journal& log, const catalog& domains, const query_type& query,
                                         std::string compact, std::string stream, sequence until,
                                         std::shared_ptr<const caller> by)
    : journal_(&log),
      domains_(&domains),
      query_(&query),
      compact_(std::move(compact)),
      stream_(std::move(stream)),
      until_(until),
      by_(std::move(by)) {}

result<bool> point_in_time_query::fold(std::size_t events_max) {
  const std::size_t wanted = std::min<std::size_t>(events_max, until_.value - folded_.value);
  const auto page = journal_->read_stream(stream_, folded_.next(), wanted, direction::forward);
  if (!page) return page.error();
  if (page->size() < wanted) {
    return error{errc::corrupt, "stream " + stream_ + " ends at " + std::to_string(folded_.value + page->size()) +
                                    ", its head is further"};
  }
  for (const stored_record& stored : *page) {
    if (const auto applied = apply(stored); !applied) return applied.error();
  }
  return folded_ == until_;
}

result<> point_in_time_query::apply(const stored_record& stored) {
  const auto event = decode_recorded(stored.bytes, stored.stream, stored.sequence);
  if (!event) return event.error();
  const auto* place = domains_->find_event(event->type);
  if (!place) return error{errc::corrupt, "stream " + stream_ + " holds an event of the unknown type " + event->type};
  const std::any decoded = place->type().decode(event->payload);
  const recording info{event->position, stream_, event->sequence, event->recorded_at};
  for (const projection_type& projection : place->of->projections) {
    if (!projection.on[place->index]) continue;
    memory_sink sink(rows_, projection.view);
    projection.on[place->index](decoded, info, sink);
  }
  if (rows_.bytes() > limits::folded_rows_bytes_max) {
    return error{errc::invalid, "The rows of this stream's past are too large to be made for one answer."};
  }
  folded_ = event->sequence;
  reflects_ = event->position;
  return {};
}

result<query_answer> point_in_time_query::answer() const {
  const views rows(rows_);
  return answer_of(query_->answer(compact_, {*by_, rows}), reflects_, *query_, *domains_);
}

result<sequence> last_event_at(const journal& log, std::string_view stream, sequence head, timestamp time) {
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
