#include "state/application.hpp"

#include <stdexcept>

#include "state/row_access.hpp"

namespace weir {

application::application(const store& in, const log_rows& log, const idempotency_store& answers, const snapshots& kept,
                         const catalog& domains, std::shared_ptr<const view_table> views)
    : log_(&log),
      answers_(&answers),
      kept_(&kept),
      domains_(&domains),
      views_(std::move(views)),
      changes_(in.begin()) {}

void application::apply_event(const known_event& what) {
  for_each_projection(what, [this](const projection_type& projection, const known_event& event) {
    const view_table::entry& view = views_->at(projection.view);
    if (!view.live) return;
    batch_sink sink(changes_, view.rows);
    fold_into_rows(projection, event, sink);
  });
}

const aggregate_type& application::aggregate_of_stream(const std::string& stream) const {
  const aggregate_type* type = domains_->find_aggregate(category_of(stream));
  if (!type) throw std::logic_error("no domain has streams like " + stream);
  return *type;
}

void application::keep_snapshot(const std::string& stream, const snapshots::snapshot& taken) {
  kept_->put(changes_, stream, aggregate_of_stream(stream), taken);
}

void application::keep_missing_snapshot(const std::string& stream, const snapshots::snapshot& taken) {
  const auto known = kept_->sequence_in(changes_, stream, aggregate_of_stream(stream)).value();
  if (!known || *known < taken.sequence) keep_snapshot(stream, taken);
}

void application::apply_answer(const idempotent_answer& one) { answers_->put(changes_, one); }

void application::add_commit(const sealed_commit& one, std::span<const event_times> times) {
  log_->put(changes_, one, times);
}

}  // namespace weir
