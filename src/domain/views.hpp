#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/numbers.hpp"
#include "base/time.hpp"
#include "codec/compact.hpp"

namespace weir {

/// Which projection's rows are meant: the address of a constant that each projection type has one of.
using view_tag = const void*;

template <class Projection>
inline constexpr char view_tag_of = 0;

/// Rows of all views, as bytes. Keys are ordered as bytes.
class row_source {
 public:
  virtual ~row_source() = default;
  [[nodiscard]] virtual std::optional<std::string> get(view_tag view, std::string_view key) const = 0;
  /// Calls `row` for keys from `from` on, in order, until it says false.
  virtual void scan(view_tag view, std::string_view from,
                    const std::function<bool(std::string_view key, std::string_view row)>& row) const = 0;
};

/// The rows of one view, to be changed.
class row_sink {
 public:
  virtual ~row_sink() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual void put(std::string_view key, std::string_view row) = 0;
  virtual void erase(std::string_view key) = 0;
};

/// The views as `decide` and `answer` read them. To `decide` they are exactly up to date, the earlier commands of the
/// same batch included; `answer` sees one consistent moment.
class views {
 public:
  explicit views(const row_source& source) : source_(source) {}

  /// A row by its key; nothing if there is none.
  template <class Projection>
  [[nodiscard]] std::optional<typename Projection::row> get(std::string_view key) const {
    const auto bytes = source_.get(&view_tag_of<Projection>, key);
    if (!bytes) return std::nullopt;
    return codec::decode<typename Projection::row>(*bytes);
  }

  /// Whether there is a row of that key.
  template <class Projection>
  [[nodiscard]] bool contains(std::string_view key) const {
    return source_.get(&view_tag_of<Projection>, key).has_value();
  }

  /// Calls `each(key, row)` from the key `from` on, in the order of the keys' bytes, until it says false.
  template <class Projection, class Function>
  void scan(std::string_view from, Function each) const {
    source_.scan(&view_tag_of<Projection>, from, [&each](std::string_view key, std::string_view bytes) -> bool {
      return each(key, codec::decode<typename Projection::row>(bytes));
    });
  }

 private:
  const row_source& source_;
};

/// The rows of one projection, as its `on` functions change them.
template <class Projection>
class rows {
 public:
  using row = typename Projection::row;
  explicit rows(row_sink& sink) : sink_(sink) {}

  [[nodiscard]] std::optional<row> get(std::string_view key) const {
    const auto bytes = sink_.get(key);
    if (!bytes) return std::nullopt;
    return codec::decode<row>(*bytes);
  }
  void put(std::string_view key, const row& value) { sink_.put(key, codec::encode(value)); }
  void erase(std::string_view key) { sink_.erase(key); }

  /// Changes a row in place; one that is absent begins as a default one.
  template <class Function>
  void change(std::string_view key, Function function) {
    row value = get(key).value_or(row{});
    function(value);
    put(key, value);
  }

 private:
  row_sink& sink_;
};

/// When and where an event was recorded, as a projection sees it.
struct recording {
  weir::position position;
  std::string_view stream;
  weir::sequence sequence;
  timestamp at;
};

}  // namespace weir
