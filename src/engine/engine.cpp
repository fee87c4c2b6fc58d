#include "engine/engine.hpp"

#include <atomic>
#include <mutex>
#include <thread>

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "codec/codec.hpp"
#include "engine/command_queue.hpp"
#include "engine/metrics.hpp"
#include "engine/row_access.hpp"
#include "engine/sequencer.hpp"

namespace weir {
namespace {

std::string family_name(const projection_type& projection) {
  return "view." + projection.name + "." + std::to_string(projection.version);
}

view_families families_of(const store& in, const catalog& domains) {
  view_families families;
  for (const domain& one : domains.domains()) {
    for (const projection_type& projection : one.projections) {
      families.emplace(projection.view, in.find(family_name(projection)));
    }
  }
  return families;
}

result<timestamp> last_recorded_in(const journal& log) {
  if (log.last().value == 0) return timestamp{};
  const auto page = log.read_log({log.last().value - 1}, 1);
  if (!page) return page.error();
  const auto event = decode_recorded(page->front().bytes, page->front().stream, page->front().sequence);
  if (!event) return event.error();
  return event->recorded_at;
}

result<event_page> decoded(std::vector<stored_record> records, std::size_t limit) {
  event_page page;
  page.more = records.size() > limit;
  if (page.more) records.pop_back();
  page.events.reserve(records.size());
  for (const stored_record& one : records) {
    auto event = decode_recorded(one.bytes, one.stream, one.sequence);
    if (!event) return event.error();
    page.events.push_back(std::move(*event));
  }
  return page;
}

}  // namespace

class engine::implementation {
 public:
  implementation(weir::store& in, weir::journal& log, const catalog& all, prometheus::Registry& registry,
                 engine_options options, timestamp last_recorded)
      : store(in),
        journal(log),
        domains(all),
        families(families_of(in, all)),
        metrics(registry, all),
        queue(options.queued_commands_max),
        sequencer(in, log, all, families, metrics, options, last_recorded),
        thread([this] { sequencer.run(queue); }) {
    metrics.head_position.Set(static_cast<double>(log.last().value));
  }

  ~implementation() { stop(); }

  void stop() {
    queue.close();
    const std::lock_guard lock(stopping);
    if (thread.joinable()) thread.join();
  }

  weir::store& store;
  weir::journal& journal;
  const catalog& domains;
  const view_families families;
  engine_metrics metrics;
  command_queue queue;
  weir::sequencer sequencer;
  std::mutex stopping;
  std::thread thread;  // last: it uses all of the above
};

std::vector<family_options> engine::families(const catalog& domains) {
  std::vector<family_options> needed{remembered_answers::family_needed()};
  for (const domain& one : domains.domains()) {
    for (const projection_type& projection : one.projections) {
      needed.push_back({.name = family_name(projection), .looked_up = true});
    }
  }
  return needed;
}

result<std::unique_ptr<engine>> engine::open(weir::store& store, weir::journal& journal, const catalog& domains,
                                             prometheus::Registry& metrics, engine_options options) {
  const auto last_recorded = last_recorded_in(journal);
  if (!last_recorded) return last_recorded.error();
  return std::unique_ptr<engine>(
      new engine(std::make_unique<implementation>(store, journal, domains, metrics, options, *last_recorded)));
}

engine::engine(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
engine::~engine() = default;

result<order> engine::prepare(const command_type& type, std::string_view compact, expectation expected) const {
  auto stream = codec::expand(*type.shape->stream, compact, *type.shape);
  if (!stream) return stream.error();
  if (stream->size() > limits::stream_name_bytes_max) {
    return error{errc::invalid,
                 "the stream's name would be longer than " + std::to_string(limits::stream_name_bytes_max) + " bytes"};
  }
  if (stream->find('\0') != stream->npos) return error{errc::invalid, "the stream's name would hold a zero byte"};
  return order{&type, std::move(*stream), type.decode(compact), expected};
}

void engine::submit(submission work, boost::asio::any_completion_handler<void(outcome)> done) {
  pending one{std::move(work), std::move(done)};
  const auto pushed = implementation_->queue.push(one);
  if (pushed == command_queue::pushed::yes) return;
  const bool full = pushed == command_queue::pushed::full;
  for (const order& asked : one.work.orders) {
    implementation_->metrics.count(*asked.type,
                                   full ? engine_metrics::ending::overloaded : engine_metrics::ending::unavailable);
  }
  std::vector<finished> refused;
  refused.push_back(
      {std::move(one.done), full ? outcome{overloaded{}} : outcome{unavailable{false, "Weir is stopping"}}});
  tell(std::move(refused));
}

boost::asio::awaitable<outcome> engine::execute(submission work) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(outcome)>(
      [this](auto handler, submission given) { submit(std::move(given), std::move(handler)); },
      boost::asio::use_awaitable, std::move(work));
}

result<query_answer> engine::answer(const query_type& query, std::string_view compact) const {
  // The head first: the moment of the rows is this one or a later one.
  const position reflects = head();
  try {
    const snapshot_rows rows(implementation_->store, implementation_->families);
    auto answered = query.answer(compact, views(rows));
    if (auto* value = std::get_if<std::string>(&answered)) return query_answer{std::move(*value), reflects};
    auto& why = std::get<refusal>(answered);
    const schema::structure* exception = implementation_->domains.find_refusal(why.type);
    if (!exception) throw std::logic_error(query.name + " was refused with an exception that no IDL declares");
    return query_answer{query_answer::refused{exception, std::move(why.bytes)}, reflects};
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
}

result<std::optional<stream_head>> engine::head_of(std::string_view stream) const {
  const auto times = implementation_->journal.head_of(stream);
  if (!times) return times.error();
  if (!*times) return std::optional<stream_head>{};
  return std::optional<stream_head>{{(*times)->last, (*times)->created_at, (*times)->updated_at}};
}

result<event_page> engine::read_stream(std::string_view stream, sequence from, std::size_t limit, direction way) const {
  auto records = implementation_->journal.read_stream(stream, from, limit + 1, way);
  if (!records) return records.error();
  return decoded(std::move(*records), limit);
}

result<event_page> engine::read_log(position after, std::size_t limit) const {
  auto records = implementation_->journal.read_log(after, limit + 1);
  if (!records) return records.error();
  return decoded(std::move(*records), limit);
}

position engine::head() const { return implementation_->journal.last(); }

std::optional<std::string> engine::why_not_accepting() const { return implementation_->sequencer.why_stopped(); }

const catalog& engine::domains() const { return implementation_->domains; }

void engine::stop() { implementation_->stop(); }

}  // namespace weir
