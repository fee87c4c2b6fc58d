#pragma once

#include <map>
#include <string>

#include "engine/views.hpp"

namespace weir::testing {

/// The rows of all views in memory: enough for the rules of a domain, which know of no disk.
class memory_rows : public row_source {
 public:
  using table = std::map<std::string, std::string, std::less<>>;

  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override {
    const auto found = tables_.find(view);
    if (found == tables_.end()) return std::nullopt;
    const auto row = found->second.find(key);
    if (row == found->second.end()) return std::nullopt;
    return row->second;
  }

  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override {
    const auto found = tables_.find(view);
    if (found == tables_.end()) return;
    for (auto at = found->second.lower_bound(from); at != found->second.end(); ++at) {
      if (!row(at->first, at->second)) return;
    }
  }

  [[nodiscard]] table& of(view_tag view) { return tables_[view]; }

 private:
  std::map<view_tag, table> tables_;
};

/// One view's rows in memory, to be changed.
class memory_sink : public row_sink {
 public:
  explicit memory_sink(memory_rows::table& rows) : rows_(rows) {}
  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override {
    const auto row = rows_.find(key);
    if (row == rows_.end()) return std::nullopt;
    return row->second;
  }
  void put(std::string_view key, std::string_view row) override { rows_.insert_or_assign(std::string(key), row); }
  void erase(std::string_view key) override {
    if (const auto row = rows_.find(key); row != rows_.end()) rows_.erase(row);
  }

 private:
  memory_rows::table& rows_;
};

}  // namespace weir::testing
