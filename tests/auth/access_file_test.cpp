#include "auth/access_file.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "auth/json_schema.hpp"
#include "auth/schemas.hpp"
#include "support/temporary_directory.hpp"

namespace weir::auth {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAreArray;

class an_access_file : public ::testing::Test {
 protected:
  outcome<access_file> read(const std::string& text, const known_names* names = nullptr) {
    std::ofstream(path, std::ios::binary) << text;
    return read_access_file(path, names);
  }

  /// All faults, one a line, without the name of the file.
  std::string faults_of(const std::string& text, const known_names* names = nullptr) {
    const auto made = read(text, names);
    if (made) return "none";
    std::string lines;
    const faults found = made.error();
    for (const auto& each : found.all) lines += each.pointer + ": " + each.detail + "\n";
    return lines;
  }

  weir::testing::temporary_directory directory;
  const std::filesystem::path path = directory.path() / "access.json";
};

TEST_F(an_access_file, has_exactly_the_faults_that_each_case_names) {
  std::ifstream in(std::getenv("WEIR_ACCESS_FILES"));
  const json cases = json::parse(in);
  ASSERT_GT(cases.size(), 15u);
  for (const json& each : cases) {
    std::vector<std::string> found;
    if (const auto made = read(each["file"].dump()); !made) {
      const faults all = made.error();
      for (const auto& fault : all.all) found.push_back(fault.pointer);
    }
    // A fault may be said in the schema's words and in others too.
    EXPECT_THAT(found, UnorderedElementsAreArray(each["faults"].get<std::vector<std::string>>())) << each["name"];
  }
}

TEST_F(an_access_file, has_roles_up_to_a_limit) {
  json roles = json::object();
  for (int n = 0; n < 1000; ++n) {
    roles["r" + std::to_string(n)] = {{"includes", json::array({n == 0 ? "reader" : "r" + std::to_string(n - 1)})}};
  }
  EXPECT_EQ(faults_of(json{{"roles", roles}}.dump()), "none");
  roles["last"] = json::object();
  EXPECT_EQ(faults_of(json{{"roles", roles}}.dump()), "/roles: must have at most 1000 members\n");
}

TEST_F(an_access_file, says_what_to_do_in_words) {
  EXPECT_EQ(
      faults_of(
          R"({"roles": {"support": {"comands": ["*"]}}, "certificates": [{"name": "a", "roles": ["readr"], "dns": "a"}]})"),
      "/roles/support/comands: there is no such member (did you mean \"commands\"?)\n"
      "/certificates/0/roles/0: there is no role \"readr\" (did you mean \"reader\"?)\n");
  EXPECT_EQ(faults_of(R"({"roles": {"a": {"admin": ["rebuld"], "metrics": 1}}, "issuers": [{"issuer": "a"}]})"),
            "/issuers/0: the member \"audiences\" is missing\n"
            "/issuers/0: one of the members keysFile or keysUrl is missing\n"
            "/roles/a/admin/0: must be *, projections, rebuild, backup, archive, verify or erase (did you mean "
            "\"rebuild\"?)\n"
            "/roles/a/metrics: must be true or false\n");
}

TEST_F(an_access_file, names_line_and_column_of_what_is_not_json) {
  EXPECT_EQ(faults_of("{\n  \"roles\": {,}\n}"), ": is not JSON at line 2, column 13\n");
  EXPECT_EQ(faults_of(R"({"roles": {}, "roles": {}})"), ": has the member \"roles\" twice in one object\n");
  EXPECT_EQ(faults_of(""), ": is not JSON at line 1, column 1\n");
}

TEST_F(an_access_file, that_is_missing_or_open_to_everybody_is_refused) {
  EXPECT_THAT(read_access_file(directory.path() / "nowhere.json", nullptr).error().text(), HasSubstr("is not there"));
  EXPECT_THAT(read_access_file(directory.path(), nullptr).error().text(), HasSubstr("is no regular file"));
  ASSERT_TRUE(read("{}"));
  std::filesystem::permissions(path, std::filesystem::perms::others_write, std::filesystem::perm_options::add);
  EXPECT_THAT(read_access_file(path, nullptr).error().text(), HasSubstr("can be written by everybody"));
}

TEST_F(an_access_file, refuses_a_name_that_ends_with_a_line) {
  EXPECT_THAT(faults_of(R"({"roles": {"a\n": {}}})"), HasSubstr("the name must match"));
}

TEST_F(an_access_file, finds_files_beside_itself) {
  const auto made =
      read(R"({"tokens": "t.json", "issuers": [{"issuer": "a", "audiences": ["w"], "keysFile": "/keys/a.json"}]})");
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->tokens, directory.path() / "t.json");
  EXPECT_EQ(made->issuers[0].keys.file, "/keys/a.json");
}

