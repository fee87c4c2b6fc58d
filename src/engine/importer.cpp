#include "engine/importer.hpp"

#include "base/limits.hpp"
#include "state/aggregates.hpp"

namespace weir {
namespace {

/// How far the clock of the recording machine may be ahead of this machine's clock.
constexpr std::chrono::minutes clock_ahead_max{1};

constexpr std::uint64_t import_epoch = 1;

error refusal_of(std::string why) { return {errc::invalid, std::move(why)}; }

std::string at(position where) { return "position " + std::to_string(where.value); }

std::string described(std::string_view type, std::string_view stream, sequence number) {
  return std::string(type) + ", sequence " + std::to_string(number.value) + " of stream " + std::string(stream);
}

result<> check_name(std::string_view stream) {
  if (stream.empty()) return refusal_of("the stream's name is empty");
  if (stream.find('\0') != stream.npos) return refusal_of("the stream's name holds a zero byte");
  if (stream.size() <= category_of(stream).size() + 1)
    return refusal_of("the stream's name has no part after a hyphen");
  if (stream.size() <= limits::stream_name_bytes_max) return {};
  return refusal_of("the stream's name is longer than " + std::to_string(limits::stream_name_bytes_max) + " bytes");
}

}  // namespace

result<std::unique_ptr<importer>> importer::open(commit_log& log, applied_state& state) {
  return std::unique_ptr<importer>(new importer(log, state));
}

importer::importer(commit_log& log, applied_state& state)
    : log_(log), state_(state), began_at_(state.last()), batch_(next_batch()) {}

batch_in_progress importer::next_batch() const { return {state_.begin(), state_.applied()}; }

void importer::begin_anew() {
  batch_ = next_batch();
  ends_.clear();
  command_.clear();
}

result<> importer::add(const recorded_event& event) {
  if (event.position.value != 0 && event.position <= batch_.last) return pass_over(event);
  const auto end = end_of(event.stream);
  if (!end) return end.error();
  if (const auto checked = check(event, *end); !checked) return checked;
  if (is_full_before(event)) {
    if (const auto committed = commit(); !committed) return committed;
  }
  return take(event, *end);
}

result<> importer::commit() {
  if (batch_.events.empty()) return {};
  if (!command_.empty()) batch_.applied.drop_mark();
  const std::vector<event_times> times = std::move(batch_.times);
  const sealed_commit one = batch_.take_commit(import_epoch);
  batch_.applied.add_commit(one, times);
  const auto appended = log_.append(one, batch_.applied.changes());
  result<> written;
  if (!appended) {
    written = appended.error();
  } else if (*appended == commit_log::written::commit) {
    written = state_.write(batch_.applied, store::durability::operating_system);
  }
  if (written) state_.publish(one.head());
  begin_anew();
  return written;
}

result<> importer::commit_whole_commands() {
  if (batch_.events.empty()) return {};
  batch_.applied.back_to_mark();
  command_.clear();
  batch_.events.resize(whole_.events);
  batch_.times.resize(whole_.events);
  batch_.subjects.resize(whole_.subjects);
  batch_.event_bytes = whole_.bytes;
  batch_.last = whole_.last;
  batch_.last_recorded = whole_.last_recorded;
  const auto committed = commit();
  begin_anew();
  return committed;
}

/// Whether a stored event is exactly this event, but for personal values that are erased on either side.
result<bool> importer::is_the_same(const stored_event& there, const recorded_event& event) const {
  if (there.stream != event.stream || there.sequence != event.sequence) return false;
  const auto* place = state_.domains().find_event(event.type);
  if (!place || !place->type().shape->personal) return there.bytes == encode_recorded(event);
  auto stored = state_.read(there);
  if (!stored) return stored.error();
  if (stored->type != event.type) return false;
  recorded_event given = event;
  if (!stored->erased.empty() || !event.erased.empty()) {
    for (recorded_event* each : {&*stored, &given}) {
      auto masked = personal::masking().rewrite(each->payload, *place->type().shape);
      if (!masked) return masked.error();
      each->payload = std::move(*masked);
    }
  }
  return encode_recorded(*stored) == encode_recorded(given);
}

/// The event with its personal values encrypted. What is erased, or of a subject that is erased here, is stored so.
result<recorded_event> importer::sealed(const recorded_event& event) {
  const event_type& type = state_.domains().find_event(event.type)->type();
  if (!type.shape->personal) return event;
  const std::string prefix = "/" + event.type;
  std::vector<std::string> erased;
  for (const std::string& each : event.erased) {
    if (each.starts_with(prefix)) erased.push_back(each.substr(prefix.size()));
  }
  const auto key_of = [this](std::string_view subject) -> std::optional<std::uint64_t> {
    try {
      return batch_.applied.key_of(subject, batch_.subjects);
    } catch (const subject_is_erased&) {
      return std::nullopt;
    }
  };
  try {
    auto payload = state_.keys()->seal(event.payload, *type.shape, event.stream, event.position, erased, key_of);
    if (!payload) return payload.error();
    recorded_event made = event;
    made.payload = std::move(*payload);
    return made;
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
}

/// The stored event must be exactly this event.
result<> importer::pass_over(const recorded_event& event) {
  const auto there = stored_at(event.position);
  if (!there) return there.error();
  const auto same = is_the_same(*there, event);
  if (!same) return same.error();
  if (*same) {
    ++passed_over_;
    return {};
  }
  const auto other = decode_recorded(there->bytes, there->stream, there->sequence);
  if (!other) return other.error();
  const std::string stored = described(other->type, there->stream, there->sequence);
  const std::string given = described(event.type, event.stream, event.sequence);
  return refusal_of(
      at(event.position) + " is in the event log already, " +
      (stored == given ? "with other contents: " + stored : "and is another event: " + stored + ", not " + given));
}

result<stored_event> importer::stored_at(position where) {
  if (where > state_.last()) return batch_.events[where.value - state_.last().value - 1];
  if (where <= there_after_ || where.value - there_after_.value > there_.size()) {
    auto part = state_.scan({where.value - 1}, "", limits::import_compared_events, limits::import_compared_events);
    if (!part) return part.error();
    there_ = std::move(part->events);
    there_after_ = {where.value - 1};
  }
  return there_[where.value - there_after_.value - 1];
}

result<format::stream_times> importer::end_of(const std::string& stream) const {
  if (const auto found = ends_.find(stream); found != ends_.end()) return found->second;
  const auto head = state_.log().head_of(stream);
  if (!head) return head.error();
  return head->value_or(format::stream_times{});
}

result<> importer::check(const recorded_event& event, const format::stream_times& end) const {
  if (event.position != batch_.last.next()) {
    return refusal_of(at(batch_.last.next()) + " was expected, not " + std::to_string(event.position.value));
  }
  if (const auto named = check_name(event.stream); !named) return named;
  const auto* place = state_.domains().find_event(event.type);
  if (!place) return refusal_of("no domain knows the event " + event.type);
  if (!aggregate_of(event.stream, *place)) {
    return refusal_of("the stream " + event.stream + " takes no " + event.type + ": no domain has both");
  }
  if (event.sequence != end.last.next()) {
    return refusal_of("sequence " + std::to_string(end.last.value + 1) + " of stream " + event.stream +
                      " was expected, not " + std::to_string(event.sequence.value));
  }
  if (event.recorded_at < batch_.last_recorded && batch_.last.value != 0) {
    return refusal_of("it was recorded before the previous event, " + to_rfc3339(event.recorded_at).value_or("") +
                      " before " + to_rfc3339(batch_.last_recorded).value_or(""));
  }
  // Later events are never recorded earlier: a time in the future would be the time of every later event.
  if (const timestamp now = wall_clock_now(); event.recorded_at > now + clock_ahead_max) {
    return refusal_of("it was recorded in the future, " + to_rfc3339(event.recorded_at).value_or("") +
                      ", but the time here is " + to_rfc3339(now).value_or(""));
  }
  return {};
}

bool importer::is_full_before(const recorded_event& event) const {
  const auto is_full = [&](std::size_t times) {
    return batch_.events.size() >= times * limits::import_commit_events ||
           batch_.bytes() >= times * limits::import_commit_bytes;
  };
  return is_full(event.command_id == command_ ? 2 : 1);
}

result<> importer::take(const recorded_event& clear, format::stream_times end) {
  if (clear.command_id != command_) {
    if (!command_.empty()) batch_.applied.drop_mark();
    batch_.applied.mark();
    whole_ = {batch_.events.size(), batch_.event_bytes, batch_.subjects.size(), batch_.last, batch_.last_recorded};
  }
  const auto made = sealed(clear);
  if (!made) {
    begin_anew();
    return made.error();
  }
  const recorded_event& event = *made;
  if (event.sequence.value == 1) end.created_at = event.recorded_at;
  end.last = event.sequence;
  end.updated_at = event.recorded_at;
  batch_.events.push_back({event.stream, event.sequence, encode_recorded(event)});
  batch_.times.push_back({end.created_at, event.recorded_at});
  if (const auto applied = apply(event); !applied) {
    begin_anew();
    return applied;
  }
  ends_[event.stream] = end;
  batch_.event_bytes += batch_.events.back().bytes.size();
  batch_.last = event.position;
  batch_.last_recorded = event.recorded_at;
  command_ = event.command_id;
  return {};
}

/// Applies the batch's last event.
result<> importer::apply(const recorded_event& event) {
  const catalog::event_place& place = *state_.domains().find_event(event.type);
  try {
    const std::any decoded = place.type().decode(event.payload);
    batch_.applied.apply_event({place, decoded, {event.position, event.stream, event.sequence, event.recorded_at}});
    if (is_snapshot_due(event.sequence)) {
      const auto unwritten = [this](const std::function<void(const stored_event&)>& visit) {
        for (const stored_event& one : batch_.events) visit(one);
      };
      batch_.applied.keep_snapshot(event.stream, {event.sequence, state_with(unwritten, state_.log(), state_.kept(),
                                                                             state_.domains(), event.stream)});
    }
    return {};
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  } catch (const std::exception& e) {
    return refusal_of("a projection failed on the event at " + at(event.position) + ": " + e.what());
  }
}

}  // namespace weir
