#pragma once

#include "openapi/json.hpp"

/// The media types of bodies beside JSON.
namespace weir::openapi {

/// Adds to a `content` object with a struct as JSON the same struct in Thrift's protocols.
void add_thrift(json& content);

/// Adds lines and server-sent events to a `content` object with a page of events.
void add_feeds(json& content);

/// The media types of a Thrift call over HTTP, as a `content` object.
[[nodiscard]] json thrift_call_content();

}  // namespace weir::openapi
