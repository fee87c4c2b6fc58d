#pragma once

#include <string>
#include <vector>

#include "http/message.hpp"

/// Cross-origin requests of browsers (the Fetch standard's CORS protocol): off unless origins are named.
namespace weir::http {

/// Whether a text is an origin as browsers send it (https://app.example, http://localhost:3000), or `*` for all.
[[nodiscard]] bool is_origin(std::string_view text);

/// Whether a page of an origin that is not allowed made a browser send this request. A request without a body needs no
/// preflight, so the server itself must check it before it has an effect.
[[nodiscard]] bool is_of_another_site(const std::vector<std::string>& origins, const request& asked);

/// Lets a page of an allowed origin read this answer; does nothing for other requests.
void allow_origin(const std::vector<std::string>& origins, const request& asked, response& answer);

/// Answers a preflight: which methods and header fields may be sent. `methods`: of the path, as in Allow.
void allow_preflight(const std::vector<std::string>& origins, const request& asked, std::string_view methods,
                     response& answer);

}  // namespace weir::http
