#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace weir {

/// Changed rows that are not written yet: the last change of each family and key. A row that is changed a hundred times
/// in a batch is one row of the write.
///
/// Order:        of a family's keys, as bytes.
/// Concurrency:  one thread.
class changed_rows {
 public:
  /// A row's new value; nothing: it is erased.
  using change = std::optional<std::string>;
  using rows = std::map<std::string, change, std::less<>>;

  void put(family in, std::string_view key, std::string_view value);
  void erase(family in, std::string_view key);

  /// The change of a row; null if there is none.
  [[nodiscard]] const change* find(family in, std::string_view key) const;
  /// All changes of a family; null if there are none.
  [[nodiscard]] const rows* of(family in) const;

  /// Calls `each(family, rows)` for every family.
  template <class Function>
  void for_each(Function each) const {
    for (const family_rows& one : families_) each(one.in, one.changed);
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  /// Bytes of all keys and values.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

  /// Sets a mark; undoes all changes since the last mark and removes it; only removes the last mark.
  void mark() { marks_.push_back(undo_.size()); }
  void back_to_mark();
  void drop_mark();

 private:
  struct family_rows {
    family in;
    rows changed;
  };
  /// What a change since a mark has replaced.
  struct replaced {
    family_rows* in;
    rows::iterator row;
    std::optional<change> before;  ///< nothing: there was no change of the row
  };

  [[nodiscard]] family_rows& rows_of(family in);
  void set(family in, std::string_view key, change value);
  static std::size_t bytes_of(std::string_view key, const change& value) {
    return key.size() + (value ? value->size() : 0);
  }

  std::deque<family_rows> families_;  ///< a handful; they stay where they are
  std::vector<replaced> undo_;        ///< kept while there are marks
  std::vector<std::size_t> marks_;
  std::size_t count_ = 0, bytes_ = 0;
};

}  // namespace weir
