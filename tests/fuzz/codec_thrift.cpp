// A struct in one of Thrift's protocols, which the build names. Input: the struct, its bytes.
#include "fuzz/fuzz.hpp"
#include "fuzz/shapes.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  const auto& shape = shape_of(take_choice(input));
  const auto decoded = codec::from_thrift(input, codec::protocol::WEIR_FUZZED_PROTOCOL, shape);
  if (const auto* compact = std::get_if<std::string>(&decoded)) {
    claim_round_trips(*compact, shape, codec::checks::every_rule);
  }
  if (const auto* faults = std::get_if<codec::invalid>(&decoded)) {
    claim(!faults->violations.empty(), "a refusal says why");
  }
}

}  // namespace weir::fuzz
