#pragma once

#include "openapi/json.hpp"

/// The media types beside JSON that a value comes and goes in.
namespace weir::openapi {

/// Adds to a `content` object with a struct as JSON the same struct in Thrift's protocols.
void add_thrift(json& content);

/// Adds to a `content` object with a page of events what gives them one after another.
void add_feeds(json& content);

/// The media types of a Thrift call over HTTP, as a `content` object.
[[nodiscard]] json thrift_call_content();

}  // namespace weir::openapi
