#include "api/docs.hpp"

#include <functional>
#include <memory>
#include <string_view>

#include "http/exchange.hpp"
#include "http/header_values.hpp"
#include "openapi/reference/reference_page.hpp"

namespace weir::api {
namespace {

/// The page runs its own scripts and styles, and asks this server only. Nobody may frame it.
constexpr std::string_view page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src "
    "'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What is the same until another Weir runs here.
struct document {
  std::string_view media_type;
  std::string_view content;
  std::string tag;
};

document tagged(std::string_view media_type, std::string_view content) {
  return {media_type, content, std::to_string(std::hash<std::string_view>{}(content))};
}

/// Clients keep it, and ask each time whether it is still the same.
void respond_with(exchange& x, const document& what) {
  response answer;
  answer.set("ETag", "\"" + what.tag + "\"");
  answer.set("Cache-Control", "no-cache");
  answer.set("X-Content-Type-Options", "nosniff");
  if (what.media_type.starts_with("text/html")) {
    answer.set("Content-Security-Policy", page_policy);
    answer.set("Referrer-Policy", "no-referrer");
  }
  if (client_has(x.request(), what.tag)) {
    answer.status = 304;
  } else {
    answer.set("Content-Type", what.media_type);
    answer.body = what.content;
  }
  x.respond(std::move(answer));
}

}  // namespace

void add_docs(router& to, std::string contract) {
  const auto kept = std::make_shared<const std::string>(std::move(contract));
  to.add_quick(method::get, "/openapi.json", auth::requirement::open(),
               [kept, what = tagged("application/json", *kept)](exchange& x) { respond_with(x, what); });
  for (const openapi::page_file& file : openapi::reference_page()) {
    const std::string path = file.name == "index.html" ? "/docs" : "/docs/" + std::string(file.name);
    to.add_quick(method::get, path, auth::requirement::open(),
                 [what = tagged(file.media_type, file.content)](exchange& x) { respond_with(x, what); });
  }
}

}  // namespace weir::api
