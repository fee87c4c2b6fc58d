// The target of a request, and its way to a route.
#include <vector>

#include "codec/utf8.hpp"
#include "fuzz/fuzz.hpp"
#include "http/parameters.hpp"
#include "http/problem.hpp"
#include "http/router.hpp"
#include "http/target.hpp"

namespace weir::fuzz {
namespace {

const http::router& some_routes() {
  static const http::router made;
  static const bool filled = [] {
    auto& routes = const_cast<http::router&>(made);
    for (const char* pattern :
         {"/", "/users", "/users/{userId}", "/users/by-email/{email}", "/streams/{stream}/events"}) {
      routes.add_quick(http::method::get, pattern, auth::requirement::open(), [](http::exchange&) {});
    }
    return true;
  }();
  claim(filled, "there are routes");
  return made;
}

std::string escaped(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string made;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    ((made += '%') += digits[byte >> 4]) += digits[byte & 15];
  }
  return made;
}

}  // namespace

void try_input(std::string_view input) {
  http::target read;
  if (const auto fault = read.read(input)) {
    claim(codec::is_utf8(*fault), "a fault can be shown");
    return;
  }
  if (read.is_asterisk()) return;
  // Written again with every byte escaped, it is the same target.
  std::string again;
  for (const auto segment : read.segments()) {
    claim(codec::is_utf8(segment), "a segment is UTF-8");
    again += '/' + escaped(segment);
  }
  char separator = '?';
  for (const auto& [name, value] : read.parameters()) {
    claim(codec::is_utf8(name) && codec::is_utf8(value), "a parameter is UTF-8");
    again += separator + escaped(name) + '=' + escaped(value);
    separator = '&';
  }
  http::target same;
  claim(!same.read(again), "what was read can be read again");
  claim(same.segments() == read.segments() && same.parameters() == read.parameters(), "it is the same then");

  std::vector<std::string_view> values;
  if (some_routes().find(read.segments(), values) == nullptr) (void)some_routes().near(read.segments());
  http::parameter_reader parameters(read);
  try {
    (void)parameters.text("stream");
    (void)parameters.number("limit", 1, 1000);
    parameters.finish();
  } catch (const http::problem_raised& raised) {
    (void)http::to_response(raised.what, "#1");
  }
}

}  // namespace weir::fuzz
