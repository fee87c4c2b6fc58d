#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/type_index.hpp>

#include "base/numbers.hpp"
#include "base/time.hpp"
#include "codec/compact.hpp"

namespace weir {

/// Identifies a projection: the address of a constant of its type.
using view_tag = const void*;

template <class Projection>
inline constexpr char view_tag_of = 0;

/// Makes the key of a row from a personal value in clear: `static std::string personal_key(std::string_view value)` of a
/// projection whose rows are found by personal values. Weir keeps a hash of it.
using personal_key_function = std::string (*)(std::string_view value);

namespace defining {

/// A struct that the Thrift compiler generated from the IDL.
template <class Type>
concept generated_struct = std::is_class_v<Type> && requires(Type value, codec::detail::compact_protocol* protocol) {
  value.read(protocol);
  value.write(protocol);
};

template <class Part>
concept projection_part = requires {
  typename Part::row;
  { Part::name } -> std::convertible_to<std::string_view>;
  { Part::version } -> std::convertible_to<int>;
};

/// Whether a projection has a personal_key().
template <class Projection>
constexpr bool has_personal_keys = requires {
  { &Projection::personal_key } -> std::convertible_to<personal_key_function>;
};

/// Whether a projection is async: `static constexpr bool async = true`.
template <class Projection>
constexpr bool is_async = [] {
  if constexpr (requires { Projection::async; }) {
    return Projection::async;
  } else {
    return false;
  }
}();

/// The views that the code of this program reads, and those that some define_domain<> lists. Static constants, which
/// reading and listing a view instantiate, register them before main().
struct known_view {
  view_tag tag;
  std::string name;  ///< users (weir::users::users_view)
};

struct known_views {
  std::vector<known_view> read, listed;
  static known_views& of_this_program() {
    static known_views all;
    return all;
  }
};

template <class Projection>
known_view as_known() {
  return {&view_tag_of<Projection>,
          std::string(Projection::name) + " (" + boost::typeindex::type_id<Projection>().pretty_name() + ")"};
}

template <class Projection>
struct noted {
  inline static const bool as_read = [] {
    known_views::of_this_program().read.push_back(as_known<Projection>());
    return true;
  }();
  inline static const bool as_listed = [] {
    known_views::of_this_program().listed.push_back(as_known<Projection>());
    return true;
  }();
};

/// Throws std::logic_error if a view is read that no define_domain<> of the program lists: it would stay empty.
inline void check_that_views_read_are_listed() {
  std::string faults;
  const known_views& all = known_views::of_this_program();
  for (const known_view& read : all.read) {
    bool listed = false;
    for (const known_view& one : all.listed) listed = listed || one.tag == read.tag;
    if (listed) continue;
    faults +=
        (faults.empty() ? "" : "\n") + ("the view " + read.name) +
        " is read, but no define_domain<> lists it: add its projection to the list in define_domain<> of its domain";
  }
  if (!faults.empty()) throw std::logic_error(faults);
}

/// Compile-time checks of a view that is read. Called by every read.
template <class Projection>
void check_read() {
  static_assert(
      projection_part<Projection>,
      "only a projection can be read: a struct with row, name, version and on(), which define_domain<> lists");
  if constexpr (projection_part<Projection>) {
    static_assert(generated_struct<typename Projection::row>,
                  "the row of this projection is no generated struct: declare the row in the domain's IDL");
    (void)&noted<Projection>::as_read;
  }
}

}  // namespace defining

/// Rows of all views, as bytes. Keys are ordered as bytes.
class row_source {
 public:
  virtual ~row_source() = default;
  [[nodiscard]] virtual std::optional<std::string> get(view_tag view, std::string_view key) const = 0;
  /// Calls `row` for keys from `from` on, in order, until it says false.
  virtual void scan(view_tag view, std::string_view from,
                    const std::function<bool(std::string_view key, std::string_view row)>& row) const = 0;
  /// The row under the hash of a key.
  [[nodiscard]] virtual std::optional<std::string> get_hidden(view_tag view, std::string_view key) const {
    return get(view, key);
  }
};

/// The rows of one view, to be changed.
class row_sink {
 public:
  virtual ~row_sink() = default;
  [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
  virtual void put(std::string_view key, std::string_view row) = 0;
  virtual void erase(std::string_view key) = 0;

  // The same for the row under the hash of the key that `as` makes of a personal value. `value` may be sealed. Nothing
  // happens if it is erased.
  [[nodiscard]] virtual std::optional<std::string> get_hidden(std::string_view value, personal_key_function as) const {
    return get(as(value));
  }
  virtual void put_hidden(std::string_view value, personal_key_function as, std::string_view row) {
    put(as(value), row);
  }
  virtual void erase_hidden(std::string_view value, personal_key_function as) { erase(as(value)); }
};

/// The views as `answer` reads them: one consistent snapshot.
class views {
 public:
  explicit views(const row_source& source) : source_(source) {}

