#pragma once

#include <span>
#include <string>
#include <string_view>

#include "codec/codec.hpp"
#include "http/message.hpp"

/// The representations (media types) of request and answer bodies.
namespace weir::http {

enum class representation { json, thrift_json, thrift_binary, thrift_compact, cloudevents_batch, ndjson, server_sent };

/// A struct as JSON, or in one of Thrift's protocols.
inline constexpr representation struct_representations[] = {
    representation::json, representation::thrift_json, representation::thrift_binary, representation::thrift_compact};
/// A command, or any number of commands, one per line.
inline constexpr representation command_representations[] = {representation::json, representation::thrift_json,
                                                             representation::thrift_binary,
                                                             representation::thrift_compact, representation::ndjson};
inline constexpr representation ndjson_only[] = {representation::ndjson};
/// A value that is not a struct of the IDL.
inline constexpr representation json_only[] = {representation::json};
/// A page of events: as a struct, or as CloudEvents for other systems.
inline constexpr representation page_representations[] = {representation::json, representation::thrift_json,
                                                          representation::thrift_binary, representation::thrift_compact,
                                                          representation::cloudevents_batch};
/// Events as a page; as lines up to the current head; or as server-sent events without an end.
inline constexpr representation feed_representations[] = {
    representation::json,           representation::thrift_json,       representation::thrift_binary,
    representation::thrift_compact, representation::cloudevents_batch, representation::ndjson,
    representation::server_sent};

/// application/json, application/vnd.apache.thrift.binary, and so on.
[[nodiscard]] std::string_view media_type_of(representation which);

/// All media types as one list: "application/json, application/vnd.apache.thrift.json".
[[nodiscard]] std::string media_types_of(std::span<const representation> all);

/// The entity tag of a state in that representation, without quotes: `3` in JSON, `3-binary`, `3-compact` and `3-tjson`
/// in Thrift's protocols. One strong tag stands for the same bytes only (RFC 9110, section 8.8.3).
[[nodiscard]] std::string tag_of(std::string_view state, representation as);

/// The state that such a tag names, for any representation.
[[nodiscard]] std::string_view state_of(std::string_view entity_tag);

/// The offered representation that the client prefers; of equals, the first. Throws problem_raised (406, with the
/// offered media types) if it accepts none.
[[nodiscard]] representation negotiate(const request& asked, std::span<const representation> offered);

/// The representation of a request's body, by its Content-Type. Throws problem_raised (415, with the accepted media
/// types) if it is not accepted. A body without Content-Type is refused too: browsers let pages of any origin send
/// those without a preflight.
[[nodiscard]] representation body_representation(const request& asked, std::span<const representation> taken);

/// Refuses a compressed body: throws problem_raised (415). body_representation() does this too.
void refuse_content_coding(const request& asked);

/// A body as a struct's compact bytes, or its faults.
[[nodiscard]] codec::decoded decode_body(std::string_view body, representation in, const schema::structure& shape);

/// A struct's compact bytes in that representation, appended. Error errc::corrupt as codec::to_json.
[[nodiscard]] result<> encode_body(std::string_view compact, const schema::structure& shape, representation out,
                                   std::string& body);

}  // namespace weir::http
