#pragma once

#include <array>
#include <string_view>

/// Names that Weir uses itself: a domain that uses one does not build.
namespace weir::schema {

/// The first segments of the paths at which Weir itself answers. No query of a domain has such a path.
inline constexpr std::array<std::string_view, 13> own_path_segments{
    "",   "admin",   "commands",     "docs",     "events", "health", "log",
    "me", "metrics", "openapi.json", "problems", "rpc",    "streams"};

/// The members of a refusal's problem: RFC 9457's, and those that Weir adds. No field of an exception has such a name
/// in JSON.
inline constexpr std::array<std::string_view, 10> problem_members{"code", "detail",  "errors", "index", "instance",
                                                                  "line", "outcome", "status", "title", "type"};

}  // namespace weir::schema
