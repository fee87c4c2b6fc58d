#include "engine/unit_of_work.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "base/ids.hpp"
#include "state/aggregates.hpp"
#include "state/hidden_rows.hpp"
#include "state/row_access.hpp"

namespace weir {
namespace {

bool holds(const expectation& expected, sequence actual) {
  switch (expected.is) {
    case expectation::kind::anything:
      return true;
    case expectation::kind::exists:
      return actual.value != 0;
    case expectation::kind::absent:
      return actual.value == 0;
    case expectation::kind::at:
      return actual == expected.at;
  }
  return false;
}

/// UUIDs that bear the time of the commit.
class uuid_source final : public id_source {
 public:
  explicit uuid_source(timestamp now) : now_(now) {}
  std::string next() override { return uuid_text(new_uuid(now_)); }

 private:
  timestamp now_;
};

std::string of_the_past(const event_type& type, const std::any& event, const catalog& domains) {
  const auto* newest = domains.find_event(std::type_index(type.upcast(event).type()));
  return type.name + " has an upcast, so it is no longer recorded: decide must return the newest form, " +
         newest->type().name;
}

}  // namespace

unit_of_work::unit_of_work(unit_dependencies around, batch_in_progress& batch, const submission& work, timestamp now)
    : with_(around), batch_(batch), work_(work), now_(now), last_(batch.last) {
  batch_.applied.mark();
}

unit_of_work::~unit_of_work() {
  if (kept_ || !rows_touched_) {
    batch_.applied.drop_mark();
  } else {
    batch_.applied.back_to_mark();
  }
}

outcome unit_of_work::carry_out() {
  for (std::size_t i = 0; i < work_.commands.size(); ++i) {
    try {
      if (auto failure = carry_out(i)) return std::move(*failure);
    } catch (const subject_is_erased& e) {
      return subject_erased{i, e.subject};
    }
  }
  for (const std::string& subject : work_.erases) {
    if (!erase(subject)) return subject_unknown{subject};
  }
  accepted_.replayed = !work_.erases.empty() && erasures_.empty();
  return std::move(accepted_);
}

void unit_of_work::keep(std::optional<idempotent_answer> answer) {
  for (auto& [stream, entry] : changed_) with_.cache.put(stream, std::move(entry));
  for (stored_event& one : events_) {
    batch_.event_bytes += one.bytes.size();
    batch_.events.push_back(std::move(one));
  }
  batch_.times.insert(batch_.times.end(), times_.begin(), times_.end());
  batch_.subjects.insert(batch_.subjects.end(), subjects_.begin(), subjects_.end());
  batch_.erasures.insert(batch_.erasures.end(), erasures_.begin(), erasures_.end());
  if (answer) {
    rows_touched_ = true;
    batch_.applied.apply_answer(*answer);
    batch_.answers.push_back(std::move(*answer));
  }
  batch_.last = last_;
  batch_.last_recorded = now_;
  kept_ = true;
}

std::optional<outcome> unit_of_work::carry_out(std::size_t index) {
  const addressed_command& asked = work_.commands[index];
  const aggregate_entry& now = present(asked.stream);
  if (!holds(asked.expected, now.sequence)) {
    return sequence_mismatch{index, asked.stream, asked.expected, now.sequence};
  }

  const batch_rows rows(batch_.applied.changes(), batch_.applied.views());
  const personal::vault* const keys = with_.state.keys();
  const opened_rows clear(rows, with_.state.domains(), keys);
  const views seen(clear);
  uuid_source ids(now_);
  const decide_context context{now_, *work_.by, seen, ids};
  const decision decided =
      keys && now.sequence.value != 0 && with_.state.domains().is_personal(*asked.type->aggregate)
          ? asked.type->decide(opened_state(now.state, *asked.type->aggregate, *keys), asked.command, context)
          : asked.type->decide(now.state, asked.command, context);
  if (const refusal* why = decided.refused()) {
    const schema::structure* exception = with_.state.domains().find_refusal(why->type);
    if (!exception) throw std::logic_error(asked.type->name + " was refused with an exception that no IDL declares");
    return refused{index, exception, why->bytes};
  }

  if (decided.events().size() > limits::events_per_command_max) {
    throw std::length_error(asked.type->name + " leads to " + std::to_string(decided.events().size()) + " events");
  }
  command_id_ = new_uuid(now_);
  events_of_command_ = 0;
  for (const emitted_event& one : decided.events()) record_event(one.stream.value_or(asked.stream), one.event);
  for (const std::string& subject : decided.erased()) (void)erase(subject);
  const aggregate_entry& then = present(asked.stream);
  accepted_.results.push_back({asked.stream, then.sequence, decided.events().empty() ? then.position : last_});
  return std::nullopt;
}

const aggregate_entry& unit_of_work::present(const std::string& stream) {
  if (const auto changed = changed_.find(stream); changed != changed_.end()) return changed->second;
  if (const auto* cached = with_.cache.find(stream)) return *cached;
  return with_.cache.put(stream, load(stream));
}

aggregate_entry& unit_of_work::changing(const std::string& stream) {
  if (const auto changed = changed_.find(stream); changed != changed_.end()) return changed->second;
  return changed_.emplace(stream, present(stream)).first->second;
}

aggregate_entry unit_of_work::load(const std::string& stream) {
  const aggregate_type* type = with_.state.domains().find_aggregate(category_of(stream));
  if (!type) throw std::logic_error("no domain has streams like " + stream);
  auto loaded = load_aggregate(with_.state.log(), with_.state.kept(), with_.state.domains(), *type, stream).value();
  if (loaded.missing) batch_.missing.emplace_back(stream, std::move(*loaded.missing));
  return {loaded.sequence, loaded.position, loaded.created_at, std::move(loaded.state)};
}

void unit_of_work::record_event(const std::string& stream, const std::any& event) {
  const auto* place = with_.state.domains().find_event(std::type_index(event.type()));
  if (!place) throw std::logic_error("an event is no member of its domain's union Event");
  if (place->type().upcast) throw std::logic_error(of_the_past(place->type(), event, with_.state.domains()));
  const aggregate_type* aggregate = aggregate_of(stream, *place);
  if (!aggregate) throw std::logic_error("stream " + stream + " takes no " + place->type().name);

  aggregate_entry& entry = changing(stream);
  entry.sequence = entry.sequence.next();
  if (entry.sequence.value == 1) entry.created_at = now_;
  last_ = last_.next();
  entry.position = last_;
  std::string payload = place->type().encode(event);
  std::any sealed;
  std::string clear;
  if (place->type().shape->personal) {
    rows_touched_ = true;
    const auto key_of = [this](std::string_view subject) {
      return std::optional(batch_.applied.key_of(subject, subjects_));
    };
    std::string hidden = with_.state.keys()->seal(payload, *place->type().shape, stream, last_, {}, key_of).value();
    if (hidden != payload) sealed = place->type().decode(hidden);
    clear = std::exchange(payload, std::move(hidden));
  }
  // From here on nothing sees a personal value in clear.
  const known_event known{*place, sealed.has_value() ? sealed : event, {last_, stream, entry.sequence, now_}};
  fold_into_state(*aggregate, known, entry.state).value();

  recorded_event recorded;
  recorded.position = last_;
  recorded.stream = stream;
  recorded.sequence = entry.sequence;
  recorded.recorded_at = now_;
  recorded.type = place->type().name;
  recorded.payload = std::move(payload);
  recorded.command_id = command_id_;
  recorded.index_in_command = ++events_of_command_;
  recorded.event_id = nth_event_id(command_id_, events_of_command_);
  recorded.from = work_.from;
  events_.push_back({stream, entry.sequence, encode_recorded(recorded)});
  times_.push_back({entry.created_at, now_});

  rows_touched_ = true;
  batch_.applied.apply_event(known);
  if (is_snapshot_due(entry.sequence)) batch_.applied.keep_snapshot(stream, {entry.sequence, entry.state});
  if (!work_.want_events) return;
  if (place->type().shape->personal) recorded.payload = std::move(clear);
  accepted_.events.push_back(std::move(recorded));
}

/// False if the subject has no personal values.
bool unit_of_work::erase(const std::string& subject) {
  const auto known = batch_.applied.known_subjects().find(batch_.applied.changes(), subject).value();
  if (!known && !work_.erased_before) return false;
  if (known && known->erased) return true;
  rows_touched_ = true;
  erasures_.push_back({subject, known ? known->key : batch_.applied.key_of(subject, subjects_)});
  batch_.applied.apply_erasure(erasures_.back());
  return true;
}

}  // namespace weir
