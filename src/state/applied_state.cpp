#include "state/applied_state.hpp"

#include <algorithm>
#include <unordered_map>

#include "log/format_version.hpp"
#include "state/aggregates.hpp"
#include "state/personal_keys.hpp"

namespace weir {

/// Stream heads as the commits of one application have them.
class new_heads {
 public:
  explicit new_heads(const log_rows& log) : log_(log) {}

  /// Moves a stream's head on to an event, which must be its next one; when the stream began.
  result<timestamp> move_on(const stored_event& to, timestamp recorded_at) {
    auto found = heads_.find(to.stream);
    if (found == heads_.end()) {
      const auto head = log_.head_of(to.stream);
      if (!head) return head.error();
      found = heads_.emplace(to.stream, head->value_or(format::stream_times{})).first;
    }
    format::stream_times& head = found->second;
    if (to.sequence != head.last.next()) {
      return error{errc::corrupt, "event " + std::to_string(to.sequence.value) + " of stream " + to.stream +
                                      " does not follow on event " + std::to_string(head.last.value)};
    }
    if (to.sequence.value == 1) head.created_at = recorded_at;
    head.last = to.sequence;
    head.updated_at = recorded_at;
    return head.created_at;
  }

 private:
  const log_rows& log_;
  std::unordered_map<std::string, format::stream_times> heads_;
};

std::vector<family_options> applied_state::families() {
  auto all = log_rows::families();
  all.push_back(idempotency_store::family_needed());
  all.push_back(snapshots::family_needed());
  all.push_back(subjects::family_needed());
  all.push_back(meta_family());
  return all;
}

result<std::unique_ptr<applied_state>> applied_state::open(weir::store& in, const catalog& domains) {
  auto head = log_rows(in).head();
  if (!head) return head.error();
  std::unique_ptr<personal::vault> keys;
  if (domains.is_personal()) {
    auto opened = open_keys(in);
    if (!opened) return opened.error();
    keys = std::move(*opened);
  }
  auto views = view_registry::open(in, domains, head->last);
  if (!views) return views.error();
  return std::unique_ptr<applied_state>(
      new applied_state(in, domains, std::move(*head), std::move(*views), std::move(keys)));
}

applied_state::applied_state(weir::store& in, const catalog& domains, log_head head,
                             std::unique_ptr<view_registry> views, std::unique_ptr<personal::vault> keys)
    : store_(in),
      domains_(domains),
      log_(in),
      answers_(in),
      kept_(in),
      subjects_(in),
      keys_(std::move(keys)),
      views_(std::move(views)),
      head_(std::move(head)),
      last_(head_.last.value) {}

application applied_state::begin() const {
  return {store_, log_, answers_, kept_, subjects_, domains_, views_->current(), keys_.get()};
}

result<> applied_state::apply(std::span<const sealed_commit> commits) {
  application changes = begin();
  new_heads heads(log_);
  log_head head = applied();
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const sealed_commit& one = commits[i];
    if (const std::string why = why_void(one.value, head); !why.empty()) return error{errc::stale, why};
    try {
      if (const auto applied = apply(changes, commits, i, heads); !applied) return applied;
    } catch (const fatal_error& e) {
      return error{e.code, e.what()};
    } catch (const std::exception& e) {
      return error{errc::corrupt, "commit " + std::to_string(one.value.number) + " cannot be applied: " + e.what()};
    }
    head = one.head();
  }
  if (const auto done = write(changes, store::durability::operating_system); !done) return done;
  publish(head);
  for (const sealed_commit& one : commits) {
    if (const auto done = destroy_keys(one.value.erasures); !done) return done;
  }
  return {};
}

result<> applied_state::apply(application& into, std::span<const sealed_commit> all, std::size_t index,
                              new_heads& heads) const {
  const sealed_commit& one = all[index];
  std::vector<event_times> times;
  times.reserve(one.value.events.size());
  if ((!one.value.subjects.empty() || !one.value.erasures.empty()) && !keys_) {
    return error{errc::newer_format, "commit " + std::to_string(one.value.number) +
                                         " has personal data, which no domain of this program has"};
  }
  for (const keyed_subject& each : one.value.subjects) into.apply_subject(each);
  for (const stored_event& each : one.value.events) {
    const auto found = find_event(domains_, each.bytes, each.stream, each.sequence);
    if (!found) return found.error();
    const auto created_at = heads.move_on(each, found->recorded.at);
    if (!created_at) return created_at.error();
    const std::any event = found->decode();
    into.apply_event({*found->place, event, found->recorded});
    if (is_snapshot_due(each.sequence)) {
      const auto unwritten = [&](const std::function<void(const stored_event&)>& visit) {
        for (const sealed_commit& before : all.first(index)) {
          for (const stored_event& event_before : before.value.events) visit(event_before);
        }
        for (const stored_event* at = one.value.events.data(); at <= &each; ++at) visit(*at);
      };
      into.keep_snapshot(each.stream, {each.sequence, state_with(unwritten, log_, kept_, domains_, each.stream)});
    }
    times.push_back({*created_at, found->recorded.at});
  }
  for (const keyed_subject& each : one.value.erasures) into.apply_erasure(each);
  for (const idempotent_answer& each : one.value.answers) into.apply_answer(each);
  into.add_commit(one, times);
  return {};
}

result<> applied_state::write(application& changes, store::durability how) {
  return store_.write(changes.changes(), how);
}

void applied_state::publish(const log_head& head) {
  const std::lock_guard lock(mutex_);
  head_ = head;
  last_.store(head.last.value, std::memory_order_release);
}

result<recorded_event> applied_state::read(const stored_event& one) const {
  return read_event(one, domains_, keys_.get());
}

result<> applied_state::destroy_keys(std::span<const keyed_subject> erased) {
  return keys_ ? weir::destroy_keys(*keys_, erased) : result<>{};
}

log_head applied_state::applied() const {
  const std::lock_guard lock(mutex_);
  return head_;
}

result<log_part> applied_state::scan(position after, std::string_view category, std::size_t limit,
                                     std::size_t looked_at_max) const {
  return log_.scan(after, last(), category, limit, looked_at_max);
}

}  // namespace weir
