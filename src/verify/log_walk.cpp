#include "verify/log_walk.hpp"

#include <algorithm>

#include "log/format.hpp"
#include "log/recorded_event.hpp"

namespace weir {
namespace {

/// Read at once, so that events that lie together are read together; fewer where events are large.
constexpr std::size_t slice_events_min = 16, slice_events_max = 4'096, slice_bytes = 16u << 20;
constexpr std::size_t piece_events = 1'000, piece_bytes_max = 4u << 20;
/// Reading, hashing and folding an event, in steps of the progress.
constexpr std::uint64_t steps_per_event = 4;

std::string name_of(const format::event_place& place) {
  return "event " + std::to_string(place.sequence.value) + " of stream " + place.stream;
}

}  // namespace

log_walk::log_walk(const verification& of, give to)
    : of_(of),
      give_(std::move(to)),
      positions_(of, "positions", "position"),
      commits_(of, "commits", "commit"),
      events_family_(of.in.find("events")) {
  of_.speed.expect(positions_.last() * steps_per_event);
}

void log_walk::run(const std::vector<log_branch>& branches, const std::optional<log_checkpoint>& checkpoint) {
  branches_ = branches;
  checkpoint_ = checkpoint;
  check_branches(empty_log());
  check_checkpoint(empty_log());
  begin_next_commit();
  for (std::uint64_t from = 1; from <= positions_.last();) {
    const std::size_t slice = std::clamp(slice_bytes / largest_event_, slice_events_min, slice_events_max);
    largest_event_ = std::max<std::size_t>(64, largest_event_ / 2);
    const std::uint64_t to = std::min(positions_.last(), from + slice - 1);
    for (read_event& one : read(from, to)) take(std::move(one));
    of_.speed.advance((to - from + 1) * steps_per_event);
    from = to + 1;
  }
  while (open_) {
    of_.fault("commits", format::commit_key(open_->without_events.number),
              "commit " + std::to_string(open_->without_events.number) + " ends at position " +
                  std::to_string(open_->head().last.value) + ", but the last position is " +
                  std::to_string(positions_.last()));
    is_whole_ = false;
    end_commit();
    begin_next_commit();
  }
  hand_over(true);
  if (also_damaged_ > 0) {
    of_.found.note(std::to_string(also_damaged_) +
                   " further events cannot be read: they are in blocks that were named");
  }
  if (checkpoint_) {
    of_.fault("commits", format::commit_key(checkpoint_->commit),
              "the log does not have commit " + std::to_string(checkpoint_->commit) +
                  ", which the checkpoint shows: it ends at commit " + std::to_string(head_.number) +
                  ", or that commit cannot be read");
  }
  for (const log_branch& each : branches_) {
    of_.fault("meta", "log",
              "the log went on from position " + std::to_string(each.at.value) +
                  " of another one, but no commit that ends there has the hash that was kept of it");
  }
}

/// A block holds many events: only the first of them is reported.
void log_walk::unreadable(const std::string& key, const std::string& name, const error& why) {
  const auto begins = why.detail.find("Corruption: ");
  const std::string damage = begins == why.detail.npos ? "" : why.detail.substr(begins);
  if (!damage.empty() && damage == named_damage_) {
    ++also_damaged_;
    return;
  }
  named_damage_ = damage;
  of_.unreadable("events", key, name + " cannot be read", why);
}

std::vector<log_walk::read_event> log_walk::read(std::uint64_t from, std::uint64_t to) {
  std::vector<read_event> all;
  std::vector<format::event_place> places;
  std::vector<std::string> keys;
  std::vector<std::size_t> index;
  for (std::uint64_t number = from; number <= to; ++number) {
    all.push_back({position{number}, std::nullopt});
    if (!positions_.find(number)) continue;
    auto place = format::read_position_value(positions_.value());
    if (!place) {
      of_.fault("positions", format::position_key(position{number}), place.error().detail);
      continue;
    }
    keys.push_back(format::event_key(place->stream, place->sequence));
    places.push_back(std::move(*place));
    index.push_back(all.size() - 1);
  }
  auto values = of_.in.get_all(events_family_, keys, of_.point_reads);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    // If one of them cannot be read, each is read by itself, to find out which.
    auto value =
        values ? result<std::optional<std::string>>(std::move((*values)[i])) : of_.in.get(events_family_, keys[i]);
    if (!value) {
      unreadable(keys[i], name_of(places[i]), value.error());
    } else if (!*value) {
      of_.fault(
          "events", keys[i],
          "position " + std::to_string(all[index[i]].at.value) + " names " + name_of(places[i]) + ", which is missing");
    } else {
      bytes += (*value)->size();
      largest_event_ = std::max(largest_event_, (*value)->size());
      all[index[i]].event = stored_event{std::move(places[i].stream), places[i].sequence, std::move(**value)};
      ++events_;
    }
  }
  of_.speed.read_events(keys.size());
  of_.speed.read(bytes);
  return all;
}

