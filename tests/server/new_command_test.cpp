#include "server/new_command.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temporary_directory.hpp"

namespace weir {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

class a_new_domain : public ::testing::Test {
 protected:
  testing::temporary_directory temporary;
  const fs::path directory = fs::path(temporary.path()) / "shop";
  std::ostringstream said;

  result<> write(const std::string& name) { return write_new_domain({directory, name}, said); }
};

TEST_F(a_new_domain, is_written_in_its_own_words) {
  ASSERT_TRUE(write("order_lines"));
  EXPECT_TRUE(fs::exists(directory / ".gitignore"));
  EXPECT_TRUE(fs::exists(directory / "src" / "order_lines" / "rules.cpp"));
  const std::string commands = text_of(directory / "idl" / "commands.thrift");
  EXPECT_THAT(commands, HasSubstr("@stream orderLine-{orderLineId}"));
  EXPECT_THAT(commands, HasSubstr("struct CreateOrderLineCommand"));
  EXPECT_THAT(text_of(directory / "idl" / "service.thrift"), HasSubstr("@get /order_lines/{orderLineId}"));
  EXPECT_THAT(text_of(directory / "CMakeLists.txt"), HasSubstr("find_package(Weir 0."));
  for (const auto& each : fs::recursive_directory_iterator(directory)) {
    EXPECT_EQ(each.path().string().find("orders"), std::string::npos) << each.path();
    if (!each.is_regular_file()) continue;
    EXPECT_THAT(text_of(each.path()), Not(HasSubstr("orders"))) << each.path();
  }
}

TEST_F(a_new_domain, has_scripts_that_can_be_run) {
  ASSERT_TRUE(write("orders"));
  for (const char* script : {"server", "test"}) {
    EXPECT_NE(fs::status(directory / "script" / script).permissions() & fs::perms::owner_exec, fs::perms::none);
  }
  EXPECT_EQ(fs::status(directory / "README.md").permissions() & fs::perms::owner_exec, fs::perms::none);
}

TEST_F(a_new_domain, says_what_to_do_next) {
  ASSERT_TRUE(write("orders"));
  EXPECT_THAT(said.str(), HasSubstr("cd " + directory.string()));
  EXPECT_THAT(said.str(), HasSubstr("script/test"));
}

TEST_F(a_new_domain, is_written_into_an_empty_directory) {
  fs::create_directory(directory);
  EXPECT_TRUE(write("orders"));
}

TEST_F(a_new_domain, is_not_written_into_a_directory_that_holds_something) {
  fs::create_directory(directory);
  std::ofstream(directory / "README.md") << "mine";
  const auto written = write("orders");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, errc::invalid);
  EXPECT_THAT(written.error().detail, HasSubstr("is not empty"));
  EXPECT_EQ(text_of(directory / "README.md"), "mine");
  EXPECT_FALSE(fs::exists(directory / "idl"));
}

TEST_F(a_new_domain, is_not_written_over_a_file) {
  std::ofstream{directory} << "mine";
  const auto written = write("orders");
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().detail, HasSubstr("is not a directory"));
}

TEST_F(a_new_domain, of_a_name_that_cannot_be_leaves_nothing) {
  const auto written = write("Orders");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, errc::invalid);
  EXPECT_FALSE(fs::exists(directory));
}

TEST(a_domains_name, is_a_lower_case_identifier) {
  for (const char* good : {"orders", "order_lines", "b2b", "x", "stock"}) EXPECT_FALSE(domain_name_fault(good)) << good;
  for (const char* bad :
       {"", "Orders", "2b", "_orders", "orders_", "order__lines", "order-lines", "pedidosñ", "a b", "../x"}) {
    EXPECT_TRUE(domain_name_fault(bad)) << bad;
  }
  EXPECT_TRUE(domain_name_fault(std::string(41, 'a')));
}

TEST(a_domains_name, is_no_keyword) {
  for (const char* bad : {"class", "namespace", "co_await", "struct", "service", "exception", "list", "def"}) {
    EXPECT_THAT(domain_name_fault(bad).value_or(""), HasSubstr("keyword")) << bad;
  }
}

TEST(a_domains_name, is_none_of_weirs_own) {
  for (const char* bad : {"weir", "base", "codec", "domain", "testing", "events", "streams", "health"}) {
    EXPECT_THAT(domain_name_fault(bad).value_or(""), HasSubstr("Weir")) << bad;
  }
}

TEST(a_domains_name, is_no_name_of_c_cmake_or_a_library) {
  for (const char* bad : {"std", "time", "index", "test", "install", "boost"})
    EXPECT_TRUE(domain_name_fault(bad)) << bad;
}

}  // namespace
}  // namespace weir
