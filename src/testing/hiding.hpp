#pragma once

#include <string>
#include <string_view>

#include "domain/catalog.hpp"
#include "schema/schema.hpp"

/// Personal values as a server hides them from evolve and projections, but without keys: code that computes with them
/// is found in its tests.
namespace weir::testing {

/// An event's bytes with its personal values replaced by texts that tell nothing, each another one.
[[nodiscard]] std::string hidden(std::string_view compact, const schema::structure& shape);

/// A struct's bytes with the hidden values shown again.
[[nodiscard]] std::string shown(std::string_view compact, const schema::structure& shape);

/// Rows for decide and answer: with their values shown.
class shown_rows : public row_source {
 public:
  shown_rows(const row_source& of, const catalog& domains) : of_(of), domains_(domains) {}

  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override;
  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override;

 private:
  const row_source& of_;
  const catalog& domains_;
};

/// Rows for projections: found by what the hidden values are.
class rows_by_hidden_keys : public row_sink {
 public:
  explicit rows_by_hidden_keys(row_sink& into) : into_(into) {}

  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override { return into_.get(key); }
  void put(std::string_view key, std::string_view row) override { into_.put(key, row); }
  void erase(std::string_view key) override { into_.erase(key); }
  [[nodiscard]] std::optional<std::string> get_hidden(std::string_view value, personal_key_function as) const override;
  void put_hidden(std::string_view value, personal_key_function as, std::string_view row) override;
  void erase_hidden(std::string_view value, personal_key_function as) override;

 private:
  row_sink& into_;
};

}  // namespace weir::testing
