// JSON text of a struct. Input: the struct, what it is held against, the text.
#include "fuzz/fuzz.hpp"
#include "fuzz/shapes.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  const auto& shape = shape_of(take_choice(input));
  const auto held_against = take_choice(input) % 4 == 1 ? codec::checks::types_only : codec::checks::every_rule;
  const auto decoded = codec::from_json(input, shape, held_against);
  if (const auto* compact = std::get_if<std::string>(&decoded)) claim_round_trips(*compact, shape, held_against);
  if (const auto* faults = std::get_if<codec::invalid>(&decoded)) {
    claim(!faults->violations.empty(), "a refusal says why");
  }
  (void)codec::json_text_member(input, "createUser");
  const auto array = codec::from_json_array(input, shape, 3);
  if (const auto* all = std::get_if<std::vector<std::string>>(&array)) {
    claim(!all->empty() && all->size() <= 3, "an array has as many elements as it may");
    for (const auto& each : *all) claim_round_trips(each, shape, codec::checks::every_rule);
  }
}

}  // namespace weir::fuzz
