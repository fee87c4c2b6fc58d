#include "engine/engine.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <spdlog/spdlog.h>

#include "codec/codec.hpp"
#include "engine/command_queue.hpp"
#include "engine/metrics.hpp"
#include "engine/point_in_time_query.hpp"
#include "engine/projector.hpp"
#include "engine/sequencer.hpp"
#include "state/hidden_rows.hpp"
#include "state/row_access.hpp"

namespace weir {
namespace {

result<event_page> decoded(std::vector<stored_event> records, std::size_t limit, const applied_state& state) {
  event_page page;
  page.more = records.size() > limit;
  if (page.more) records.pop_back();
  page.events.reserve(records.size());
  for (const stored_event& one : records) {
    auto event = state.read(one);
    if (!event) return event.error();
    page.events.push_back(std::move(*event));
  }
  return page;
}

/// How many events are read at once if the filter may leave most of them out.
constexpr std::size_t log_read_events = 256;
/// How many are read at once if their bytes are limited: their length is not known before.
constexpr std::size_t bounded_read_events = 64;

/// By how much the last event's time must be ahead of the clock for a warning. Clocks are corrected by less all the time.
constexpr std::chrono::seconds recorded_ahead_told{2};

bool wants(const event_filter& filter, const recorded_event& event) {
  if (filter.categories.size() > 1 && !filter.wants_category(category_of(event.stream))) return false;
  return filter.types.empty() || std::find(filter.types.begin(), filter.types.end(), event.type) != filter.types.end();
}

}  // namespace

class engine::implementation {
 public:
  implementation(commit_log& from, applied_state& of, prometheus::Registry& registry, engine_options given)
      : log(from),
        state(of),
        options(given),
        metrics(registry, of.domains()),
        queue(options.queued_commands_max),
        sequencer(from, of, metrics, notifier, options),
        projections({of, notifier, [this](promotion one) { return queue.push(std::move(one)); }}, of.domains()),
        watchdog([this] { watch_sequencer(); }),
        thread([this] { sequencer.run(queue); }) {
    metrics.head_position.Set(static_cast<double>(of.last().value));
    projections.start();
  }

  ~implementation() { stop(); }

  void stop() {
    projections.stop();
    queue.close();
    const std::lock_guard lock(stopping);
    if (thread.joinable()) thread.join();
    {
      const std::lock_guard watching(watched);
      watching_ends = true;
    }
    end_watching.notify_all();
    if (watchdog.joinable()) watchdog.join();
  }

  /// Reports in the diagnostic log what the sequencer is doing if it is stuck.
  void watch_sequencer() {
    bool said = false, said_refused = false, said_ahead = false;
    watch_clock(said_ahead);
    std::unique_lock lock(watched);
    while (!end_watching.wait_for(lock, options.stuck_after / 2, [this] { return watching_ends; })) {
      watch_disk(said_refused);
      watch_clock(said_ahead);
      const auto stuck = sequencer.progress().stuck_for_more_than(options.stuck_after);
      if (stuck && !said) spdlog::critical("{}; commands wait until it continues", *stuck);
      if (!stuck && said) spdlog::info("the sequencer continues");
      said = stuck.has_value();
    }
  }

  /// Reports in the diagnostic log, once, that events get the time of the last one because the clock is behind it.
  void watch_clock(bool& said) {
    const timestamp last = state.applied().committed_at;
    const auto ahead = std::chrono::floor<std::chrono::seconds>(last - wall_clock_now());
    if (ahead >= recorded_ahead_told && !said) {
      spdlog::warn(
          "the last event was recorded at {}, and the clock is {} s behind that: until the clock has passed it, all "
          "events are recorded with this time. If the clock is wrong, set it right; if it was wrong before, see "
          "docs/operate.md",
          to_rfc3339(last).value_or(""), ahead.count());
      said = true;
    }
    if (ahead.count() < 0 && said) {
      spdlog::info("the clock has passed the time of the last event: events are recorded with the clock's time again");
      said = false;
    }
  }

  /// Reports in the diagnostic log, once, that the store refuses commands, and that it accepts them again.
  void watch_disk(bool& said) {
    weir::store& store = state.store();
    const auto refused = store.why_refused();
    if (refused && !said) {
      spdlog::critical("commands are refused: {}{}", *refused,
                       store.read_only() ? "" : " They are accepted again as soon as there is enough space.");
      // Rows in memory go to files, and their WAL away, while there is room: the next start needs less space.
      if (store.memory().write_buffers < store.space().free) {
        if (const auto done = store.flush(); !done) spdlog::warn("{}", done.error().detail);
      }
    }
    if (!refused && said) spdlog::info("there is enough space on the disk: commands are accepted again");
    said = refused.has_value();
  }

