// Compact bytes as they are stored, damaged in any way. Input: the struct, the bytes.
#include "fuzz/fuzz.hpp"
#include "fuzz/shapes.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  const auto& shape = shape_of(take_choice(input));
  std::string json = "kept";
  if (!codec::to_json(input, shape, json)) claim(json == "kept", "damaged bytes leave no half JSON");
  for (const auto by : {codec::protocol::binary, codec::protocol::compact, codec::protocol::json}) {
    std::string bytes = "kept";
    if (!codec::to_thrift(input, shape, by, bytes)) claim(bytes == "kept", "damaged bytes leave no half struct");
  }
  if (shape.category == schema::category::union_) {
    const auto found = codec::member_of(input, shape);
    if (found) claim(found->bytes.size() < input.size(), "a member is shorter than its union");
  }
  for (const auto& field : shape.fields) {
    (void)codec::field_bytes(input, field);
    (void)codec::field_text(input, shape, field);
  }
}

}  // namespace weir::fuzz
