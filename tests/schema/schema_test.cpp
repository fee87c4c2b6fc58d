#include "schema/schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/doc_comment.hpp"
#include "schema/name_template.hpp"
#include "users/binding.hpp"
#include "weir_test_nasty/binding.hpp"

namespace weir::schema {
namespace {

using testing::ElementsAre;

const idl& users_idl() { return *users::binding::idl(); }
const idl& nasty_idl() { return *weir_test_nasty::binding::idl(); }

const field& field_of(const idl& in, std::string_view structure, std::string_view name) {
  return *in.find(structure)->find(name);
}

TEST(doc_comment, keeps_tags_out_of_the_prose) {
  const auto read = read_doc_comment("One\n  @pattern ^a b$ \r\n@etag\nTwo @string is none.\n\n");
  EXPECT_EQ(read.prose, "One\nTwo @string is none.");
  ASSERT_EQ(read.tags.size(), 2u);
  EXPECT_EQ(read.tags[0].name, "pattern");
  EXPECT_EQ(read.tags[0].value, "^a b$");
  EXPECT_EQ(read.tags[1].name, "etag");
  EXPECT_EQ(read.tags[1].value, "");
}

TEST(schema, gathers_the_rules_of_typedefs_and_of_the_field) {
  const auto& word = field_of(nasty_idl(), "Bounded", "word").type;
  EXPECT_EQ(word.is, kind::string);
  EXPECT_EQ(word.name, "ShortWord");
  EXPECT_EQ(word.demands.max_length, 4u);
  EXPECT_EQ(word.demands.min_length, 2u);
  EXPECT_THAT(word.demands.pattern_texts, ElementsAre("^[a-z]+$", "[aeiou]"));
  EXPECT_EQ(word.demands.patterns.size(), 2u);
  EXPECT_TRUE(word.demands.any());

  const auto& words = field_of(nasty_idl(), "Bounded", "words").type;
  EXPECT_EQ(words.is, kind::list);
  EXPECT_EQ(words.demands.min_items, 1u);
  EXPECT_EQ(words.element->demands.max_length, 4u);
}

TEST(schema, resolves_every_kind_of_type) {
  const auto& deep = field_of(nasty_idl(), "Containers", "deep").type;
  EXPECT_EQ(deep.element->element->is, kind::map);
  EXPECT_EQ(deep.element->element->key->is, kind::string);
  EXPECT_EQ(deep.element->element->element->element->is, kind::i16);
  const auto& tree = field_of(nasty_idl(), "Tree", "children").type;
  EXPECT_EQ(tree.element->shape, nasty_idl().find("Tree"));
  EXPECT_EQ(field_of(nasty_idl(), "Scalars", "colour").type.names->find("BLUE")->value, -7);
  EXPECT_TRUE(field_of(nasty_idl(), "Scalars", "big").type.demands.as_string);
  EXPECT_TRUE(field_of(nasty_idl(), "Scalars", "moment").type.demands.date_time);
}

TEST(schema, finds_fields_by_name_and_number) {
  const auto* scattered = nasty_idl().find("Scattered");
  for (const auto& field : scattered->fields) {
    EXPECT_EQ(scattered->find(field.id), &field);
    EXPECT_EQ(scattered->find(field.name), &field);
  }
  for (const int id : {0, 2, 15, 41, -1, 32766, -32768}) {
    EXPECT_EQ(scattered->find(static_cast<std::int16_t>(id)), nullptr) << id;
  }
  EXPECT_EQ(scattered->find("none"), nullptr);
}

TEST(schema, names_members_in_json_as_the_tag_says) {
  const auto* list = users_idl().find("UserList");
  ASSERT_NE(list->find("next"), nullptr);
  EXPECT_EQ(list->find("next")->thrift_name, "nextCursor");
  EXPECT_EQ(list->find("nextCursor"), nullptr);
}

TEST(schema, knows_what_belongs_to_commands_and_queries) {
  const auto* create = users_idl().find("CreateUserCommand");
  ASSERT_TRUE(create->stream);
  EXPECT_EQ(create->stream->text, "user-{userId}");
  ASSERT_EQ(create->stream->parts.size(), 1u);
  EXPECT_EQ(create->stream->parts[0].literal, "user-");
  EXPECT_EQ(create->stream->parts[0].field, create->find("userId"));
  EXPECT_THAT(create->refusals, ElementsAre(users_idl().find("UserAlreadyExists"), users_idl().find("EmailTaken")));
  EXPECT_EQ(create->doc, "Registers a new user. The name and the e-mail address can be given later.");
  EXPECT_EQ(create->file, "commands");
  EXPECT_EQ(create->scope, "weir.users");
  EXPECT_TRUE(field_of(users_idl(), "User", "sequence").etag);
  EXPECT_FALSE(field_of(users_idl(), "User", "userId").etag);
}

TEST(name_template, names_alike_whatever_the_fields_are_called) {
  const auto& rename = *users_idl().find("RenameUserCommand");
  const auto of = [&](std::string_view text) { return std::get<name_template>(read_name_template(text, rename)); };
  EXPECT_TRUE(name_alike(of("user-{userId}"), of("user-{name}")));
  EXPECT_FALSE(name_alike(of("user-{userId}"), of("users-{userId}")));
  EXPECT_FALSE(name_alike(of("user-{userId}"), of("user-{userId}-{name}")));
  EXPECT_FALSE(name_alike(of("user-{userId}"), of("user-")));
  EXPECT_EQ(counterpart("userId", of("user-{userId}"), of("user-{name}")), rename.find("name"));
  EXPECT_EQ(counterpart("name", of("user-{userId}"), of("user-{name}")), nullptr);
}

TEST(schema, reads_the_service) {
  const auto* service = users_idl().rpc();
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(service->name, "UsersService");
  const auto* get = service->find("getUser");
  EXPECT_EQ(get->path, "/users/{userId}");
  EXPECT_EQ(get->query, users_idl().find("GetUserQuery"));
  EXPECT_EQ(get->query_name, "query");
  EXPECT_EQ(get->answer->shape, users_idl().find("User"));
  ASSERT_EQ(get->refusals.size(), 2u);
  EXPECT_EQ(get->refusals[1].name, "problem");
  EXPECT_EQ(get->refusals[1].exception->scope, "weir");
  EXPECT_EQ(service->find("execute")->arguments.size(), 2u);
  EXPECT_FALSE(nasty_idl().rpc()->find("nothing")->answer);
}

TEST(schema, shows_defaults_as_json) {
  const struct {
    const char* field;
    const char* json;
  } table[] = {
      {"yes", "true"},
      {"number", "-5"},
      {"real", "1.5"},
      {"text", R"("a \"quoted\" < & text")"},
      {"colour", R"("GREEN")"},
      {"numbers", "[1,2,3]"},
      {"counts", R"({"one":1,"two":2})"},
      {"names", R"(["x","y"])"},
      {"point", R"({"x":1,"y":2})"},
      {"large", "9007199254740991"},
      {"moment", R"("2023-11-14T22:13:20Z")"},
      {"big", R"("12")"},
      {"switches", R"({"BLUE":false,"RED":true})"},
      {"whole", "2.0"},
      {"byPoint", R"([[{"x":1,"y":2},"there"]])"},
      {"bytes", R"("YWJj")"},
      {"hex", "127"},
      {"none", "[]"},
  };
  for (const auto& row : table)
    EXPECT_EQ(field_of(nasty_idl(), "Defaults", row.field).default_json, row.json) << row.field;
  EXPECT_EQ(field_of(nasty_idl(), "Scalars", "text").default_json, std::nullopt);
  EXPECT_EQ(field_of(users_idl(), "ListUsersQuery", "limit").default_json, "50");
}

}  // namespace
}  // namespace weir::schema
