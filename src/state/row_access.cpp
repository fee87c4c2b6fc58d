#include "state/row_access.hpp"

#include <algorithm>
#include <stdexcept>

#include "state/view_registry.hpp"

namespace weir {
namespace {

void scan_rows(store::cursor cursor, std::string_view from,
               const std::function<bool(std::string_view, std::string_view)>& row) {
  for (cursor.seek(from); cursor.valid(); cursor.next()) {
    if (!row(cursor.key(), cursor.value())) return;
  }
  cursor.status().value();
}

}  // namespace

family batch_rows::rows_of(view_tag view) const {
  const view_table::entry& entry = table_.at(view);
  if (entry.async) {
    throw std::logic_error("a command is decided on the view " + entry.projection +
                           ", which is async and so may be behind the log");
  }
  if (!entry.live) throw view_not_ready(entry.projection);
  return entry.rows;
}

std::optional<std::string> batch_rows::get(view_tag view, std::string_view key) const {
  return batch_.get(rows_of(view), key).value();
}

void batch_rows::scan(view_tag view, std::string_view from,
                      const std::function<bool(std::string_view, std::string_view)>& row) const {
  batch_.scan(rows_of(view), from, row).value();
}

family snapshot_rows::rows_of(view_tag view) const {
  const view_table::entry& entry = table_.at(view);
  if (entry.family_name.empty()) throw view_not_ready(entry.projection);
  if (!entry.live) {
    const auto reached = view_registry::checkpoint_of(store_, entry.family_name, moment_).value();
    if (reached) behind_ = std::min(behind_.value_or(*reached), *reached);
  }
  return entry.rows;
}

void snapshot_rows::count_row() const {
  if (rows_left_ == 0) {
    limit_was_reached_ = true;
    throw row_limit_reached{};
  }
  --rows_left_;
}

std::optional<std::string> snapshot_rows::get(view_tag view, std::string_view key) const {
  count_row();
  return store_.get(rows_of(view), key, moment_).value();
}

void snapshot_rows::scan(view_tag view, std::string_view from,
                         const std::function<bool(std::string_view, std::string_view)>& row) const {
  scan_rows(store_.scan(rows_of(view), moment_), from, [&](std::string_view key, std::string_view value) {
    count_row();
    return row(key, value);
  });
}

std::optional<std::string> batch_sink::get(std::string_view key) const { return batch_.get(rows_, key).value(); }

}  // namespace weir
