#pragma once

#include <string>
#include <string_view>

#include "codec/codec.hpp"

namespace weir::fuzz {

/// A struct that the codec is tried with: of the domain users, or of the test domain with every type in every place.
[[nodiscard]] const schema::structure& shape_of(unsigned choice);

/// What is true of all bytes that the codec accepted: every protocol and JSON hold the same value.
void claim_round_trips(const std::string& compact, const schema::structure& shape, codec::checks held_against);

}  // namespace weir::fuzz
