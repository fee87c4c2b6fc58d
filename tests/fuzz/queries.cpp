// The query of a URL, as parameters and cursor of GET /users. Input: what stands after the question mark.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "codec/codec.hpp"
#include "fuzz/fuzz.hpp"
#include "http/target.hpp"
#include "testing/scenario.hpp"
#include "users/binding.hpp"
#include "users/domain.hpp"

namespace weir::fuzz {
namespace {

constexpr int users_there = 8;

const testing::scenario& some_users() {
  static const testing::scenario made = [] {
    testing::scenario world(users::users());
    for (int i = 0; i < users_there; ++i) {
      const std::string id = "u" + std::to_string(i);
      world.given(R"({"userCreated":{"userId":")" + id + R"(","name":"Ada","email":")" + id + R"(@example.org"}})");
    }
    return world;
  }();
  return made;
}

}  // namespace

void try_input(std::string_view input) {
  http::target where;
  const std::string text = "/users?" + std::string(input);  // the target has views of it
  if (where.read(text)) return;
  const std::vector<std::pair<std::string, std::string>> parameters(where.parameters().begin(),
                                                                    where.parameters().end());
  const auto& shape = *users::binding::idl()->find("ListUsersQuery");
  const auto decoded = codec::from_parameters(parameters, shape);
  const auto* compact = std::get_if<std::string>(&decoded);
  if (compact == nullptr) return;
  std::string json;
  claim(codec::to_json(*compact, shape, json).has_value(), "accepted parameters have JSON");
  const auto query = nlohmann::json::parse(json);
  const auto page = nlohmann::json::parse(some_users().ask("listUsers", json));
  claim(page["users"].size() <= query.value("limit", std::size_t{50}),
        "a page holds at most as many as were asked for");
  std::string before = query.value("cursor", "");
  for (const auto& user : page["users"]) {
    const std::string id = user["userId"];
    claim(before < id, "a page goes on after its cursor, in order");
    before = id;
  }
}

}  // namespace weir::fuzz