  /// A row by its key; nothing if there is none.
  template <class Projection>
  [[nodiscard]] std::optional<typename Projection::row> get(std::string_view key) const {
    const auto bytes = find<Projection>(key);
    if (!bytes) return std::nullopt;
    return codec::decode<typename Projection::row>(*bytes);
  }

  /// Whether there is a row of that key.
  template <class Projection>
  [[nodiscard]] bool contains(std::string_view key) const {
    return find<Projection>(key).has_value();
  }

  /// Calls `each(key, row)` from the key `from` on, in the order of the keys' bytes, until it says false.
  template <class Projection, class Function>
  void scan(std::string_view from, Function each) const {
    defining::check_read<Projection>();
    static_assert(!defining::has_personal_keys<Projection>,
                  "a view with personal keys cannot be scanned: its rows stand under hashes, in no order");
    source_.scan(&view_tag_of<Projection>, from, [&each](std::string_view key, std::string_view bytes) -> bool {
      return each(key, codec::decode<typename Projection::row>(bytes));
    });
  }

 private:
  template <class Projection>
  [[nodiscard]] std::optional<std::string> find(std::string_view key) const {
    defining::check_read<Projection>();
    if constexpr (defining::has_personal_keys<Projection>) {
      return source_.get_hidden(&view_tag_of<Projection>, Projection::personal_key(key));
    } else {
      return source_.get(&view_tag_of<Projection>, key);
    }
  }

  const row_source& source_;
};

/// The views as `decide` reads them: up to date, including earlier commands of the same batch. Async views may be
/// behind the event log, so `decide` cannot read them: that does not compile. A function for both `decide` and `answer`
/// takes inline_views: views convert to it.
class inline_views {
 public:
  inline_views(const views& all) : all_(all) {}  // NOLINT: implicit by purpose

  /// A row by its key; nothing if there is none.
  template <class Projection>
  [[nodiscard]] std::optional<typename Projection::row> get(std::string_view key) const {
    check<Projection>();
    return all_.get<Projection>(key);
  }

  /// Whether there is a row of that key.
  template <class Projection>
  [[nodiscard]] bool contains(std::string_view key) const {
    check<Projection>();
    return all_.contains<Projection>(key);
  }

  /// Calls `each(key, row)` from the key `from` on, in the order of the keys' bytes, until it says false.
  template <class Projection, class Function>
  void scan(std::string_view from, Function each) const {
    check<Projection>();
    all_.scan<Projection>(from, std::move(each));
  }

 private:
  template <class Projection>
  static void check() {
    static_assert(!defining::is_async<Projection>,
                  "decide() cannot read an async view, which may be behind the log: read the state or an inline view");
  }

  views all_;
};

/// The rows of one projection, as its `on` functions change them.
template <class Projection>
class rows {
 public:
  using row = typename Projection::row;
  explicit rows(row_sink& sink) : sink_(sink) {}

  // If the projection has a personal_key(), `key` is a personal value, as the event has it.
  [[nodiscard]] std::optional<row> get(std::string_view key) const {
    const auto bytes = find(key);
    if (!bytes) return std::nullopt;
    return codec::decode<row>(*bytes);
  }
  void put(std::string_view key, const row& value) {
    if constexpr (hidden) {
      sink_.put_hidden(key, &Projection::personal_key, codec::encode(value));
    } else {
      sink_.put(key, codec::encode(value));
    }
  }
  void erase(std::string_view key) {
    if constexpr (hidden) {
      sink_.erase_hidden(key, &Projection::personal_key);
    } else {
      sink_.erase(key);
    }
  }

  /// Changes a row in place; an absent row starts with default values.
  template <class Function>
  void change(std::string_view key, Function function) {
    row value = get(key).value_or(row{});
    function(value);
    put(key, value);
  }

 private:
  static constexpr bool hidden = defining::has_personal_keys<Projection>;

  [[nodiscard]] std::optional<std::string> find(std::string_view key) const {
    if constexpr (hidden) {
      return sink_.get_hidden(key, &Projection::personal_key);
    } else {
      return sink_.get(key);
    }
  }

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
