#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "codec/compact_reader.hpp"
#include "schema/schema.hpp"

namespace weir::personal {

/// Copies compact bytes of a struct by the schema, and lets a derived class change strings and binary values on the way.
/// Everything else, unknown fields too, is copied as it is.
class rewriting {
 public:
  virtual ~rewriting() = default;

  /// Errors: errc::corrupt if the bytes are no such struct; those of a fatal_error that change() throws.
  [[nodiscard]] result<std::string> rewrite(std::string_view compact, const schema::structure& shape);

 protected:
  struct text {
    std::string_view value;
    schema::kind is;             ///< string or binary
    const schema::field* field;  ///< whose value it is; null for an element of a list, set or map
  };
  enum class done {
    kept,     ///< the value is copied
    changed,  ///< `into` has another one
    left_out  ///< only of fields: the field is left out
  };
  /// Called for each string and each binary value.
  virtual done change(const text& value, std::string& into) = 0;
  /// Called at the beginning of a struct, with its bytes and what follows them; and at its end.
  virtual void enter(const schema::structure&, std::string_view) {}
  virtual void leave() {}

  /// The way to the present value: numbers of fields, and indexes of elements.
  [[nodiscard]] const std::vector<std::uint64_t>& place() const { return place_; }
  /// The same as a JSON pointer. Within a map it ends at the map.
  [[nodiscard]] std::string pointer() const;

 private:
  struct step {
    const schema::field* field;  ///< null: an element
    bool in_map;
  };
  void structure(const schema::structure& shape, std::size_t depth);
  void value(const schema::type& of, std::size_t depth);
  void element(const schema::type& of, std::uint64_t index, bool in_map, std::size_t depth);
  void copy(std::size_t from);

  std::string_view bytes_;
  std::optional<codec::compact_reader> in_;
  std::string out_;
  std::string changed_;
  std::vector<std::uint64_t> place_;
  std::vector<step> steps_;
};

}  // namespace weir::personal
