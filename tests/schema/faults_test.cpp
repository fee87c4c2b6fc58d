#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/schema.hpp"

// What `weir-idl` says of an IDL that breaks a rule: the build fails with these lines.
namespace weir::schema {
namespace {

constexpr const char* shop = R"(<idl><document name="shop"><namespace name="*" value="shop" />
  <typedef name="Word" doc="{WORD}" type="string" />
  <typedef name="Number" doc="{NUMBER}" type="i64" />
  <enum name="Colour" doc="{ENUM}"><member name="RED" value="1" doc="{ENUM MEMBER}" /></enum>
  <exception name="SoldOut" doc="{EXCEPTION}"><field name="left" field-id="1" doc="{LEFT}" type="i32" /></exception>
  <exception name="Closed" />
  <struct name="BuyCommand" doc="{COMMAND}">
    <field name="itemId" field-id="1" doc="{ITEM ID}" required="required" type="string" />
    <field name="price" field-id="2" doc="{PRICE}" required="required" type="double" />
    <field name="note" field-id="3" doc="{NOTE}" required="optional" type="id" type-module="shop" type-id="Word" />
    <field name="number" field-id="4" doc="{I64}" required="optional" type="i64" />
    <field name="count" field-id="5" doc="{I32}" required="optional" type="i32" />
    <field name="tags" field-id="6" doc="{LIST}" required="optional" type="list"><elemType type="string" /></field>
  </struct>
  <struct name="BoughtEvent" doc="{EVENT}"><field name="itemId" field-id="1" required="required" type="string" /></struct>
  <union name="Command" doc="{UNION}">
    <field name="buy" field-id="1" doc="{UNION MEMBER}" type="id" type-module="shop" type-id="BuyCommand" />
  </union>
  <union name="Event"><field name="bought" field-id="1" type="id" type-module="shop" type-id="BoughtEvent" /></union>
  <struct name="FindQuery" doc="{QUERY}">
    <field name="itemId" field-id="1" required="required" type="string" />
    <field name="size" field-id="2" required="optional" type="i32" />
  </struct>
  <struct name="Answer"><field name="itemId" field-id="1" type="string" /></struct>
  <service name="Shop" doc="{SERVICE}">
    <method name="execute" doc="{EXECUTE}">
      <arg name="command" field-id="1" type="id" type-module="shop" type-id="Command" />
      <throws name="soldOut" field-id="1" type="id" type-module="shop" type-id="SoldOut" />
    </method>
    <method name="find" doc="{FIND}">
      <returns type="id" type-module="shop" type-id="Answer" />
      <arg name="query" field-id="1" type="id" type-module="shop" type-id="FindQuery" />
    </method>
    <method name="search" doc="{SEARCH}">
      <returns type="id" type-module="shop" type-id="Answer" />
      <arg name="query" field-id="1" type="id" type-module="shop" type-id="FindQuery" />
    </method>
  </service>
</document></idl>)";

/// The shop's XML with some comments filled in, and what reading it says: "" if all is well.
std::string faults_of(std::map<std::string, std::string> comments) {
  comments.emplace("COMMAND", "@stream item-{itemId}");
  std::string xml = shop;
  for (const auto& [place, comment] : comments) {
    const auto at = xml.find("{" + place + "}");
    if (at == std::string::npos) return "there is no place " + place;
    xml.replace(at, place.size() + 2, comment);
  }
  for (std::size_t at = 0; (at = xml.find("doc=\"{", at)) != std::string::npos;)
    xml.erase(at, xml.find('"', at + 5) - at + 1);
  const auto read = idl::read({{"shop", xml}});
  return read ? "" : read.error().detail;
}

TEST(idl, is_read_when_all_is_well) {
  EXPECT_EQ(faults_of({{"COMMAND", "Buys.\n@stream item-{itemId}\n@throws SoldOut"},
                       {"QUERY", "@stream item-{itemId}"},
                       {"FIND", "@get /items/{itemId}"},
                       {"SEARCH", "@get /items/{itemId}/search"},
                       {"WORD", "@pattern ^a\n@pattern b$\n@minLength 1\n@maxLength 3\n@format email\n@example ab"},
                       {"NUMBER", "@format date-time"},
                       {"PRICE", "@minimum -1.5\n@maximum 1e3"},
                       {"I64", "@string\n@minimum 1\n@etag\n@json no"},
                       {"LIST", "@minItems 0\n@maxItems 7"}}),
            "");
}

TEST(idl, says_what_is_wrong_with_a_name_of_the_past) {
  EXPECT_EQ(faults_of({{"I32", "@was number_of\n@was amount"}, {"ENUM MEMBER", "@was CRIMSON"}}), "");
  const struct {
    const char *place, *comment, *says;
  } table[] = {
      {"I32", "@was",
       "shop.thrift: BuyCommand.count: @was needs one word, the name of before; more names are more @was"},
      {"I32", "@was a b",
       "shop.thrift: BuyCommand.count: @was needs one word, the name of before; more names are more @was"},
      {"I32", "@was note", "shop.thrift: BuyCommand.count: @was note: that name is taken"},
      {"ENUM MEMBER", "@was RED", "shop.thrift: Colour.RED: @was RED: that name is taken"},
      {"WORD", "@was other", "shop.thrift: Word: @was has no meaning here"},
      {"UNION MEMBER", "@was purchase",
       "shop.thrift: Command.buy: @was has no meaning here: stored events and sent commands bear the name. Keep it, "
       "and "
       "let the new name be another one"},
  };
  for (const auto& row : table) EXPECT_EQ(faults_of({{row.place, row.comment}}), row.says) << row.comment;
}

TEST(idl, takes_tags_of_personal_data) {
  EXPECT_EQ(faults_of({{"NOTE", "@personal"}, {"ITEM ID", "@subject"}}), "");
  EXPECT_EQ(faults_of({{"NOTE", "@personal"}, {"ITEM ID", "@subject user"}}), "");
}

TEST(idl, says_what_is_wrong_with_a_tag_of_personal_data) {
  const std::string buy = "shop.thrift: BuyCommand.";
  const struct {
    std::map<std::string, std::string> comments;
    std::string says;
  } table[] = {
      {{{"NOTE", "@personal data"}}, buy + "note: @personal takes no value"},
      {{{"PRICE", "@personal"}},
       buy + "price: @personal needs a string or a binary: only these can hold an encrypted value"},
      {{{"LIST", "@personal"}},
       buy + "tags: @personal needs a string or a binary: only these can hold an encrypted value"},
      {{{"WORD", "@personal"}}, "shop.thrift: Word: @personal has no meaning here"},
      {{{"EVENT", "@personal"}}, "shop.thrift: BoughtEvent: @personal has no meaning here"},
      {{{"NOTE", "@personal\n@etag"}},
       buy + "note: @personal and @etag exclude each other: entity tags are not encrypted"},
      {{{"ITEM ID", "@personal"}},
       "shop.thrift: BuyCommand: @stream item-{itemId}: itemId is @personal, but the names of streams are not "
       "encrypted"},
      {{{"ITEM ID", "@subject"}}, buy + "itemId: @subject has no meaning here: no field of the struct is @personal"},
      {{{"NOTE", "@personal"}, {"ITEM ID", "@subject a-b"}},
       buy + "itemId: @subject needs one word without a hyphen, the category of the subject's name, or nothing"},
      {{{"NOTE", "@personal"}, {"I64", "@subject user"}}, buy + "number: @subject needs a string"},
      {{{"NOTE", "@personal\n@subject"}},
       buy + "note: cannot be @personal too: the names of subjects are not encrypted"},
      {{{"NOTE", "@personal"}, {"ITEM ID", "@subject\n@subject user"}}, buy + "itemId: @subject stands twice"},
      {{{"NOTE", "@persnal"}}, buy + "note: @persnal is no tag that Weir knows (did you mean \"personal\"?)"},
  };
  for (const auto& row : table) EXPECT_EQ(faults_of(row.comments), row.says);
}

TEST(idl, says_precisely_what_is_wrong_with_a_tag) {
  const struct {
    const char *place, *comment, *says;
  } table[] = {
      // Tags that do not exist, or not there.
      {"WORD", "@patern ^a$", "shop.thrift: Word: @patern is no tag that Weir knows (did you mean \"pattern\"?)"},
      {"FIND", "@got /items", "shop.thrift: Shop.find: @got is no tag that Weir knows (did you mean \"get\"?)"},
      {"I32", "@notbefore note",
       "shop.thrift: BuyCommand.count: @notbefore is no tag that Weir knows (did you mean \"notBefore\"?)"},
      {"COMMAND", "@stream item-{itemId}\n@emits Bought", "shop.thrift: BuyCommand: @emits is no tag that Weir knows"},
      {"ITEM ID", "@stream item-{itemId}", "shop.thrift: BuyCommand.itemId: @stream has no meaning here"},
      {"WORD", "@etag", "shop.thrift: Word: @etag has no meaning here"},
      {"WORD", "@json other", "shop.thrift: Word: @json has no meaning here"},
      {"ENUM", "@example RED", "shop.thrift: Colour: @example has no meaning here"},
      {"ENUM MEMBER", "@get /red", "shop.thrift: Colour.RED: @get has no meaning here"},
      {"EVENT", "@stream item-{itemId}", "shop.thrift: BoughtEvent: @stream has no meaning here"},
      {"QUERY", "@throws SoldOut", "shop.thrift: FindQuery: @throws has no meaning here"},
      {"UNION", "@stream item-1", "shop.thrift: Command: @stream has no meaning here"},
      {"EXCEPTION", "@throws SoldOut", "shop.thrift: SoldOut: @throws has no meaning here"},
      {"SERVICE", "@get /", "shop.thrift: Shop: @get has no meaning here"},
      {"FIND", "@stream item-{itemId}", "shop.thrift: Shop.find: @stream has no meaning here"},
      // Rules for another type.
      {"PRICE", "@pattern ^1$", "shop.thrift: BuyCommand.price: @pattern cannot hold for this type"},
      {"PRICE", "@string", "shop.thrift: BuyCommand.price: @string cannot hold for this type"},
      {"I32", "@string", "shop.thrift: BuyCommand.count: @string cannot hold for this type"},
      {"I32", "@format date-time", "shop.thrift: BuyCommand.count: @format cannot hold for this type"},
      {"I32", "@minLength 1", "shop.thrift: BuyCommand.count: @minLength cannot hold for this type"},
      {"LIST", "@maximum 1", "shop.thrift: BuyCommand.tags: @maximum cannot hold for this type"},
      {"ITEM ID", "@minItems 1", "shop.thrift: BuyCommand.itemId: @minItems cannot hold for this type"},
      {"LIST", "@etag", "shop.thrift: BuyCommand.tags: @etag needs an i32, an i64 or a string"},
      {"UNION MEMBER", "@minItems 1", "shop.thrift: Command.buy: @minItems cannot hold for this type"},
      // Values that are none.
      {"WORD", "@pattern [a", "shop.thrift: Word: @pattern is refused by RE2: missing ]: [a"},
      {"WORD", "@pattern (?=a)", "shop.thrift: Word: @pattern is refused by RE2: invalid perl operator: (?="},
      {"WORD", "@pattern", "shop.thrift: Word: @pattern needs a value"},
      {"WORD", "@minLength -1", "shop.thrift: Word: @minLength needs a whole number from 0, not \"-1\""},
      {"WORD", "@maxLength 2.5", "shop.thrift: Word: @maxLength needs a whole number from 0, not \"2.5\""},
      {"PRICE", "@minimum low", "shop.thrift: BuyCommand.price: @minimum needs a number, not \"low\""},
      {"PRICE", "@maximum inf", "shop.thrift: BuyCommand.price: @maximum needs a finite number"},
      {"I32", "@minimum 1.5", "shop.thrift: BuyCommand.count: @minimum of an integer must be one"},
      {"ITEM ID", "@format mail", "shop.thrift: BuyCommand.itemId: @format \"mail\" is not one of JSON Schema's"},
      {"I64", "@format email", "shop.thrift: BuyCommand.number: @format of an i64 can only be date-time"},
      {"I64", "@string yes", "shop.thrift: BuyCommand.number: @string takes no value"},
      {"I64", "@etag weak", "shop.thrift: BuyCommand.number: @etag takes no value"},
      {"I32", "@json two words", "shop.thrift: BuyCommand.count: @json needs one word"},
      {"I32", "@json", "shop.thrift: BuyCommand.count: @json needs one word"},
      // What contradicts itself.
      {"WORD", "@minLength 3\n@maxLength 2", "shop.thrift: Word: @minLength is above @maxLength"},
      {"PRICE", "@minimum 2\n@maximum 1", "shop.thrift: BuyCommand.price: @minimum is above @maximum"},
      {"LIST", "@minItems 2\n@maxItems 1", "shop.thrift: BuyCommand.tags: @minItems is above @maxItems"},
      {"NUMBER", "@string\n@format date-time", "shop.thrift: Number: @string and @format date-time exclude each other"},
      {"WORD", "@minLength 3\n@minLength 4", "shop.thrift: Word: @minLength stands twice"},
      {"I32", "@json note", "shop.thrift: BuyCommand.count: two fields are \"note\" in JSON"},
      // Periods.
      {"I32", "@notBefore", "shop.thrift: BuyCommand.count: @notBefore needs the name of a field"},
      {"I32", "@notBefore other",
       "shop.thrift: BuyCommand.count: @notBefore other: there is no other field of that name"},
      {"I32", "@notBefore count",
       "shop.thrift: BuyCommand.count: @notBefore count: there is no other field of that name"},
      {"I32", "@notBefore number",
       "shop.thrift: BuyCommand.count: @notBefore number: both fields must be strings, or integers of the same size"},
      {"PRICE", "@notBefore price",
       "shop.thrift: BuyCommand.price: @notBefore price: there is no other field of that name"},
      {"NOTE", "@notBefore itemId\n@notBefore itemId", "shop.thrift: BuyCommand.note: @notBefore stands twice"},
      {"WORD", "@notBefore itemId", "shop.thrift: Word: @notBefore has no meaning here"},
      // Streams.
      {"COMMAND", "Buys.", "shop.thrift: BuyCommand: is a command without @stream"},
      {"COMMAND", "@stream item-{item}",
       "shop.thrift: BuyCommand: @stream item-{item}: {item} names no field of BuyCommand"},
      {"COMMAND", "@stream item-{note}",
       "shop.thrift: BuyCommand: @stream item-{note}: {note} must be a required field"},
      {"COMMAND", "@stream item-{price}",
       "shop.thrift: BuyCommand: @stream item-{price}: {price} must be a string, an integer or an enum"},
      {"COMMAND", "@stream item-{tags}",
       "shop.thrift: BuyCommand: @stream item-{tags}: {tags} must be a string, an integer or an enum"},
      {"COMMAND", "@stream {itemId}",
       "shop.thrift: BuyCommand: @stream {itemId}: must begin with a category and a hyphen, as in user-{userId}"},
      {"COMMAND", "@stream item-{itemId", "shop.thrift: BuyCommand: @stream item-{itemId: a { without its }"},
      {"COMMAND", "@stream item-itemId}", "shop.thrift: BuyCommand: @stream item-itemId}: a } without its {"},
      {"COMMAND", "@stream item-{itemId}\n@stream item-{itemId}", "shop.thrift: BuyCommand: @stream stands twice"},
      // Refusals.
      {"COMMAND", "@stream item-{itemId}\n@throws Gone",
       "shop.thrift: BuyCommand: @throws Gone: there is no such exception"},
      {"COMMAND", "@stream item-{itemId}\n@throws Answer",
       "shop.thrift: BuyCommand: @throws Answer: there is no such exception"},
      {"COMMAND", "@stream item-{itemId}\n@throws SoldOut\n@throws SoldOut",
       "shop.thrift: BuyCommand: @throws SoldOut stands twice"},
      {"COMMAND", "@stream item-{itemId}\n@throws Closed",
       "shop.thrift: Shop.execute: does not throw Closed, with which a command can be refused"},
      // Paths.
      {"FIND", "@get items", "shop.thrift: Shop.find: @get items: must begin with a slash"},
      {"FIND", "@get /items/{id}", "shop.thrift: Shop.find: @get /items/{id}: {id} names no field of FindQuery"},
      {"FIND", "@get /items/{size}", "shop.thrift: Shop.find: @get /items/{size}: {size} must be a required field"},
      {"FIND", "@get /items/x{itemId}",
       "shop.thrift: Shop.find: @get /items/x{itemId}: a field must stand for a whole segment"},
      {"FIND", "@get /items/{itemId}.json",
       "shop.thrift: Shop.find: @get /items/{itemId}.json: a field must stand for a whole segment"},
      {"FIND", "@get /a\n@get /b", "shop.thrift: Shop.find: @get stands twice"},
      {"FIND", "@get /events",
       "shop.thrift: Shop.find: @get /events: Weir itself answers at /events: choose another path"},
      {"FIND", "@get /events/{itemId}",
       "shop.thrift: Shop.find: @get /events/{itemId}: Weir itself answers at /events: choose another path"},
      {"FIND", "@get /", "shop.thrift: Shop.find: @get /: Weir itself answers at /: choose another path"},
      // Exceptions.
      {"LEFT", "@json status",
       "shop.thrift: SoldOut.left: is \"status\" in JSON, which every problem has already as a member of another "
       "meaning: give it another name there, as by @json soldOutStatus"},
      {"EXECUTE", "@get /execute",
       "shop.thrift: Shop.execute: @get needs a method of one argument, a struct, that answers with a struct"},
  };
  for (const auto& row : table) EXPECT_EQ(faults_of({{row.place, row.comment}}), row.says) << row.comment;
}

/// The shop with a method that carries out the one command `buy`.
std::string faults_of_method(const std::string& name, const std::string& answer, const std::string& throws) {
  std::string xml = shop;
  for (std::size_t at = 0; (at = xml.find("doc=\"{", at)) != std::string::npos;) {
    const bool command = xml.substr(at).starts_with("doc=\"{COMMAND}\"");
    xml.replace(at, xml.find('"', at + 5) - at + 1, command ? "doc=\"@stream item-{itemId}\n@throws SoldOut\"" : "");
  }
  xml.insert(xml.find("<struct name=\"Answer\""), "<struct name=\"CommandResult\" />");
  xml.insert(
      xml.find("<method name=\"find\""),
      "<method name=\"" + name + "\"><returns type=\"id\" type-module=\"shop\" type-id=\"" + answer +
          "\" /><arg name=\"command\" field-id=\"1\" type=\"id\" type-module=\"shop\" type-id=\"BuyCommand\" />" +
          throws + "</method>");
  const auto read = idl::read({{"shop", xml}});
  return read ? "" : read.error().detail;
}

TEST(idl, has_methods_that_take_one_command_alone) {
  const std::string throws = R"(<throws name="soldOut" field-id="1" type="id" type-module="shop" type-id="SoldOut" />)";
  EXPECT_EQ(faults_of_method("buy", "CommandResult", throws), "");
  EXPECT_EQ(faults_of_method("purchase", "CommandResult", throws),
            "shop.thrift: Shop.purchase: takes the command buy: give it that name");
  EXPECT_EQ(faults_of_method("buy", "Answer", throws),
            "shop.thrift: Shop.buy: carries out a command, so that it must return weir.CommandResult");
  EXPECT_EQ(faults_of_method("buy", "CommandResult", ""),
            "shop.thrift: Shop.buy: does not throw SoldOut, with which a command can be refused");
}

TEST(idl, refuses_two_queries_at_one_path) {
  EXPECT_EQ(faults_of({{"FIND", "@get /items/{itemId}"}, {"SEARCH", "@get /items/{itemId}"}}),
            "shop.thrift: Shop.search: @get /items/{itemId}: find has the same path");
}

TEST(idl, reports_all_faults_at_once) {
  EXPECT_EQ(faults_of({{"WORD", "@nope"}, {"PRICE", "@minimum x\n@maximum y"}, {"COMMAND", "@stream x"}}),
            "shop.thrift: Word: @nope is no tag that Weir knows\n"
            "shop.thrift: BuyCommand.price: @minimum needs a number, not \"x\"\n"
            "shop.thrift: BuyCommand.price: @maximum needs a number, not \"y\"\n"
            "shop.thrift: BuyCommand: @stream x: must begin with a category and a hyphen, as in user-{userId}");
}

TEST(idl, refuses_documents_that_are_none) {
  const auto says = [](const char* xml) { return idl::read({{"shop", xml}}).error().detail; };
  EXPECT_EQ(says("<other/>"), "shop.xml: holds no <idl><document>");
  EXPECT_THAT(says("<idl><document>"), testing::StartsWith("shop.xml: "));
  EXPECT_EQ(
      says(
          R"(<idl><document name="shop"><struct name="A"><field name="a" field-id="1" type="id" type-module="b" type-id="C" />)"
          R"(</struct></document></idl>)"),
      "shop.thrift: A.a: is of the type b.C, which no document declares");
}

TEST(idl, refuses_two_declarations_of_one_name) {
  const auto document = [](const std::string& name, const std::string& kind) {
    return schema::document{name, "<idl><document name=\"" + name + "\"><" + kind + " name=\"A\" /></document></idl>"};
  };
  for (const char* first : {"struct", "enum"}) {
    for (const char* second : {"struct", "enum"}) {
      EXPECT_EQ(idl::read({document("one", first), document("two", second)}).error().detail,
                "two.thrift: A: has the name of a declaration in one.thrift");
    }
  }
}

}  // namespace
}  // namespace weir::schema
