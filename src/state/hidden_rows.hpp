#pragma once

#include <any>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "domain/catalog.hpp"
#include "personal/vault.hpp"
#include "store/store.hpp"

/// Personal data in the rows of views. Rows hold sealed values; who reads them gets clear ones. Where rows are found by
/// personal values, the family has these rows, so that an erasure finds those of a subject:
///
///   "k" hash (16)             the projection's row, and the number of the owner's key (8); 0: the value was never sealed
///   "o" key (8) hash (16)     empty
namespace weir {

/// Writes the rows of one projection, which are found by personal values, into another sink.
class hiding_sink : public row_sink {
 public:
  hiding_sink(row_sink& into, const projection_type& of, const personal::vault& keys)
      : into_(into), of_(of), keys_(keys) {}

  [[nodiscard]] std::optional<std::string> get(std::string_view key) const override { return into_.get(key); }
  void put(std::string_view key, std::string_view row) override { into_.put(key, row); }
  void erase(std::string_view key) override { into_.erase(key); }
  [[nodiscard]] std::optional<std::string> get_hidden(std::string_view value, personal_key_function as) const override;
  void put_hidden(std::string_view value, personal_key_function as, std::string_view row) override;
  void erase_hidden(std::string_view value, personal_key_function as) override;

 private:
  row_sink& into_;
  const projection_type& of_;
  const personal::vault& keys_;
};

/// Calls `change` with a sink for the rows of a projection: with `into` itself, or one that hides personal keys.
/// `keys`: null if no domain has personal data.
template <class Change>
void with_hidden_keys(row_sink& into, const projection_type& of, const personal::vault* keys, Change change) {
  if (!keys || !of.has_personal_keys) return change(into);
  hiding_sink hidden(into, of, *keys);
  change(hidden);
}

/// The number of the key whose subject a row of such a family belongs to; nothing if it is no such row. 0: none.
[[nodiscard]] std::optional<std::uint64_t> owner_of_hidden_row(std::string_view key, std::string_view row);

/// Removes the rows that are found by the values of an erased subject.
void erase_hidden_rows(store::batch& in, family rows, std::uint64_t key);

/// Rows as decide and answer see them: sealed values are clear, and rows are found by clear keys.
class opened_rows : public row_source {
 public:
  /// `keys`: null if no domain has personal data.
  opened_rows(const row_source& of, const catalog& domains, const personal::vault* keys)
      : of_(of), domains_(domains), keys_(keys) {}

  [[nodiscard]] std::optional<std::string> get(view_tag view, std::string_view key) const override;
  void scan(view_tag view, std::string_view from,
            const std::function<bool(std::string_view, std::string_view)>& row) const override;
  [[nodiscard]] std::optional<std::string> get_hidden(view_tag view, std::string_view key) const override;

 private:
  const row_source& of_;
  const catalog& domains_;
  const personal::vault* keys_;
};

/// A state as decide sees it.
[[nodiscard]] std::any opened_state(const std::any& state, const aggregate_type& type, const personal::vault& keys);

}  // namespace weir
