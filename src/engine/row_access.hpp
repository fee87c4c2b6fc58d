#pragma once

#include <unordered_map>

#include "engine/views.hpp"
#include "store/store.hpp"

namespace weir {

/// Which family holds the rows of which view.
using view_families = std::unordered_map<view_tag, family>;

/// The views as a batch sees them: its own changes over the store. Read errors throw fatal_error.
class batch_rows : public row_source {
 public:
  batch_rows(const store::batch& over, const view_families& families) : batch_(over), families_(families) {}
  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override;
  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override;

 private:
  const store::batch& batch_;
  const view_families& families_;
};

/// The views at one moment of the store. Read errors throw fatal_error.
class snapshot_rows : public row_source {
 public:
  snapshot_rows(const store& of, const view_families& families)
      : store_(of), moment_(of.take_snapshot()), families_(families) {}
  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override;
  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override;

 private:
  const store& store_;
  store::snapshot moment_;
  const view_families& families_;
};

/// One view's rows in a batch, to be changed. Read errors throw fatal_error.
class batch_sink : public row_sink {
 public:
  batch_sink(store::batch& into, family rows) : batch_(into), rows_(rows) {}
  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override;
  void put(std::string_view key, std::string_view row) override { batch_.put(rows_, key, row); }
  void erase(std::string_view key) override { batch_.erase(rows_, key); }

 private:
  store::batch& batch_;
  family rows_;
};

}  // namespace weir
