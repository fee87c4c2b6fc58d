#include "api/feed_reader.hpp"

#include <algorithm>

#include "event_text/recorded_event_json.hpp"

namespace weir::api {
namespace {

/// Events of a stream that are read at once: how long they are is not known before.
constexpr std::size_t stream_read_events = 64;

/// How much longer events mostly are as JSON than as they are stored; where they are not, it is read once more.
constexpr std::size_t usual_growth = 4;

/// `mark`: for server-sent events.
void begin_event(std::string& text, feed_form form, position at, history_mark mark, std::string_view type) {
  switch (form) {
    case feed_form::members:
      if (text.back() != '[') text += ',';
      break;
    case feed_form::lines:
      break;
    case feed_form::server_sent:
      text += "id: ";
      append_position(text, at, mark);
      text.append("\nevent: ").append(type).append("\ndata: ");
      break;
  }
}

void end_event(std::string& text, feed_form form) {
  if (form == feed_form::lines) text += '\n';
  if (form == feed_form::server_sent) text += "\n\n";
}

}  // namespace

result<sequence> first_after(const engine& of, std::string_view stream, position which) {
  const auto head = of.head_of(stream);
  if (head.has_error()) return head.error();
  sequence before{0}, after = *head ? (*head)->sequence.next() : sequence{1};
  while (before.next() < after) {  // positions grow along a stream
    const sequence middle{before.value + (after.value - before.value) / 2};
    const auto found = of.read_stream(stream, middle, 1, direction::forward);
    if (found.has_error()) return found.error();
    if (found->events.empty()) {
      return error{errc::corrupt,
                   "event " + std::to_string(middle.value) + " of stream " + std::string(stream) + " is missing"};
    }
    (found->events.front().position > which ? after : before) = middle;
  }
  return after;
}

feed_reader::feed_reader(const engine& of, recent_events& recent, feed_scope scope, position after,
                         std::optional<sequence> next)
    : engine_(of), recent_(recent), scope_(std::move(scope)), reached_(after), marks_(of.history()), next_(next) {}

result<std::size_t> feed_reader::read(net::turn mine, std::string& text, feed_form form, std::size_t events_max,
                                      std::size_t bytes_max, position until) {
  if (!(reached_ < until)) return std::size_t{0};
  const auto near = recent_.reach(reached_, until);
  if (near.has_error()) return near.error();
  if (*near) return read_recent(text, form, events_max, bytes_max, until);
  return scope_.stream.empty() ? read_log(mine, text, form, events_max, bytes_max, until)
                               : read_stream(text, form, events_max, bytes_max, until);
}

std::size_t feed_reader::read_recent(std::string& text, feed_form form, std::size_t events_max, std::size_t bytes_max,
                                     position until) {
  std::size_t count = 0;
  while (reached_ < until && count < events_max && text.size() < bytes_max) {
    reached_ = reached_.next();
    const encoded_event& event = recent_.at(reached_);
    if (!wants(event)) continue;
    begin_event(text, form, event.position, event.mark, event.type);
    text += event.json;
    end_event(text, form);
    if (next_) next_ = event.sequence.next();
    ++count;
  }
  return count;
}

result<std::size_t> feed_reader::read_log(const net::turn& mine, std::string& text, feed_form form,
                                          std::size_t events_max, std::size_t bytes_max, position until) {
  std::size_t count = 0;
  while (reached_ < until && count < events_max && text.size() < bytes_max) {
    const std::size_t free_bytes = std::min(bytes_max - text.size(), limits::feed_piece_bytes);
    const std::size_t room = std::max<std::size_t>(1, free_bytes / usual_growth);
    const std::size_t most = std::min<std::size_t>({events_max - count, until.value - reached_.value,
                                                    limits::scanned_at_once, events_for(text.size(), bytes_max)});
    const std::size_t bytes_before = text.size();
    const auto page = engine_.read_log(reached_, most, scope_.wanted, room, limits::scanned_at_once);
    if (page.has_error()) return page.error();
    for (const recorded_event& event : page->events) {
      if (until < event.position) break;
      if (text.size() >= bytes_max) return count;
      if (auto written = append(text, form, event); written.has_error()) return written.error();
      reached_ = event.position;
      ++count;
    }
    reached_ = std::min(page->last, until);
    learn_size(text.size() - bytes_before, page->events.size());
    if (mine.is_over()) break;
  }
  return count;
}

result<std::size_t> feed_reader::read_stream(std::string& text, feed_form form, std::size_t events_max,
                                             std::size_t bytes_max, position until) {
  if (!next_) {
    const auto first = first_after(engine_, scope_.stream, reached_);
    if (first.has_error()) return first.error();
    next_ = *first;
  }
  const std::size_t most = std::min({events_max, stream_read_events, events_for(text.size(), bytes_max)});
  const std::size_t bytes_before = text.size();
  const auto page = engine_.read_stream(scope_.stream, *next_, most, direction::forward);
  if (page.has_error()) return page.error();
  std::size_t count = 0;
  for (const recorded_event& event : page->events) {
    if (until < event.position) break;
    if (text.size() >= bytes_max) return count;
    if (auto written = append(text, form, event); written.has_error()) return written.error();
    reached_ = event.position;
    next_ = event.sequence.next();
    ++count;
  }
  learn_size(text.size() - bytes_before, count);
  // `until` was on disk before the page was read: what the page does not show up to there is not there.
  if (!page->more || count < page->events.size()) reached_ = until;
  return count;
}

bool feed_reader::wants(const encoded_event& event) const {
  if (!scope_.stream.empty()) {
    // A feed may begin with a later event of the stream than the next one.
    return event.stream == scope_.stream && (!next_ || !(event.sequence < *next_));
  }
  const event_filter& wanted = scope_.wanted;
  if (!wanted.wants_category(category_of(event.stream))) return false;
  return wanted.types.empty() || std::find(wanted.types.begin(), wanted.types.end(), event.type) != wanted.types.end();
}

result<std::string> feed_reader::id() {
  const auto mark = marked(marks_, reached_);
  if (mark.has_error()) return mark.error();
  std::string made;
  append_position(made, reached_, *mark);
  return made;
}

result<> feed_reader::append(std::string& text, feed_form form, const recorded_event& event) {
  const std::size_t whole = text.size();
  history_mark mark = 0;
  if (form == feed_form::server_sent) {
    const auto found = marked(marks_, event.position);
    if (found.has_error()) return found.error();
    mark = *found;
  }
  begin_event(text, form, event.position, mark, event.type);
  if (auto written = event_text::append_recorded_event(text, event, engine_.domains()); written.has_error()) {
    text.resize(whole);
    return written;
  }
  end_event(text, form);
  return {};
}

}  // namespace weir::api
