#pragma once

#include <span>
#include <string>
#include <string_view>

#include "codec/codec.hpp"
#include "http/message.hpp"

/// One value, several media types: what bodies may come in and go out as.
namespace weir::http {

enum class representation { json, thrift_json, thrift_binary, thrift_compact, cloudevents_batch, ndjson, server_sent };

/// A struct as JSON, or in one of Thrift's protocols.
inline constexpr representation struct_representations[] = {
    representation::json, representation::thrift_json, representation::thrift_binary, representation::thrift_compact};
/// A command, or any number of them, one a line.
inline constexpr representation command_representations[] = {representation::json, representation::thrift_json,
                                                             representation::thrift_binary,
                                                             representation::thrift_compact, representation::ndjson};
inline constexpr representation ndjson_only[] = {representation::ndjson};
/// What none of the IDL's structs is.
inline constexpr representation json_only[] = {representation::json};
/// A page of events: as a struct, or as what other systems take events as.
inline constexpr representation page_representations[] = {representation::json, representation::thrift_json,
                                                          representation::thrift_binary, representation::thrift_compact,
                                                          representation::cloudevents_batch};
/// Events as a page, or one after another: a line each to the present head, or as they happen, without an end.
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

/// The state that such a tag is of, whatever the representation.
[[nodiscard]] std::string_view state_of(std::string_view entity_tag);

/// What a client likes best of what is on offer; of equals the one that stands first. Throws problem_raised (406, with
/// what is on offer) if it takes none.
[[nodiscard]] representation negotiate(const request& asked, std::span<const representation> offered);

/// What a request's body is, by its Content-Type. Throws problem_raised (415, with what is taken) if it is none of
/// these. A body without Content-Type is refused too: pages of any origin may send those across origins unasked.
[[nodiscard]] representation body_representation(const request& asked, std::span<const representation> taken);

/// A compressed body is refused: throws problem_raised (415). Those who call body_representation() need not call it.
void refuse_content_coding(const request& asked);

/// A body as a struct's compact bytes, or why it is none.
[[nodiscard]] codec::decoded decode_body(std::string_view body, representation in, const schema::structure& shape);

/// A struct's compact bytes in that representation, appended. Error errc::corrupt as codec::to_json.
[[nodiscard]] result<> encode_body(std::string_view compact, const schema::structure& shape, representation out,
                                   std::string& body);

}  // namespace weir::http
