#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.hpp"

/// The values of the header fields that the endpoints use.
namespace weir::http {

/// The elements of a comma-separated list (RFC 9110, section 5.6.1), without the spaces around them; commas in quoted
/// strings do not separate; empty elements are ignored.
[[nodiscard]] std::vector<std::string_view> list_elements(std::string_view list);

/// The media type of a Content-Type, as type/subtype, case unchanged; "" if it is not a media type.
[[nodiscard]] std::string_view media_type(std::string_view content_type);

/// Whether a Content-Type is application/json, in UTF-8 if it names a charset.
[[nodiscard]] bool is_json(std::string_view content_type);

/// The client's preference for a media type, in thousandths: the q-value of the most specific matching range of its
/// Accept (RFC 9110, section 12.5.1); 1000 if there is no Accept, 0 if it does not accept the type.
[[nodiscard]] int quality(const request& asked, std::string_view type);

/// Whether a client accepts a media type at all.
[[nodiscard]] bool accepts(const request& asked, std::string_view type);

/// One element of If-Match or If-None-Match.
struct entity_tag {
  std::string_view opaque;  ///< without the quotes
  bool weak = false;
};

/// What If-Match or If-None-Match asks for.
struct entity_condition {
  bool any = false;  ///< *
  std::vector<entity_tag> tags;
};

/// Reads the value of If-Match or If-None-Match (RFC 9110, section 13.1). Nothing if it is malformed.
[[nodiscard]] std::optional<entity_condition> read_condition(std::string_view value);

/// Whether If-None-Match names exactly this representation (weak comparison).
[[nodiscard]] bool client_has(const request& asked, std::string_view opaque_tag);

/// An entity tag as a number without a sign or leading zeros; nothing for any other tag.
[[nodiscard]] std::optional<std::uint64_t> tag_number(const entity_tag& tag);

/// The key of an Idempotency-Key, bare or a quoted string (RFC 8941): 1 to 255 printable ASCII characters. Nothing for
/// any other value.
[[nodiscard]] std::optional<std::string> idempotency_key(std::string_view value);

/// How long the client would wait: the preference wait (RFC 7240, section 4.3), at most limits::wait_max. Nothing
/// without it, or if it is not a number.
[[nodiscard]] std::optional<std::chrono::seconds> preferred_wait(const request& asked);

/// Whether Prefer (RFC 7240) holds a preference with this value, such as return and representation.
[[nodiscard]] bool prefers(const request& asked, std::string_view preference, std::string_view value);

}  // namespace weir::http
