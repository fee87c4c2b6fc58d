#include "engine/row_access.hpp"

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

std::optional<std::string> batch_rows::get(view_tag view, std::string_view key) const {
  return batch_.get(families_.at(view), key).value();
}

void batch_rows::scan(view_tag view, std::string_view from,
                      const std::function<bool(std::string_view, std::string_view)>& row) const {
  scan_rows(batch_.scan(families_.at(view)), from, row);
}

std::optional<std::string> snapshot_rows::get(view_tag view, std::string_view key) const {
  return store_.get(families_.at(view), key, moment_).value();
}

void snapshot_rows::scan(view_tag view, std::string_view from,
                         const std::function<bool(std::string_view, std::string_view)>& row) const {
  scan_rows(store_.scan(families_.at(view), moment_), from, row);
}

std::optional<std::string> batch_sink::get(std::string_view key) const { return batch_.get(rows_, key).value(); }

}  // namespace weir