  commit_log& log;
  applied_state& state;
  const engine_options options;
  engine_metrics metrics;
  commit_notifier notifier;
  command_queue queue;
  weir::sequencer sequencer;
  projector projections;
  std::mutex stopping, watched;
  std::condition_variable end_watching;
  bool watching_ends = false;    ///< guarded by watched
  std::thread watchdog, thread;  // last: they use all of the above
};

result<std::unique_ptr<engine>> engine::open(commit_log& log, applied_state& state, prometheus::Registry& metrics,
                                             engine_options options) {
  if (log.head() != state.applied()) {
    return error{errc::corrupt, "the event log ends at position " + std::to_string(log.head().last.value) +
                                    ", but only position " + std::to_string(state.last().value) + " is applied"};
  }
  std::unique_ptr<engine> opened(new engine(std::make_unique<implementation>(log, state, metrics, options)));
  opened->erase_again();
  return opened;
}

engine::engine(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
engine::~engine() = default;

result<addressed_command> engine::prepare(const command_type& type, std::string_view compact,
                                          expectation expected) const {
  auto stream = codec::expand(*type.shape->stream, compact, *type.shape);
  if (!stream) return stream.error();
  if (stream->size() > limits::stream_name_bytes_max) {
    return error{errc::invalid,
                 "the stream's name would be longer than " + std::to_string(limits::stream_name_bytes_max) + " bytes"};
  }
  if (stream->find('\0') != stream->npos) return error{errc::invalid, "the stream's name would hold a zero byte"};
  return addressed_command{&type, std::move(*stream), type.decode(compact), expected};
}

/// Erasures that the list beside the keys has and the event log does not: the data was restored from an older copy.
void engine::erase_again() {
  if (!implementation_->state.keys()) return;
  submission work;
  work.erased_before = true;
  for (const personal::listed_erasure& each : implementation_->state.keys()->listed()) {
    const auto known = implementation_->state.known_subjects().find(each.subject);
    if (known && *known && (*known)->erased) continue;
    spdlog::warn("erasing {} again: the data is older than its erasure", each.subject);
    work.erases.push_back(each.subject);
  }
  const std::size_t count = work.erases.size();
  if (count == 0) return;
  submit(std::move(work), [count](const outcome& how) {
    if (std::holds_alternative<acceptance>(how)) return;
    spdlog::error("{} subjects could not be erased again; the next start tries it", count);
  });
}

void engine::submit(submission work, boost::asio::any_completion_handler<void(outcome)> done) {
  work.from.actor = work.by->name;
  pending one{std::move(work), std::move(done)};
  const auto pushed = implementation_->queue.push(one);
  if (pushed == command_queue::pushed::yes) return;
  const bool full = pushed == command_queue::pushed::full;
  for (const addressed_command& asked : one.work.commands) {
    implementation_->metrics.count(*asked.type,
                                   full ? engine_metrics::ending::overloaded : engine_metrics::ending::unavailable);
  }
  std::vector<finished> refused;
  refused.push_back(
      {std::move(one.done), full ? outcome{overloaded{}} : outcome{unavailable{false, "Weir is stopping"}}});
  tell(std::move(refused));
}

bool engine::offer(submission& work, boost::asio::any_completion_handler<void(outcome)>& done) {
  work.from.actor = work.by->name;
  pending one{std::move(work), std::move(done)};
  const auto pushed = implementation_->queue.offer(one);
  if (pushed == command_queue::pushed::yes) return true;
  work = std::move(one.work);
  done.swap(one.done);  // Boost 1.81's move assignment calls itself
  if (pushed == command_queue::pushed::full) return false;
  submit(std::move(work), std::move(done));  // which says that the engine stops
  return true;
}

void engine::await_room(boost::asio::any_completion_handler<void()> ready) {
  implementation_->queue.await_room(std::move(ready));
}

result<query_answer> engine::answer(const query_type& query, std::string_view compact, const caller& by) const {
  auto answered = answer_within(query, compact, by, std::numeric_limits<std::size_t>::max());
  if (!answered) return answered.error();
  return std::move(**answered);
}

result<std::optional<query_answer>> engine::answer_within(const query_type& query, std::string_view compact,
                                                          const caller& by, std::size_t rows_max) const {
  // Read the head first: the snapshot of the rows is at this position or later.
  const position reflects = head();
  try {
    const auto table = implementation_->state.views().current();
    const snapshot_rows rows(implementation_->state.store(), *table, rows_max);
    const opened_rows clear(rows, implementation_->state.domains(), implementation_->state.keys());
    const views seen(clear);
    try {
      auto answered = query.answer(compact, {by, seen});
      if (!rows.limit_was_reached()) {
        return std::optional(answer_of(std::move(answered), std::min(reflects, rows.behind().value_or(reflects)), query,
                                       implementation_->state.domains()));
      }
    } catch (const row_limit_reached&) {
      // Not an error: the query reads many rows, and the empty result says so.
    }
    return std::optional<query_answer>();
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
}

result<std::optional<stream_head>> engine::head_of(std::string_view stream) const {
  const auto times = implementation_->state.log().head_of(stream);
  if (!times) return times.error();
  if (!*times) return std::optional<stream_head>{};
  return std::optional<stream_head>{{(*times)->last, (*times)->created_at, (*times)->updated_at}};
}

result<event_page> engine::read_stream(std::string_view stream, sequence from, std::size_t limit, direction way) const {
  auto records = implementation_->state.log().read_stream(stream, from, limit + 1, way);
  if (!records) return records.error();
  return decoded(std::move(*records), limit, implementation_->state);
}

result<log_page> engine::read_log(position after, std::size_t limit, const event_filter& wanted, std::size_t bytes_max,
                                  std::size_t scanned_max) const {
  log_page page{{}, after};
  const std::string one_category = wanted.categories.size() == 1 ? wanted.categories.front() : std::string();
  std::size_t looked_at = 0;
  std::size_t bytes = 0;
  while (page.events.size() < limit && bytes < bytes_max && looked_at < scanned_max) {
    const bool few_fit = !wanted.types.empty() || wanted.categories.size() > 1;
    std::size_t more = !few_fit ? limit - page.events.size() : std::max(limit, log_read_events);
    if (bytes_max < std::numeric_limits<std::size_t>::max()) more = std::min(more, bounded_read_events);
    auto part = implementation_->state.scan(page.last, one_category, more, scanned_max - looked_at);
    if (!part) return part.error();
    if (part->last == page.last) break;
    looked_at += part->last.value - page.last.value;
    page.last = part->last;
    for (const stored_event& one : part->events) {
      auto event = implementation_->state.read(one);
      if (!event) return event.error();
      if (!wants(wanted, *event)) continue;
      bytes += one.bytes.size();
      page.events.push_back(std::move(*event));
      if (page.events.size() < limit && bytes < bytes_max) continue;
      page.last = page.events.back().position;
      break;
    }
  }
  return page;
}

std::shared_ptr<commit_notifier::watcher> engine::watch(boost::asio::any_completion_executor where,
                                                        std::function<void()> tell) {
  return implementation_->notifier.watch(std::move(where), std::move(tell));
}

result<point_in_time_query> engine::query_as_of(const query_type& query, std::string_view compact, moment when,
                                                std::shared_ptr<const caller> by) const {
  if (!query.shape->stream) throw std::logic_error(query.name + " is no query of one stream");
  const auto stream = codec::expand(*query.shape->stream, compact, *query.shape);
  if (!stream) return error{errc::not_found, "There is no such stream."};
  const auto* time = std::get_if<timestamp>(&when);
  if (time && *time > wall_clock_now()) return error{errc::invalid, "This time is in the future."};
  if (time && *time >= implementation_->sequencer.settled_before()) {
    return error{errc::unavailable, "Events of this time are still being written."};
  }
  const auto head = implementation_->state.log().head_of(*stream);
  if (!head) return head.error();
  if (!*head) return error{errc::not_found, "The stream " + *stream + " does not exist."};
  const sequence last = (*head)->last;
  sequence until;
  if (time) {
    const auto found = last_event_at(implementation_->state.log(), *stream, last, *time);
    if (!found) return found.error();
    if (found->value == 0) return error{errc::not_found, "The stream " + *stream + " did not exist at that time."};
    until = *found;
  } else {
    until = std::get<sequence>(when);
    if (until > last) {
      return error{errc::not_found, "The stream " + *stream + " is at sequence " + std::to_string(last.value) + "."};
    }
  }
  return point_in_time_query(implementation_->state, query, std::string(compact), *stream, until, std::move(by));
}

position engine::head() const { return implementation_->state.last(); }

const log_identity& engine::log() const { return implementation_->log.identity(); }

history engine::history() const { return weir::history(implementation_->state.store()); }

log_head engine::log_end() const { return implementation_->state.applied(); }

result<std::vector<std::string>> engine::read_commits(std::uint64_t after, std::size_t limit,
                                                      std::size_t bytes_max) const {
  return implementation_->log.read(after, limit, bytes_max);
}

std::vector<projection_status> engine::projections() const { return implementation_->projections.status(); }

result<> engine::rebuild(std::string_view projection) { return implementation_->projections.rebuild(projection); }

std::optional<std::string> engine::why_not_accepting() const {
  if (auto stopped = implementation_->sequencer.why_stopped()) return stopped;
  if (!implementation_->state.store().accepts_writes()) return "a write to the store has failed";
  if (auto refused = implementation_->state.store().why_refused()) return refused;
  return implementation_->sequencer.progress().stuck_for_more_than(implementation_->options.stuck_after);
}

std::uint64_t engine::erasures() const {
  const personal::vault* const keys = implementation_->state.keys();
  return keys ? keys->generation() : 0;
}

bool engine::needs_restart() const {
  return implementation_->sequencer.why_stopped() || !implementation_->state.store().accepts_writes();
}

const store& engine::data() const { return implementation_->state.store(); }

const catalog& engine::domains() const { return implementation_->state.domains(); }

void engine::stop() { implementation_->stop(); }

}  // namespace weir
