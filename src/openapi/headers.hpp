#pragma once

#include <initializer_list>
#include <string_view>

#include "openapi/components.hpp"
#include "openapi/json.hpp"

/// The header fields of requests and answers.
namespace weir::openapi {

/// A request's header field as a parameter: IdempotencyKey, IfMatch, IfNoneMatch, IfNoneMatchAny, Prefer,
/// CorrelationId, CausationId, Traceparent.
[[nodiscard]] json header_parameter(components& into, std::string_view name);

/// An answer's header fields: ETag, Location, Weir-Position, Idempotency-Replayed, Preference-Applied, Retry-After,
/// Link, Accept-Post.
[[nodiscard]] json response_headers(components& into, std::initializer_list<std::string_view> names);

}  // namespace weir::openapi
