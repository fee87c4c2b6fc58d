// Where a feed begins: Last-Event-ID, its parameter, Weir-Min-Position. Input: a byte with the length of the field's
// value, that value, the query of the URL.
#include <algorithm>

#include "api/feed.hpp"
#include "api/min_position.hpp"
#include "fuzz/fuzz.hpp"
#include "http/problem.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  const std::size_t announced = take_choice(input);
  const std::size_t length = std::min(announced, input.size());
  const std::string_view value = input.substr(0, length);
  const std::string target = "/events?" + std::string(input.substr(length));
  http::request asked;
  if (asked.where.read(target)) return;
  asked.fields.push_back({"Last-Event-ID", value});
  asked.fields.push_back({"Weir-Min-Position", value});
  http::parameter_reader parameters(asked.where, api::last_event_id_parameter);
  try {
    if (const auto id = api::last_event_id(asked, parameters)) {
      claim(id->at.value <= http::exact_number_max, "a position is a number that JSON holds");
      if (!value.empty())
        claim(std::stoull(std::string(value)) == id->at.value, "the header field goes before the parameter");
      if (id->mark) {
        std::string again;
        append_position(again, id->at, *id->mark);
        const auto read_again = read_position(again);
        claim(read_again && read_again->at == id->at && read_again->mark == id->mark,
              "an id is read as it was written");
      }
    }
    const auto after = api::position_parameter(parameters, "after", position{7});
    if (after) claim(after->at.value <= http::exact_number_max, "a number keeps its bounds");
    parameters.finish();
  } catch (const http::problem_raised& raised) {
    (void)http::to_response(raised.what, "#1");
  }
  try {
    if (const auto least = api::given_min_position(asked)) {
      claim(std::to_string(least->at.value).size() <= value.size(), "a position is what the digits say");
    }
  } catch (const http::problem_raised& raised) {
    (void)http::to_response(raised.what, "#1");
  }
}

}  // namespace weir::fuzz
