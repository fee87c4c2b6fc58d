// Host, where only this machine's own names are allowed.
#include <algorithm>
#include <cctype>
#include <string>

#include "fuzz/fuzz.hpp"
#include "http/allowed_hosts.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  static const http::allowed_hosts own({"localhost", "127.0.0.1", "[::1]"});
  if (http::is_host(input)) {
    const http::allowed_hosts one({std::string(input)});
    claim(one.allow(input) && one.allow(std::string(input) + ":8080"), "a host that can be allowed is then allowed");
  }
  if (input.empty() || !own.allow(input)) return;
  std::string rest(input);
  std::transform(rest.begin(), rest.end(), rest.begin(), [](unsigned char c) { return std::tolower(c); });
  std::size_t name = 0;
  for (const char* each : {"localhost", "127.0.0.1", "[::1]"}) {
    if (rest.starts_with(each)) name = std::string_view(each).size();
  }
  claim(name > 0, "an allowed host begins with one of the names");
  rest.erase(0, name);
  if (rest.starts_with('.')) rest.erase(0, 1);
  claim(rest.empty() || (rest.front() == ':' && std::all_of(rest.begin() + 1, rest.end(),
                                                            [](unsigned char c) { return std::isdigit(c) != 0; })),
        "after the name there is a port or nothing");
}

}  // namespace weir::fuzz