void log_walk::take(read_event one) {
  while (open_ && one.at > open_->head().last) {
    end_commit();
    begin_next_commit();
  }
  if (one.event) check_event(one.at, *one.event);
  if (!one.event && piece_.first_missing.value == 0) piece_.first_missing = one.at;
  const bool is_of_commit = open_ && open_->without_events.first <= one.at;
  if (!open_ && before_ && !told_of_uncommitted_) {
    told_of_uncommitted_ = true;
    of_.fault("positions", format::position_key(one.at),
              "no commit holds position " + std::to_string(one.at.value) + " and those after it");
  }
  if (!is_of_commit) {
    if (one.event) piece_.events.push_back(std::move(*one.event));
  } else if (one.event) {
    held_.push_back(std::move(*one.event));
  } else {
    is_whole_ = false;
  }
  piece_.last = one.at;
  if (is_of_commit && one.at == open_->head().last) {
    end_commit();
    begin_next_commit();
  }
}

void log_walk::check_event(position at, const stored_event& one) {
  const std::string key = format::event_key(one.stream, one.sequence);
  const auto read = view_recorded(one.bytes, one.stream, one.sequence);
  if (!read) return of_.fault("events", key, read.error().detail);
  if (read->position != at) {
    of_.fault("events", key,
              name_of({one.stream, one.sequence}) + " says that it is at position " +
                  std::to_string(read->position.value) + ", but it is at " + std::to_string(at.value));
  }
  if (read->recorded_at < last_recorded_) {
    of_.fault("events", key, name_of({one.stream, one.sequence}) + " was recorded before the event before it");
  }
  last_recorded_ = std::max(last_recorded_, read->recorded_at);
}

/// Reads frames until one has events that are to come.
void log_walk::begin_next_commit() {
  open_.reset();
  for (; next_commit_ <= commits_.last(); ++next_commit_) {
    of_.speed.check();
    if (!commits_.find(next_commit_)) {
      before_.reset();
      has_all_commits_ = false;
      continue;
    }
    auto frame = read_frame(next_commit_, commits_.value());
    if (!frame) {
      of_.fault("commits", format::commit_key(next_commit_), frame.error().detail);
      before_.reset();
      has_all_commits_ = false;
      continue;
    }
    if (before_) {
      if (const std::string why = why_void(frame->without_events, *before_); !why.empty()) {
        of_.fault("commits", format::commit_key(next_commit_),
                  "commit " + std::to_string(next_commit_) + " does not continue the one before it: " + why);
      }
    }
    const commit& begun = frame->without_events;
    piece_.answers.insert(piece_.answers.end(), begun.answers.begin(), begun.answers.end());
    piece_.subjects.insert(piece_.subjects.end(), begun.subjects.begin(), begun.subjects.end());
    piece_.erasures.insert(piece_.erasures.end(), begun.erasures.begin(), begun.erasures.end());
    ++next_commit_;
    const bool has_events = frame->events > 0;
    open_ = std::move(*frame);
    if (has_events) return;
    end_commit();
    open_.reset();
    --next_commit_;  // the loop goes on
  }
}

void log_walk::end_commit() {
  const log_head after = open_->head();
  const std::uint64_t count = open_->events;
  commit one = std::move(open_->without_events);
  if (one.epoch == 0) without_answers_ = after.last;
  if (count > 0 && last_recorded_ > one.committed_at) {
    of_.fault("commits", format::commit_key(one.number),
              "commit " + std::to_string(one.number) + " has an event that was recorded after it");
  }
  const bool is_whole = is_whole_ && held_.size() == count;
  std::vector<stored_event> events = std::move(held_);
  if (is_whole) {
    one.events = std::move(events);
    sealed_commit whole = seal(std::move(one));
    if (whole.hash != after.hash) {
      of_.fault("commits", format::commit_key(after.number),
                "commit " + std::to_string(after.number) + " is not what was written: its hash differs");
    }
    events = std::move(whole.value.events);
  }
  for (stored_event& each : events) {
    piece_bytes_ += each.bytes.size() + each.stream.size();
    piece_.events.push_back(std::move(each));
  }
  held_.clear();
  is_whole_ = true;
  ++commits_read_;
  head_ = after;
  before_ = after;
  check_branches(after);
  check_checkpoint(after);
  hand_over(false);
}

void log_walk::check_checkpoint(const log_head& after) {
  if (!checkpoint_ || checkpoint_->commit != after.number) return;
  if (checkpoint_->hash != after.hash || checkpoint_->position != after.last) {
    of_.fault("commits", format::commit_key(after.number),
              "commit " + std::to_string(after.number) +
                  " is another one than when the checkpoint was signed: the history was rewritten since");
  }
  checkpoint_.reset();
}

void log_walk::check_branches(const log_head& after) {
  std::erase_if(branches_, [&](const log_branch& each) { return each.at == after.last && each.hash == after.hash; });
}

void log_walk::hand_over(bool all) {
  if (!all && piece_.events.size() + piece_.answers.size() < piece_events && piece_bytes_ < piece_bytes_max) return;
  give_(std::move(piece_));
  piece_ = {};
  piece_bytes_ = 0;
}

}  // namespace weir
