#pragma once

#include <cstddef>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "state/view_table.hpp"

namespace weir {

/// Thrown if rows are needed that are still being built.
class view_not_ready : public fatal_error {
 public:
  explicit view_not_ready(const std::string& projection)
      : fatal_error({errc::unavailable, "the view " + projection + " is being built"}) {}
};

/// Thrown if more rows are read than `rows_max`. Not a std::exception, so that no handler takes it for an error.
struct row_limit_reached {};

/// The views as a batch sees them: its own changes over the store. Only views that every commit updates can be read.
/// Read errors throw fatal_error.
class batch_rows : public row_source {
 public:
  batch_rows(const store::batch& over, const view_table& table) : batch_(over), table_(table) {}
  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override;
  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override;

 private:
  [[nodiscard]] family rows_of(view_tag view) const;

  const store::batch& batch_;
  const view_table& table_;
};

/// The views in one snapshot of the store. Read errors throw fatal_error; reading more rows than `rows_max` throws
/// row_limit_reached.
class snapshot_rows : public row_source {
 public:
  snapshot_rows(const store& of, const view_table& table,
                std::size_t rows_max = std::numeric_limits<std::size_t>::max())
      : store_(of), moment_(of.take_snapshot()), table_(table), rows_left_(rows_max) {}
  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override;
  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override;

  /// The position that the rows read so far reflect; nothing if all were rows that every commit updates.
  [[nodiscard]] std::optional<position> behind() const { return behind_; }
  /// Whether more rows were asked for than `rows_max`.
  [[nodiscard]] bool limit_was_reached() const { return limit_was_reached_; }

 private:
  [[nodiscard]] family rows_of(view_tag view) const;
  void count_row() const;

  const store& store_;
  store::snapshot moment_;
  const view_table& table_;
  mutable std::size_t rows_left_;
  mutable bool limit_was_reached_ = false;
  mutable std::optional<position> behind_;
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
