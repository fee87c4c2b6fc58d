#include "fuzz/shapes.hpp"

#include <array>
#include <tuple>

#include "fuzz/fuzz.hpp"
#include "users/binding.hpp"
#include "weir_test_nasty/binding.hpp"

// Thrift declares the order of structs that are keys, and leaves it to us to define it.
namespace weir::weir_test_nasty {
bool Point::operator<(const Point& other) const { return std::tie(x, y) < std::tie(other.x, other.y); }
}  // namespace weir::weir_test_nasty

namespace weir::fuzz {

const schema::structure& shape_of(unsigned choice) {
  static const std::array shapes = [] {
    const auto& nasty = *weir_test_nasty::binding::idl();
    const auto& users = *users::binding::idl();
    return std::array{users.find("Command"),    users.find("Event"),    users.find("ListUsersQuery"),
                      users.find("UserList"),   nasty.find("Command"),  nasty.find("Everything"),
                      nasty.find("Containers"), nasty.find("Scalars"),  nasty.find("Tree"),
                      nasty.find("Choice"),     nasty.find("Defaults"), nasty.find("FindQuery"),
                      nasty.find("Scattered")};
  }();
  const schema::structure* chosen = shapes[choice % shapes.size()];
  claim(chosen != nullptr, "the IDL has the struct");
  return *chosen;
}

void claim_round_trips(const std::string& compact, const schema::structure& shape, codec::checks held_against) {
  std::string json;
  claim(codec::to_json(compact, shape, json).has_value(), "accepted bytes have JSON");
  const auto from_json = codec::from_json(json, shape, held_against);
  const auto* same = std::get_if<std::string>(&from_json);
  claim(same != nullptr, "JSON that Weir wrote is accepted");
  claim(*same == compact, "JSON gives the same bytes again");
  if (held_against == codec::checks::types_only) return;
  for (const auto by : {codec::protocol::binary, codec::protocol::compact, codec::protocol::json}) {
    std::string bytes;
    claim(codec::to_thrift(compact, shape, by, bytes).has_value(), "accepted bytes can be written by Thrift");
    const auto back = codec::from_thrift(bytes, by, shape);
    same = std::get_if<std::string>(&back);
    claim(same != nullptr, "Thrift that Weir wrote is accepted");
    claim(*same == compact, "Thrift gives the same bytes again");
  }
}

}  // namespace weir::fuzz
