#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/target.hpp"

namespace weir::http {

enum class method { get, head, post, put, patch, delete_, options, other };
inline constexpr std::size_t method_count = 8;

/// GET for method::get, and so on; "other" for methods that are not listed here.
[[nodiscard]] std::string_view name_of(method which);

/// Whether two texts are the same but for the case of ASCII letters.
[[nodiscard]] bool equals_ignoring_case(std::string_view left, std::string_view right);

/// A header field of a request, as it came.
struct header_field {
  std::string_view name, value;
};

/// The head of a request. Everything in it is a view that lives as long as the exchange does.
struct request {
  http::method method = method::other;
  std::string_view method_text;
  std::string_view target;  ///< as it came
  http::target where;       ///< the same, taken apart
  std::string_view host;    ///< whom it is for, with the port if it came with one: of an absolute target, else of Host
  int version = 11;         ///< 10 or 11
  std::vector<header_field> fields;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = false;
  bool expects_continue = false;

  [[nodiscard]] bool has_body() const { return chunked || content_length.value_or(0) > 0; }

  /// The value of a field; nothing if there is none. Of several, the first.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;

  /// The values of all fields of that name as one list (RFC 9110, section 5.3); nothing if there is none.
  [[nodiscard]] std::optional<std::string> field_list(std::string_view name) const;

  [[nodiscard]] std::size_t count(std::string_view name) const;
};

/// A whole answer. Date, Content-Length and Connection are added when it is sent.
struct response {
  int status = 200;
  std::string fields;  ///< header lines, as set() writes them
  std::string body;

  /// Adds a header field. Control characters in the value are left out, so that no value can begin another field.
  response& set(std::string_view name, std::string_view value);
  /// Removes the header fields with that name, in the same case as in set().
  void remove(std::string_view name);
  /// Whether there is a field with that name, in the same case as in set().
  [[nodiscard]] bool has(std::string_view name) const;
};

/// 200 with a body of that type.
[[nodiscard]] response ok(std::string_view content_type, std::string body);

}  // namespace weir::http
