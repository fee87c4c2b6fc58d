#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "codec/codec.hpp"

namespace weir::event_text {

/// Reads a line by the types of a schema, without its rules. Error: errc::invalid with all faults, each with a JSON
/// pointer.
[[nodiscard]] result<std::string> read_line(std::string_view json, const schema::structure& shape);

/// The fields of a struct in a line. Faults beyond their types are added to `faults`.
class line_fields {
 public:
  /// `pointer`: to the struct. The bytes, the shape and the faults outlive it.
  line_fields(std::string_view compact, const schema::structure& shape, std::vector<codec::violation>& faults,
              std::string pointer = "")
      : compact_(compact), shape_(shape), faults_(faults), pointer_(std::move(pointer)) {}

  // The value of a field; a fault of its own, and an empty value, where there is none that can be. What is not required
  // and not set is an empty text.
  [[nodiscard]] std::string text(std::string_view name);
  [[nodiscard]] std::uint64_t number(std::string_view name);  ///< at least 1
  [[nodiscard]] timestamp time(std::string_view name);
  [[nodiscard]] std::string uuid(std::string_view name);  ///< its 16 bytes
  [[nodiscard]] std::string traceparent(std::string_view name);
  /// The elements of a list of strings; none if it is not set.
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
  /// The bytes of a struct; those of an empty one if it is not set.
  [[nodiscard]] std::string_view structure(std::string_view name) const;

  void refuse(std::string_view name, std::string detail);

 private:
  [[nodiscard]] std::optional<std::string> shown(std::string_view name) const;

  const std::string_view compact_;
  const schema::structure& shape_;
  std::vector<codec::violation>& faults_;
  const std::string pointer_;
};

/// All of them in one sentence.
[[nodiscard]] error error_of(const std::vector<codec::violation>& faults);

/// A field of a schema that is made while the program runs.
[[nodiscard]] schema::field field_of(std::string name, schema::kind is, schema::requiredness presence);

/// Adds a field under the next number.
void add_field(schema::structure& to, schema::field one);

}  // namespace weir::event_text
