#include "state/application.hpp"

#include <stdexcept>

#include "state/hidden_rows.hpp"
#include "state/row_access.hpp"

namespace weir {

application::application(const store& in, const log_rows& log, const idempotency_store& answers, const snapshots& kept,
                         const subjects& known, const catalog& domains, std::shared_ptr<const view_table> views,
                         personal::vault* keys)
    : log_(&log),
      answers_(&answers),
      kept_(&kept),
      subjects_(&known),
      domains_(&domains),
      views_(std::move(views)),
      keys_(keys),
      changes_(in.begin()) {}

void application::apply_event(const known_event& what) {
  for_each_projection(what, [this](const projection_type& projection, const known_event& event) {
    const view_table::entry& view = views_->at(projection.view);
    if (!view.live) return;
    batch_sink sink(changes_, view.rows);
    with_hidden_keys(sink, projection, keys_, [&](row_sink& rows) { fold_into_rows(projection, event, rows); });
  });
}

std::uint64_t application::key_of(std::string_view subject, std::vector<keyed_subject>& added) {
  const auto known = subjects_->find(changes_, subject).value();
  if (known && known->erased) throw subject_is_erased{std::string(subject)};
  if (known) return known->key;
  if (last_key_ == 0) {
    if (const auto given = subjects_->last_given().value()) last_key_ = given->last;
  }
  last_key_ = keys_->next_key(last_key_).value();
  added.push_back({std::string(subject), last_key_});
  apply_subject(added.back());
  return last_key_;
}

void application::apply_erasure(const keyed_subject& one) {
  subjects_->put_erased(changes_, one);
  for (const domain& each : domains_->domains()) {
    for (const projection_type& projection : each.projections) {
      if (!projection.has_personal_keys) continue;
      const view_table::entry& view = views_->at(projection.view);
      if (view.live) erase_hidden_rows(changes_, view.rows, one.key);
    }
  }
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
  const std::vector<keyed_subject>& added = one.value.subjects;
  if (!added.empty()) subjects_->put_given(changes_, {added.back().key, keys_->id()});
}

}  // namespace weir