TEST_F(an_access_file, gives_roles_what_they_include) {
  const auto made = read(R"({"roles": {"a": {"includes": ["b", "operator"], "commands": ["x"]},
                                       "b": {"includes": ["c"], "commands": ["y", "x"]}, "c": {"queries": ["q"]}}})");
  ASSERT_TRUE(made) << made.error().text();
  const grants& a = made->roles.at("a");
  EXPECT_THAT(a.commands, ElementsAre("x", "y"));
  EXPECT_THAT(a.queries, ElementsAre("q"));
  EXPECT_TRUE(a.metrics);
  EXPECT_FALSE(made->roles.at("b").metrics);
  EXPECT_TRUE(made->roles.contains("reader") && made->roles.contains("admin"));
}

TEST_F(an_access_file, reads_roles_that_include_each_other_many_times) {
  json roles = json::object();
  for (int i = 0; i < 40; ++i) {
    json includes = json::array();
    for (int j = 0; j < i; ++j) includes.push_back("r" + std::to_string(j));
    roles["r" + std::to_string(i)] = {{"includes", includes}, {"commands", {"c" + std::to_string(i)}}};
  }
  const auto made = read(json{{"roles", roles}}.dump());
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->roles.at("r39").commands.size(), 40u);
}

TEST_F(an_access_file, is_compared_with_the_names_of_the_server) {
  const known_names names{{"users"}, {"createUser"}, {"getUser"}, {"user"}};
  EXPECT_EQ(
      faults_of(
          R"({"roles": {"a": {"commands": ["createUsr", "user.*", "users.*", "*"], "queries": ["createUser"], "events": ["usr"]}}})",
          &names),
      "/roles/a/commands/0: there is no command \"createUsr\" (did you mean \"createUser\"?)\n"
      "/roles/a/commands/1: there is no domain \"user\" (did you mean \"users\"?)\n"
      "/roles/a/queries/0: there is no query \"createUser\"\n"
      "/roles/a/events/0: there is no category \"usr\" (did you mean \"user\"?)\n");
}

TEST_F(an_access_file, knows_the_admin_actions_of_the_schema) {
  const json schema = json::parse(access_file_schema());
  std::vector<std::string> actions{"*"};
  actions.insert(actions.end(), admin_actions().begin(), admin_actions().end());
  EXPECT_EQ(schema["$defs"]["role"]["properties"]["admin"]["items"]["enum"].get<std::vector<std::string>>(), actions);
}

TEST(a_json_schema, with_a_keyword_that_is_not_checked_is_refused) {
  EXPECT_NO_THROW(json_schema(R"({"type": "object"})"));
  EXPECT_THROW(json_schema(R"({"type": "object", "minProperties": 1})"), std::logic_error);
  EXPECT_THROW(json_schema(R"({"oneOf": [{"type": "object"}]})"), std::logic_error);
}

TEST(a_json_schema, stops_after_a_hundred_faults) {
  const json_schema schema(R"({"type": "array", "items": {"type": "string"}})");
  EXPECT_EQ(schema.faults_of(json(std::vector<int>(1'000)), "a").size(), 100u);
}

}  // namespace
}  // namespace weir::auth
