#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/codec.hpp"
#include "weir_test_nasty/binding.hpp"

/// Short names for what most tests of the codec do.
namespace weir::codec {

/// Pointer and detail.
using violations = std::vector<std::pair<std::string, std::string>>;

/// A struct of the nasty IDL.
[[nodiscard]] const schema::structure& nasty_shape(std::string_view name);

/// The bytes of what was decoded; fails the test with all faults if there are none.
[[nodiscard]] std::string bytes_of(decoded from);

/// What is wrong, or nothing; fails the test if it was malformed.
[[nodiscard]] violations violations_of(const decoded& from);

/// JSON of compact bytes; fails the test if they are corrupt.
[[nodiscard]] std::string json_of(std::string_view compact, const schema::structure& shape);

/// The struct in a Thrift protocol; fails the test if the bytes are corrupt.
[[nodiscard]] std::string thrift_of(std::string_view compact, const schema::structure& shape, protocol out);

/// Bytes as hexadecimal digits.
[[nodiscard]] std::string hex(std::string_view bytes);

/// The bytes of hexadecimal digits; spaces are passed over.
[[nodiscard]] std::string unhex(std::string_view digits);

inline constexpr protocol all_protocols[] = {protocol::binary, protocol::compact, protocol::json};

}  // namespace weir::codec
