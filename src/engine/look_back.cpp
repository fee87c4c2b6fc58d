#include "engine/look_back.hpp"

#include <algorithm>
#include <stdexcept>

namespace weir {

look_back::look_back(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
look_back::look_back(look_back&&) noexcept = default;
look_back::~look_back() = default;
result<bool> look_back::fold(std::size_t events_max) { return implementation_->fold(events_max); }
result<query_answer> look_back::answer() const { return implementation_->answer(); }

look_back::implementation::implementation(const journal& log, const catalog& domains, const query_type& query,
                                          std::string compact, std::string stream, sequence until)
    : journal_(log),
      domains_(domains),
      query_(query),
      compact_(std::move(compact)),
      stream_(std::move(stream)),
      until_(until) {}

result<bool> look_back::implementation::fold(std::size_t events_max) {
  const std::size_t wanted = std::min<std::size_t>(events_max, until_.value - folded_.value);
  const auto page = journal_.read_stream(stream_, folded_.next(), wanted, direction::forward);
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

result<> look_back::implementation::apply(const stored_record& stored) {
  const auto event = decode_recorded(stored.bytes, stored.stream, stored.sequence);
  if (!event) return event.error();
  const auto* place = domains_.find_event(event->type);
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

result<query_answer> look_back::implementation::answer() const {
  return answer_of(query_.answer(compact_, views(rows_)), reflects_, query_, domains_);
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
