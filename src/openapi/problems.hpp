#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "openapi/components.hpp"
#include "openapi/json.hpp"
#include "openapi/operation.hpp"
#include "openapi/type_schemas.hpp"

/// The problems (RFC 9457) of operations.
namespace weir::openapi {

/// Adds answers that operations share: MalformedRequest, MalformedBody, NotFound, ...
void add_problems(operation& to, components& into, std::initializer_list<std::string_view> responses);

/// Adds the problems of any request: malformed, too slow, too large, or a fault of the server.
void add_general_problems(operation& to, components& into);

/// Adds 409: one of these refusals of a domain. `personal`: or that a person's data was erased.
void add_conflicts(operation& to, components& into, type_schemas& types,
                   const std::vector<const schema::structure*>& exceptions, bool personal);

/// Adds 404: a query found nothing, for one of these reasons; or, for a point-in-time query, because there was nothing
/// yet.
void add_absences(operation& to, components& into, type_schemas& types,
                  const std::vector<const schema::structure*>& exceptions, bool of_the_past);

}  // namespace weir::openapi
