#include "rpc/problem_struct.hpp"

namespace weir::rpc {

Problem struct_of(const problem& what) {
  Problem made;
  made.type = what.type;
  made.title = what.title;
  made.status = what.status;
  if (!what.detail.empty()) made.__set_detail(what.detail);
  if (!what.errors.empty()) {
    std::vector<Violation> errors;
    for (const codec::violation& each : what.errors) {
      Violation& added = errors.emplace_back();
      added.pointer = each.pointer;
      added.detail = each.detail;
    }
    made.__set_errors(errors);
  }
  const auto number = [&](const char* name) -> std::optional<std::int64_t> {
    const auto found = what.extras.find(name);
    if (found == what.extras.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
  };
  if (const auto expected = number("expected")) made.__set_expected(*expected);
  if (const auto actual = number("actual")) made.__set_actual(*actual);
  const auto outcome = what.extras.find("outcome");
  if (outcome != what.extras.end() && outcome->is_string()) made.__set_outcome(outcome->get<std::string>());
  return made;
}

}  // namespace weir::rpc
