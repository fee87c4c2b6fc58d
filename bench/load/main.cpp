// Load for Weir, beside wrk: what wrk cannot do. Prints its figures as one JSON object; exits with 1, and says why, as
// soon as anything goes otherwise than it must.
#include <iostream>
#include <string>
#include <vector>

#include "load/client.hpp"

namespace {

constexpr const char* usage = R"(usage: bench_load WHAT PORT ...
  create PORT CONNECTIONS FIRST COUNT           createUser as fast as it is answered
  scatter PORT CONNECTIONS FIRST COUNT          the same with ids in no order
  pace PORT CONNECTIONS FIRST RATE SECONDS      createUser at a fixed rate
  import PORT FIRST COUNT                       createUser as NDJSON over one connection
  read PORT TARGET ACCEPT                       one GET, counted and thrown away
  subscribe PORT SUBSCRIBERS FIRST RATE SECONDS createUser at a fixed rate, and SSE to subscribers
  idle PORT SUBSCRIBERS                         SSE to subscribers, until stdin ends
)";

int run(const std::vector<std::string>& words) {
  using namespace weir::bench;
  if (words.size() < 2) {
    std::cerr << usage;
    return 2;
  }
  const std::string& what = words[0];
  const auto port = static_cast<std::uint16_t>(std::stoul(words[1]));
  const auto number = [&words](std::size_t i) { return std::stoull(words[i]); };
  const auto count = [&words](std::size_t i) { return std::stoi(words[i]); };
  if (what == "create" && words.size() == 5) {
    create_all(port, count(2), number(3), number(4), ids::growing);
  } else if (what == "scatter" && words.size() == 5) {
    create_all(port, count(2), number(3), number(4), ids::scattered);
  } else if (what == "pace" && words.size() == 6) {
    create_at_rate(port, count(2), number(3), std::stod(words[4]), std::stod(words[5]));
  } else if (what == "import" && words.size() == 4) {
    import(port, number(2), number(3));
  } else if (what == "read" && words.size() == 4) {
    read(port, words[2], words[3]);
  } else if (what == "subscribe" && words.size() == 6) {
    subscribe(port, count(2), number(3), std::stod(words[4]), std::stod(words[5]));
  } else if (what == "idle" && words.size() == 3) {
    subscribe_idly(port, count(2));
  } else {
    std::cerr << usage;
    return 2;
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run({arguments + 1, arguments + count});
  } catch (const std::exception& fault) {
    std::cerr << "bench_load: " << fault.what() << "\n";
    return 1;
  }
}
