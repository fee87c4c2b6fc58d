#include "schema/event_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "users/binding.hpp"
#include "weir_test_nasty/binding.hpp"

namespace weir::schema {
namespace {

using testing::HasSubstr;

constexpr const char* small = R"({
  "format": 1,
  "domains": {
    "shop": {
      "categories": ["item","till"],
      "events": {
        "opened": {"id": 2, "type": "Opened"},
        "sold": {"id": 1, "type": "Sold"}
      },
      "structs": {
        "Opened": {"kind": "struct", "fields": []},
        "Payment": {"kind": "union", "fields": [
          {"id": 1, "name": "cash", "presence": "optional", "type": "i64"}
        ]},
        "Sold": {"kind": "struct", "fields": [
          {"id": 1, "name": "item", "presence": "required", "type": "string"},
          {"id": 2, "name": "note", "presence": "retired", "type": "binary"},
          {"id": 5, "name": "paid", "presence": "unspecified", "type": "map<string,list<Payment>>"},
          {"id": 300, "name": "colours", "presence": "optional", "type": "set<Colour>", "default": ["RED","a \"b\""]}
        ]}
      },
      "enums": {
        "Colour": {"BLUE": -7, "RED": 1}
      }
    }
  }
}
)";

TEST(event_schema, is_laid_out_a_line_for_each_event_field_and_enumeration) {
  const auto read = read_event_schema(small);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(to_json(*read), small);
}

TEST(event_schema, reads_back_what_it_wrote) {
  for (const auto& declared : {users::binding::idl(), weir_test_nasty::binding::idl()}) {
    const event_schema written{{{"one", events_of(*declared, {"b", "a"})}, {"two", events_of(*declared, {})}}};
    const auto read = read_event_schema(to_json(written));
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(*read, written);
  }
}

TEST(event_schema, holds_what_events_reach_and_no_more) {
  const auto users = events_of(*users::binding::idl(), {"user"});
  EXPECT_EQ(users.events.at("userCreated"), (event_schema::event{1, "UserCreatedEvent"}));
  EXPECT_EQ(users.structures.size(), 5u);
  EXPECT_TRUE(users.enumerations.empty());
  const auto nasty = events_of(*weir_test_nasty::binding::idl(), {});
  EXPECT_EQ(nasty.structures.at("Tree").fields.at(3).type.text(), "map<string,Tree>");
  EXPECT_EQ(nasty.structures.at("Containers").fields.at(17).type.text(), "list<list<map<string,set<i16>>>>");
  EXPECT_EQ(nasty.structures.at("Defaults").fields.at(9).default_json, R"({"x":1,"y":2})");
  EXPECT_EQ(nasty.enumerations.at("Colour").at("BLUE"), -7);
  EXPECT_TRUE(nasty.structures.at("Choice").is_union);
  EXPECT_EQ(nasty.structures.count("DoCommand"), 0u);
}

TEST(event_schema, refuses_what_is_none) {
  const auto with = [](std::string what, const std::string& instead) {
    std::string text = small;
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), instead);
  };
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"", "parse error"},
           {"[]", "array"},
           {"{}", "format"},
           {R"({"format":1})", "domains"},
           {with("\"format\": 1", "\"format\": \"1\""), "number"},
           {with("\"id\": 300", "\"id\": 40000"), "40000"},
           {with("\"id\": 300", "\"id\": 1.5"), "1.5"},
           {with("unspecified", "sometimes"), "\"sometimes\" is no presence of a field"},
           {with("list<Payment>", "list<Money>"), "\"map<string,list<Money>>\" is not a type of this domain"},
           {with("list<Payment>", "list<Payment"), "is not a type of this domain"},
           {with("list<Payment>", "list"), "is not a type of this domain"},
           {with("list<Payment>>", "list<Payment>>>"), "is not a type of this domain"},
           {with("map<string,", "map<"), "is not a type of this domain"},
           {with("\"type\": \"Opened\"", "\"type\": \"Closed\""), "the struct Closed is missing"},
       }) {
    const auto read = read_event_schema(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, errc::invalid);
    EXPECT_THAT(read.error().detail, HasSubstr("this is not a schema of stored events: "));
    EXPECT_THAT(read.error().detail, HasSubstr(why));
  }
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += "list<";
  EXPECT_EQ(read_event_schema(with("set<Colour>", deep)).error().code, errc::invalid);
  EXPECT_EQ(read_event_schema(with("\"format\": 1", "\"format\": 3")).error().code, errc::newer_format);
}

}  // namespace
}  // namespace weir::schema
