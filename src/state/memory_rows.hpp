#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "domain/views.hpp"

namespace weir {

/// The rows of views in memory: for point-in-time queries and for tests of a domain's rules.
class memory_rows : public row_source {
 public:
  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override {
    const auto table = tables_.find(view);
    if (table == tables_.end()) return std::nullopt;
    const auto row = table->second.find(key);
    if (row == table->second.end()) return std::nullopt;
    return row->second;
  }

  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override {
    const auto table = tables_.find(view);
    if (table == tables_.end()) return;
    for (auto at = table->second.lower_bound(from); at != table->second.end(); ++at) {
      if (!row(at->first, at->second)) return;
    }
  }

  void put(view_tag view, std::string_view key, std::string_view row) {
    erase(view, key);
    tables_[view].emplace(key, row);
    bytes_ += key.size() + row.size();
  }

  void erase(view_tag view, std::string_view key) {
    auto& table = tables_[view];
    const auto row = table.find(key);
    if (row == table.end()) return;
    bytes_ -= row->first.size() + row->second.size();
    table.erase(row);
  }

  /// Of all keys and rows.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::map<view_tag, std::map<std::string, std::string, std::less<>>> tables_;
  std::size_t bytes_ = 0;
};

/// One view's rows in memory, to be changed.
class memory_sink : public row_sink {
 public:
  memory_sink(memory_rows& rows, view_tag view) : rows_(rows), view_(view) {}
  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override { return rows_.get(view_, key); }
  void put(std::string_view key, std::string_view row) override { rows_.put(view_, key, row); }
  void erase(std::string_view key) override { rows_.erase(view_, key); }

 private:
  memory_rows& rows_;
  view_tag view_;
};

}  // namespace weir
