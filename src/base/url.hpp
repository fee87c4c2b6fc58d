#pragma once

#include <string>
#include <string_view>

namespace weir {

/// Appends a text as one segment of a path: percent-escapes all but unreserved characters (RFC 3986) and some that are
/// harmless there, such as '@' and '+'.
void append_path_segment(std::string& url, std::string_view text);

/// Appends a text as the value of a query parameter.
void append_query_value(std::string& url, std::string_view text);

}  // namespace weir
