#include "http/parameters.hpp"

#include <algorithm>
#include <charconv>

#include "base/suggestion.hpp"
#include "http/problem.hpp"

namespace weir::http {

parameter_reader::parameter_reader(const target& where, std::string_view repeatable) : where_(where) {
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : where.parameters()) {
    if (name != repeatable && std::find(seen.begin(), seen.end(), name) != seen.end())
      fault(name, "is given more than once");
    seen.push_back(name);
  }
}

std::optional<std::string_view> parameter_reader::text(std::string_view name) {
  known_.push_back(name);
  return where_.parameter(name);
}

std::optional<std::uint64_t> parameter_reader::number(std::string_view name, std::uint64_t least, std::uint64_t most) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  std::uint64_t number = 0;
  const char* end = value->data() + value->size();
  const auto [read_to, wrong] = std::from_chars(value->data(), end, number);
  if (wrong == std::errc{} && read_to == end && number >= least && number <= most) return number;
  std::string detail = "must be a whole number of at least " + std::to_string(least);
  if (most < exact_number_max) detail += " and at most " + std::to_string(most);
  fault(name, std::move(detail));
  return std::nullopt;
}

void parameter_reader::fault(std::string_view name, std::string detail) {
  faults_.push_back({"/" + std::string(name), std::move(detail)});
}

void parameter_reader::finish() {
  for (const auto& [name, value] : where_.parameters()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    fault(name, "is not a parameter of this path" + suggestion(name, known_));
  }
  if (!faults_.empty()) throw problem_raised{explain(faults_)};
}

}  // namespace weir::http
