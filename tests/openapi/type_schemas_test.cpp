#include "openapi/type_schemas.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "openapi/openapi.hpp"
#include "users/binding.hpp"
#include "weir_test_nasty/binding.hpp"

namespace weir::openapi {
namespace {

/// The schemas of tests/idl/nasty, which has every type in every place.
class nasty_schemas : public testing::Test {
 protected:
  void SetUp() override {
    const std::vector<domain> all{{"nasty", idl_.get()}};
    components parts;
    type_schemas types(all, parts);
    for (const auto& shape : idl_->structures()) (void)types.of(*shape);
    schemas_ = parts.all()["schemas"];
  }

  [[nodiscard]] const json& of(const std::string& name) const { return schemas_.at(name); }
  [[nodiscard]] const json& of(const std::string& name, const std::string& field) const {
    return of(name)["properties"].at(field);
  }

  std::shared_ptr<const schema::idl> idl_ = weir_test_nasty::binding::idl();
  json schemas_;
};

TEST_F(nasty_schemas, keep_numbers_within_what_is_taken) {
  EXPECT_EQ(of("Scalars", "tiny"), json::parse(R"({"type":"integer","format":"int32","minimum":-128,"maximum":127})"));
  EXPECT_EQ(of("Scalars", "medium")["minimum"], -2147483648);
  EXPECT_EQ(of("Scalars", "large")["maximum"], 9007199254740991);
  EXPECT_EQ(of("Bounded", "number")["maximum"], 5);
  EXPECT_EQ(of("Bounded", "real"), json::parse(R"({"type":"number","format":"double","minimum":-1.5,"maximum":10})"));
  EXPECT_EQ(of("Scalars", "real")["oneOf"][1]["enum"], json::parse(R"(["NaN","Infinity","-Infinity"])"));
}

TEST_F(nasty_schemas, show_what_is_text_in_json_as_text) {
  EXPECT_EQ(of("BigNumber")["type"], "string");
  EXPECT_EQ(of("BigNumber")["format"], "int64");
  EXPECT_EQ(of("Moment")["format"], "date-time");
  EXPECT_EQ(of("Scalars", "bytes")["contentEncoding"], "base64");
  EXPECT_EQ(of("Bounded", "bytes")["maxLength"], 4);
  EXPECT_EQ(of("Bounded", "bytes")["description"], "At most 2 bytes.");
  EXPECT_EQ(of("Bounded", "big")["description"], "At least 9007199254740992.");
}

TEST_F(nasty_schemas, gather_the_rules_of_field_and_typedef) {
  EXPECT_EQ(of("Bounded", "word"), json::parse(R"({"type":"string","minLength":2,"maxLength":4,
      "allOf":[{"pattern":"^[a-z]+$"},{"pattern":"[aeiou]"}]})"));
  EXPECT_EQ(of("Bounded", "words"), json::parse(R"({"$ref":"#/components/schemas/Words"})"));
  EXPECT_EQ(of("Words")["minItems"], 1);
  EXPECT_EQ(of("Words")["items"]["$ref"], "#/components/schemas/ShortWord");
  EXPECT_EQ(of("ShortWord")["maxLength"], 4);
}

TEST_F(nasty_schemas, show_sets_maps_and_unions_as_the_codec_does) {
  EXPECT_EQ(of("Containers", "names")["uniqueItems"], true);
  EXPECT_EQ(of("Containers", "counts")["additionalProperties"]["type"], "integer");
  EXPECT_EQ(of("Containers", "byNumber")["propertyNames"]["pattern"], "^(?:0|-?[1-9][0-9]*)$");
  EXPECT_EQ(of("Containers", "byColour")["propertyNames"]["enum"], json::parse(R"(["RED","GREEN","BLUE"])"));
  EXPECT_EQ(of("Containers", "byPoint")["items"]["prefixItems"][0]["$ref"], "#/components/schemas/Point");
  EXPECT_EQ(of("Bounded", "counts")["maxProperties"], 1);
  ASSERT_EQ(of("Choice")["oneOf"].size(), 7u);
  for (const auto& choice : of("Choice")["oneOf"]) {
    EXPECT_EQ(choice["required"].size(), 1u);
    EXPECT_EQ(choice["additionalProperties"], false);
  }
}

TEST_F(nasty_schemas, show_a_union_of_one_as_the_object_that_it_is) {
  EXPECT_FALSE(of("NastyEvent").contains("oneOf"));
  EXPECT_EQ(of("NastyEvent")["required"], json::parse(R"(["done"])"));
}

TEST_F(nasty_schemas, may_refer_to_themselves) {
  EXPECT_EQ(of("Tree", "children")["items"]["$ref"], "#/components/schemas/Tree");
  EXPECT_EQ(of("Everything", "more")["items"]["$ref"], "#/components/schemas/Everything");
}

TEST_F(nasty_schemas, hold_defaults) {
  EXPECT_EQ(of("Defaults", "colour")["default"], "GREEN");
  EXPECT_EQ(of("Defaults", "numbers")["default"], json::parse("[1,2,3]"));
  EXPECT_EQ(of("Defaults", "moment")["default"], "2023-11-14T22:13:20Z");
}

TEST_F(nasty_schemas, leave_out_parameters_that_are_no_text) {
  const json whole = json::parse(document({idl_}, {"1"}));
  const json& find = whole["paths"]["/things/{number}"]["get"];
  EXPECT_EQ(find["operationId"], "find");
  std::map<std::string, std::string> places;
  for (const auto& each : find["parameters"]) {
    if (each.contains("name")) places[each["name"]] = each["in"];
  }
  EXPECT_EQ(places["number"], "path");
  EXPECT_EQ(places["words"], "query");
  EXPECT_EQ(places["bytes"], "query");
}

TEST(two_domains, share_one_document) {
  const json whole = json::parse(document({users::binding::idl(), weir_test_nasty::binding::idl()}, {"1"}));
  EXPECT_EQ(whole["components"]["schemas"]["Command"]["oneOf"].size(), 7u);
  EXPECT_EQ(whole["components"]["schemas"]["Event"]["oneOf"].size(), 6u);
  EXPECT_TRUE(whole["paths"].contains("/commands/doIt"));
  EXPECT_TRUE(whole["paths"].contains("/commands/createUser"));
}

TEST(two_domains, keep_apart_what_weir_calls_the_same) {
  const auto idl = users::binding::idl();
  const std::vector<domain> all{{"users", idl.get()}};
  components parts;
  type_schemas types(all, parts);
  EXPECT_EQ(types.of(*idl->find("User"))["$ref"], "#/components/schemas/User");
  EXPECT_EQ(types.of(*idl->commands())["$ref"], "#/components/schemas/UsersCommand");
}

}  // namespace
}  // namespace weir::openapi
