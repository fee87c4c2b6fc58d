#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "openapi/json.hpp"
#include "openapi/openapi.hpp"
#include "openapi/problems.hpp"
#include "openapi/type_schemas.hpp"
#include "problem/problem.hpp"
#include "schema/reserved_names.hpp"
#include "shipped/domains.hpp"

namespace weir::openapi {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsSupersetOf;

std::string contract() {
  std::vector<std::shared_ptr<const schema::idl>> declared;
  for (const auto& each : shipped_domains()) declared.push_back(each.idl);
  return document(declared, {WEIR_VERSION});
}

std::vector<std::string> names_in(const json& object) {
  std::vector<std::string> names;
  for (const auto& member : object.items()) names.push_back(member.key());
  return names;
}

const json& operation(const json& of, const std::string& path, const std::string& method) {
  return of.at("paths").at(path).at(method);
}

TEST(contract, is_what_the_code_makes) {
  const std::string made = contract();
  if (std::getenv("WEIR_REFRESH")) std::ofstream(WEIR_CONTRACT) << made;
  std::ifstream file(WEIR_CONTRACT);
  std::ostringstream kept;
  kept << file.rdbuf();
  EXPECT_TRUE(kept.str() == made)
      << "openapi/weir.json is not what the IDL and the code say. If the change is meant:\n"
         "  script/build --tests && WEIR_REFRESH=1 build/release/tests/openapi/test_openapi";
}

TEST(contract, lists_what_each_command_is_refused_with) {
  const json whole = json::parse(contract());
  const auto of = [](const std::string& name) { return "/problems/" + name; };
  const std::string erased = of("subject-erased");
  const auto codes = [&](const std::string& path) {
    const json& conflict =
        operation(whole, path, "post")["responses"]["409"]["content"]["application/problem+json"]["schema"];
    EXPECT_EQ(conflict.at("discriminator").at("propertyName"), "type");
    return names_in(conflict.at("discriminator").at("mapping"));
  };
  EXPECT_THAT(codes("/commands/createUser"), ElementsAre(of("UserAlreadyExists"), of("EmailTaken"), erased));
  EXPECT_THAT(codes("/commands/renameUser"), ElementsAre(of("UserNotFound"), of("UserInactive"), erased));
  EXPECT_THAT(codes("/commands/changeEmail"),
              ElementsAre(of("UserNotFound"), of("UserInactive"), of("EmailTaken"), erased));
  EXPECT_THAT(codes("/commands/reactivateUser"), ElementsAre(of("UserNotFound"), of("UserActive"), erased));
  EXPECT_THAT(codes("/commands"), IsSupersetOf({of("UserAlreadyExists"), of("UserNotFound"), of("UserInactive"),
                                                of("UserActive"), of("EmailTaken"), erased}));
}

TEST(contract, shows_what_is_personal_and_what_may_be_empty_once_it_is_erased) {
  const json schemas = json::parse(contract())["components"]["schemas"];
  const auto field = [&](const char* shape, const char* name) { return schemas[shape]["properties"][name]; };
  EXPECT_EQ(field("CreateUserCommand", "name")["x-personal"], true);
  EXPECT_EQ(field("CreateUserCommand", "name")["$ref"], "#/components/schemas/UserName");
  EXPECT_EQ(field("UserCreatedEvent", "email")["x-personal"], true);
  EXPECT_FALSE(field("UserCreatedEvent", "userId").contains("x-personal"));
  // A required one of an event is there also when it is erased, whatever the rules of its type say.
  EXPECT_EQ(field("RenameUserCommand", "name")["$ref"], "#/components/schemas/UserName");
  EXPECT_FALSE(field("UserRenamedEvent", "name").contains("$ref"));
  EXPECT_EQ(field("UserRenamedEvent", "name")["type"], "string");
  EXPECT_EQ(field("RecordedEvent", "erased")["type"], "array");
}

TEST(contract, has_no_member_of_a_refusal_but_its_fields_and_the_names_that_no_field_may_have) {
  const json whole = json::parse(contract());
  std::set<std::string> own;
  const json& schemas = whole["components"]["schemas"];
  for (const weir::domain& each : shipped_domains()) {
    for (const auto& shape : each.idl->structures()) {
      const auto found = schemas.find(shape->name + "Conflict");
      if (shape->category != schema::category::exception || found == schemas.end()) continue;
      for (const auto& name : names_in(found->at("properties"))) {
        if (!shape->find(name)) own.insert(name);
      }
      std::vector<std::string> required = found->at("required");
      std::sort(required.begin(), required.end());
      EXPECT_EQ(std::adjacent_find(required.begin(), required.end()), required.end()) << shape->name;
    }
  }
  EXPECT_THAT(own, IsSupersetOf({"code", "detail", "index", "instance", "status", "title", "type"}));
  EXPECT_THAT(schema::problem_members, IsSupersetOf(own));
}

TEST(contract, has_the_location_of_what_a_command_calls_by_another_name) {
  const json whole = json::parse(contract());
  const auto headers = [&](const std::string& path) {
    return names_in(operation(whole, path, "post")["responses"]["200"]["headers"]);
  };
  EXPECT_THAT(headers("/commands/transfer"), Contains("Location"));  // of fromAccountId, at /accounts/{accountId}
}

TEST(contract, says_of_a_query_what_its_struct_says) {
  const json whole = json::parse(contract());
  const json& list = operation(whole, "/users", "get");
  EXPECT_EQ(list["operationId"], "listUsers");
  EXPECT_EQ(list["summary"], "Users by ascending id, a page at a time");
  std::map<std::string, json> parameters;
  for (const auto& each : list["parameters"]) {
    if (each.contains("name")) parameters[each["name"]] = each;
  }
  EXPECT_EQ(parameters["limit"]["schema"]["default"], 50);
  EXPECT_EQ(parameters["limit"]["schema"]["maximum"], 1000);
  EXPECT_EQ(parameters["namePrefix"]["schema"]["maxLength"], 200);
  EXPECT_EQ(parameters["status"]["schema"]["$ref"], "#/components/schemas/UserStatus");
  EXPECT_FALSE(parameters["cursor"].contains("required"));
  EXPECT_EQ(operation(whole, "/users/{userId}", "get")["parameters"][0]["in"], "path");
}

TEST(contract, has_an_etag_and_304_where_the_answer_has_a_sequence) {
  const json whole = json::parse(contract());
  EXPECT_TRUE(operation(whole, "/users/{userId}", "get")["responses"].contains("304"));
  EXPECT_TRUE(operation(whole, "/users/{userId}", "get")["responses"]["200"]["headers"].contains("ETag"));
  EXPECT_FALSE(operation(whole, "/users", "get")["responses"].contains("304"));
}

TEST(contract, has_unique_operation_ids_and_no_component_to_spare) {
  const std::string text = contract();
  const json whole = json::parse(text);
  std::set<std::string> ids;
  for (const auto& [path, methods] : whole["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) EXPECT_TRUE(ids.insert(operation["operationId"]).second);
  }
  for (const auto& [section, made] : whole["components"].items()) {
    if (section == "securitySchemes") continue;  // referred to by name
    for (const auto& name : names_in(made)) {
      EXPECT_THAT(text, testing::HasSubstr("\"#/components/" + section + "/" + name + "\"")) << "nothing refers to it";
    }
  }
}

TEST(contract, lets_callers_in_by_each_of_its_security_schemes_and_says_what_needs_none) {
  const json whole = json::parse(contract());
  std::set<std::string> used, open;
  for (const auto& choice : whole["security"]) {
    for (const auto& [name, scopes] : choice.items()) used.insert(name);
  }
  const auto schemes = names_in(whole["components"]["securitySchemes"]);
  EXPECT_EQ(used, std::set<std::string>(schemes.begin(), schemes.end()));
  for (const auto& [path, methods] : whole["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      const bool needs_none = operation.contains("security") && operation["security"].empty();
      EXPECT_EQ(operation["responses"].contains("401"), !needs_none) << path;
      if (needs_none) open.insert(path);
    }
  }
  EXPECT_EQ(open, (std::set<std::string>{"/", "/docs", "/health/live", "/health/ready", "/openapi.json",
                                         "/problems/{name}"}));
}

TEST(contract, keeps_domains_off_the_names_of_its_own_schemas) {
  const auto& reserved = reserved_schema_names();
  const json without_domains = json::parse(document({}, {WEIR_VERSION}));
  for (const auto& name : names_in(without_domains["components"]["schemas"])) {
    EXPECT_THAT(reserved, testing::Contains(name));
  }
}

}  // namespace
}  // namespace weir::openapi
