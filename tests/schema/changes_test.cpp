#include <functional>
#include <iterator>
#include <map>

#include <boost/algorithm/hex.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/codec.hpp"
#include "codec/compact.hpp"
#include "schema/schema_comparison.hpp"
#include "weir_test_after/binding.hpp"
#include "weir_test_before/binding.hpp"
#include "weir_test_kinds/binding.hpp"

// The table of changes to events, each with what is said of it and with what becomes of bytes that were stored before
// it: the events of tests/idl/before, read by those of tests/idl/after.
namespace weir::schema {
namespace {

const idl& before_idl() { return *weir_test_before::binding::idl(); }
const idl& after_idl() { return *weir_test_after::binding::idl(); }

const structure& shape_of(const idl& in, std::string_view event) { return *in.events()->find(event)->type.shape; }

/// What JSON shows of bytes, or why it cannot.
std::string shown(const std::string& bytes, const structure& shape) {
  std::string json;
  const auto written = codec::to_json(bytes, shape, json);
  return written ? json : written.error().detail;
}

std::string unhex(std::string_view digits) {
  std::string bytes;
  boost::algorithm::unhex(digits.begin(), digits.end(), std::back_inserter(bytes));
  return bytes;
}

using rewriter = std::function<std::string(const std::string&)>;

template <class... Entries>
std::map<std::string_view, rewriter> rewriters(entries<Entries...>) {
  return {{Entries::name,
           [](const std::string& bytes) { return codec::encode(codec::decode<typename Entries::type>(bytes)); }}...};
}

/// What evolve and projections of the changed program are given, as JSON.
std::string read(std::string_view event, const std::string& bytes) {
  static const auto rewrite = rewriters(weir_test_after::binding::events{});
  try {
    return shown(rewrite.at(event)(bytes), shape_of(after_idl(), event));
  } catch (const apache::thrift::TException&) {
    return "unreadable";
  }
}

event_schema schema_of(const idl& declared) { return {{{"shop", events_of(declared, {"item"})}}}; }

const std::vector<schema_change>& all_changes() {
  static const auto made = compare(schema_of(before_idl()), schema_of(after_idl())).changes;
  return made;
}

struct row {
  const char* event;
  const char* json;   ///< as it was shown before
  const char* bytes;  ///< as it was stored, in hexadecimal digits
  bool compatible;
  std::vector<const char*> changes;  ///< place and sentence of all that is found in this event
  const char* read;                  ///< what the changed program reads from the bytes, as JSON; or unreadable
  const char* shown;                 ///< what it shows of them; or why it cannot
};

const std::vector<row>& table() {
  // clang-format off
  static const std::vector<row> rows{
    {"optionalAdded", R"({"id":"a"})",
     "18016100",
     true,
     {"optionalAdded.note: is new and optional: events stored before lack it."},
     R"({"id":"a"})", R"({"id":"a"})"},
    {"defaultAdded", R"({"id":"a"})",
     "18016100",
     true,
     {"defaultAdded.count: is new: events stored before are read with its default, 5."},
     R"({"id":"a","count":5})", R"({"id":"a"})"},
    {"unspecifiedAdded", R"({"id":"a"})",
     "18016100",
     true,
     {"unspecifiedAdded.count: is new: events stored before are read with the zero value (0, false, empty), and shown without it."},
     R"({"id":"a","count":0})", R"({"id":"a"})"},
    {"requiredAdded", R"({"id":"a"})",
     "18016100",
     false,
     {"requiredAdded.count: is new and required, but stored events do not have it and could not be read: make it optional, or add another event that has it, with an upcast."},
     "unreadable", R"({"id":"a"})"},
    {"optionalGone", R"({"id":"a","note":"b"})",
     "18016118016200",
     true,
     {"optionalGone.note: is gone: stored events keep it, and it is no longer shown. No other field may ever take number 2."},
     R"({"id":"a"})", R"({"id":"a"})"},
    {"requiredGone", R"({"id":"a","note":"b"})",
     "18016118016200",
     true,
     {"requiredGone.note: is gone: stored events keep it, and it is no longer shown. No other field may ever take number 2."},
     R"({"id":"a"})", R"({"id":"a"})"},
    {"fieldRenamed", R"({"id":"a","note":"b"})",
     "18016118016200",
     true,
     {"fieldRenamed.reason: was called note: stored events hold no field names, so JSON shows the new name in old events too. Write @was note at the field: an import then accepts exports with the old name. If it is meant to be another field, give it a new number."},
     R"({"id":"a","reason":"b"})", R"({"id":"a","reason":"b"})"},
    {"numberChanged", R"({"id":"a","note":"b"})",
     "18016118016200",
     false,
     {"numberChanged.note: has number 3 now, was number 2, but stored events have its value under the old number, where it would be skipped: keep number 2."},
     R"({"id":"a"})", R"({"id":"a"})"},
    {"numberAndTypeChanged", R"({"id":"a","count":3})",
     "180161150600",
     false,
     {"numberAndTypeChanged.count: has number 3 now, was number 2, but stored events have its value under the old number, where it would be skipped: keep number 2, and give the new field a name of its own too."},
     "unreadable", R"({"id":"a"})"},
    {"numberTaken", R"({"id":"a","note":"b"})",
     "18016118016200",
     false,
     {"numberTaken.note: has number 3 now, was number 2, but stored events have its value under the old number, where it would be skipped: keep number 2.",
      "numberTaken.reason: takes number 2, under which stored events may have note, a string: take a number that no field ever had."},
     R"({"id":"a","reason":"b"})", R"({"id":"a","reason":"b"})"},
    {"optionalToRequired", R"({"id":"a"})",
     "18016100",
     false,
     {"optionalToRequired.note: is required now, was optional: events stored without it could not be read. Keep it so, or add another event with an upcast."},
     "unreadable", R"({"id":"a"})"},
    {"unspecifiedToRequired", R"({"id":"a","note":""})",
     "180161180000",
     false,
     {"unspecifiedToRequired.note: is required now, was neither required nor optional: events stored before it was added could not be read. Keep it so, or add another event with an upcast."},
     R"({"id":"a","note":""})", R"({"id":"a","note":""})"},
    {"requiredToOptional", R"({"id":"a","note":"b"})",
     "18016118016200",
     true,
     {"requiredToOptional.note: is optional now, was required: stored events are read as before."},
     R"({"id":"a","note":"b"})", R"({"id":"a","note":"b"})"},
    {"requiredToUnspecified", R"({"id":"a","note":"b"})",
     "18016118016200",
     true,
     {"requiredToUnspecified.note: is neither required nor optional now, was required: stored events are read as before."},
     R"({"id":"a","note":"b"})", R"({"id":"a","note":"b"})"},
    {"optionalToUnspecified", R"({"id":"a"})",
     "18016100",
     true,
     {"optionalToUnspecified.note: is neither required nor optional now, was optional: events stored without it are read with the zero value (0, false, empty)."},
     R"({"id":"a","note":""})", R"({"id":"a"})"},
    {"unspecifiedToOptional", R"({"id":"a","note":""})",
     "180161180000",
     true,
     {"unspecifiedToOptional.note: is optional now, was neither required nor optional: stored events are read as before."},
     R"({"id":"a","note":""})", R"({"id":"a","note":""})"},
    {"defaultChanged", R"({"id":"a"})",
     "18016100",
     false,
     {"defaultChanged.count: has the default 5 now, had 3: events stored without it would get another meaning. Keep the default as it was, and let decide set the new value."},
     R"({"id":"a","count":5})", R"({"id":"a"})"},
    {"defaultGiven", R"({"id":"a"})",
     "18016100",
     false,
     {"defaultGiven.count: has the default 5 now, had none: events stored without it would get another meaning. Keep the default as it was, and let decide set the new value."},
     R"({"id":"a","count":5})", R"({"id":"a"})"},
    {"defaultGone", R"({"id":"a"})",
     "18016100",
     false,
     {"defaultGone.count: has no default any more, had 3: events stored without it would get another meaning. Keep the default as it was, and let decide set the new value."},
     R"({"id":"a"})", R"({"id":"a"})"},
    {"defaultOfRequiredChanged", R"({"id":"a","count":3})",
     "180161150600",
     true,
     {},
     R"({"id":"a","count":3})", R"({"id":"a","count":3})"},
    {"widened", R"({"id":"a","count":3})",
     "180161150600",
     false,
     {"widened.count: is an i64 now, was an i32: values stored as one type cannot be read as the other: keep number 2 as it is, and add another field, with a number and a name of its own, or another event with an upcast."},
     R"({"id":"a"})", "WidenedEvent: a field of another type"},
    {"textToBytes", R"({"text":"Ada"})",
     "180341646100",
     true,
     {"textToBytes.text: is a binary now, was a string: both are stored as bytes; JSON shows base64 from now on, in old events too."},
     R"({"text":"QWRh"})", R"({"text":"QWRh"})"},
    {"bytesToText", R"({"bytes":"/w=="})",
     "1801ff00",
     false,
     {"bytesToText.bytes: is a string now, was a binary: stored bytes need not be UTF-8, so they might not be shown: keep number 1 as it is, and add another field, with a number and a name of its own, or another event with an upcast."},
     "BytesToTextEvent: a string that is not UTF-8", "BytesToTextEvent: a string that is not UTF-8"},
    {"enumToNumber", R"({"colour":"GREEN"})",
     "150400",
     true,
     {"enumToNumber.colour: is an i32 now, was a Colour: both are stored as numbers; JSON shows numbers from now on, in old events too."},
     R"({"colour":2})", R"({"colour":2})"},
    {"numberToEnum", R"({"colour":2})",
     "150400",
     true,
     {"numberToEnum.colour: is a Colour now, was an i32: both are stored as numbers; JSON shows names from now on, in old events too."},
     R"({"colour":"GREEN"})", R"({"colour":"GREEN"})"},
    {"elementsWidened", R"({"counts":[1,2]})",
     "1925020400",
     false,
     {"elementsWidened.counts[]: is an i64 now, was an i32: values stored as one type cannot be read as the other: keep number 1 as it is, and add another field, with a number and a name of its own, or another event with an upcast."},
     R"({"counts":[1,2]})", "ElementsWidenedEvent: elements of another type"},
    {"listToSet", R"({"names":["a"]})",
     "1918016100",
     false,
     {"listToSet.names: is a set<string> now, was a list<string>: values stored as one type cannot be read as the other: keep number 1 as it is, and add another field, with a number and a name of its own, or another event with an upcast."},
     "unreadable", "ListToSetEvent: a field of another type"},
    {"keysWidened", R"({"byNumber":{"1":"a"}})",
     "1b015802016100",
     false,
     {"keysWidened.byNumber{key}: is an i64 now, was an i32: values stored as one type cannot be read as the other: keep number 1 as it is, and add another field, with a number and a name of its own, or another event with an upcast."},
     R"({"byNumber":{"1":"a"}})", "KeysWidenedEvent: entries of another type"},
    {"valuesToNumbers", R"({"byName":{"a":"GREEN"}})",
     "1b018501610400",
     true,
     {"valuesToNumbers.byName{value}: is an i32 now, was a Colour: both are stored as numbers; JSON shows numbers from now on, in old events too."},
     R"({"byName":{"a":2}})", R"({"byName":{"a":2}})"},
    {"otherStruct", R"({"place":{"x":1,"y":2}})",
     "1c150215040000",
     true,
     {"otherStruct.place: is of the type Place now, was of Point: stored events hold no type names; the fields are compared one by one.",
      "otherStruct.place.name: is new and optional: events stored before lack it."},
     R"({"place":{"x":1,"y":2}})", R"({"place":{"x":1,"y":2}})"},
    {"nestedFieldRequired", R"({"lines":[{"item":"a"}]})",
     "191c1801610000",
     false,
     {"nestedFieldRequired.lines[].count: is required now, was optional: events stored without it could not be read. Keep it so, or add another event with an upcast."},
     "unreadable", R"({"lines":[{"item":"a"}]})"},
    {"recursiveGrown", R"({"tree":{"label":"a","children":[{"label":"b"}]}})",
     "1c180161191c180162000000",
     true,
     {"recursiveGrown.tree.height: is new and optional: events stored before lack it."},
     R"({"tree":{"label":"a","children":[{"label":"b"}]}})", R"({"tree":{"label":"a","children":[{"label":"b"}]}})"},
    {"enumGrown", R"({"value":"RED"})",
     "150200",
     true,
     {"enumGrown.value: GREEN = 2 is new in Grown."},
     R"({"value":"RED"})", R"({"value":"RED"})"},
    {"enumShrunk", R"({"value":"GREEN"})",
     "150400",
     false,
     {"enumShrunk.value: GREEN = 2 is gone from Shrunk, but stored events may hold it: keep it, but do not use it any more. If this program is older than the data, start the newer one."},
     R"({"value":2})", R"({"value":2})"},
    {"enumRenumbered", R"({"value":"GREEN"})",
     "150400",
     false,
     {"enumRenumbered.value: GREEN of Renumbered is 3 now, was 2, which stored events hold: keep the numbers as they were."},
     R"({"value":2})", R"({"value":2})"},
    {"enumValueRenamed", R"({"value":"GREEN"})",
     "150400",
     true,
     {"enumValueRenamed.value: GREEN of Renamed is called LIME now: stored events hold the number; JSON shows the new name in old events too. Write @was GREEN at it: an import then accepts exports with the old name."},
     R"({"value":"LIME"})", R"({"value":"LIME"})"},
    {"unionGrown", R"({"value":{"number":1}})",
     "1c15020000",
     true,
     {"unionGrown.value.text: is a new member of the union."},
     R"({"value":{"number":1}})", R"({"value":{"number":1}})"},
    {"unionShrunk", R"({"value":{"text":"a"}})",
     "1c2801610000",
     false,
     {"unionShrunk.value.text: is gone from the union, but stored events may hold it, and would be read as holding nothing: keep it, but do not use it any more. If this program is older than the data, start the newer one."},
     R"({"value":{}})", R"({"value":{}})"},
    {"unionRenumbered", R"({"value":{"text":"a"}})",
     "1c2801610000",
     false,
     {"unionRenumbered.value.text: has number 3 now, was number 2, but stored events have its value under the old number, where it would be skipped: keep number 2."},
     R"({"value":{}})", R"({"value":{}})"},
    {"unionMemberRenamed", R"({"value":{"text":"a"}})",
     "1c2801610000",
     true,
     {"unionMemberRenamed.value.words: was called text: stored events hold no field names, so JSON shows the new name in old events too. Write @was text at the field: an import then accepts exports with the old name. If it is meant to be another field, give it a new number."},
     R"({"value":{"words":"a"}})", R"({"value":{"words":"a"}})"},
    {"structToUnion", R"({"value":{"number":1,"text":"a"}})",
     "1c15021801610000",
     false,
     {"structToUnion.value: is of the type Strict now, was of Loose: stored events hold no type names; the fields are compared one by one.",
      "structToUnion.value: is a union now, but stored events may have several of its fields set, which no union can hold: keep the struct, and add a new field or a new event for the union."},
     R"({"value":{"number":1,"text":"a"}})", R"({"value":{"number":1,"text":"a"}})"},
    {"unionToStruct", R"({"value":{"text":"a"}})",
     "1c2801610000",
     true,
     {"unionToStruct.value: is of the type Loose2 now, was of Strict2: stored events hold no type names; the fields are compared one by one.",
      "unionToStruct.value: is a struct now, was a union: stored events have one of its fields set."},
     R"({"value":{"text":"a"}})", R"({"value":{"text":"a"}})"},
    {"rulesTightened", R"({"text":"ADA"})",
     "180341444100",
     true,
     {},
     R"({"text":"ADA"})", R"({"text":"ADA"})"},
  };
  // clang-format on
  return rows;
}

/// What is found in one event.
std::vector<schema_change> changes_in(std::string_view event) {
  std::vector<schema_change> found;
  for (const schema_change& each : all_changes()) {
    if (each.place.substr(0, each.place.find('.')) == event) found.push_back(each);
  }
  return found;
}

class a_change : public testing::TestWithParam<row> {};

TEST_P(a_change, is_told_in_a_sentence) {
  std::vector<std::string> sentences;
  bool compatible = true;
  for (const schema_change& each : changes_in(GetParam().event)) {
    sentences.push_back(each.place + ": " + each.what);
    compatible = compatible && each.compatible;
  }
  EXPECT_EQ(sentences, std::vector<std::string>(GetParam().changes.begin(), GetParam().changes.end()));
  EXPECT_EQ(compatible, GetParam().compatible);
}

TEST_P(a_change, does_to_stored_bytes_what_is_said) {
  const row& one = GetParam();
  const auto bytes = unhex(one.bytes);
  EXPECT_EQ(shown(bytes, shape_of(before_idl(), one.event)), one.json);
  EXPECT_EQ(read(one.event, bytes), one.read);
  EXPECT_EQ(shown(bytes, shape_of(after_idl(), one.event)), one.shown);
  if (one.compatible) {
    EXPECT_EQ(one.read[0], '{');
    EXPECT_EQ(one.shown[0], '{');
  }
}

INSTANTIATE_TEST_SUITE_P(table, a_change, testing::ValuesIn(table()),
                         [](const auto& each) { return std::string(each.param.event); });

TEST(changes, of_events_themselves_are_told) {
  const std::vector<schema_change> expected{
      {false, "shop", "eventGone",
       "is gone, but the event log may hold such events, and they could not be read: keep it. An upcast can convert it "
       "into another event. If this program is older than the data, start the newer one."},
      {true, "shop", "eventOfOtherNumber",
       "has number 203 in the union Event now, was number 103: stored events hold only the name, but Thrift clients "
       "know the number."},
      {true, "shop", "eventOfOtherType",
       "is of the type EventOfNewTypeEvent now, was of EventOfOldTypeEvent: stored events hold no type names; the "
       "fields are compared one by one."},
      {false, "shop", "eventRenamed",
       "is called eventWithNewName now, but stored events hold the name eventRenamed: keep eventRenamed, and let "
       "eventWithNewName be another event, with an upcast to it."},
      {false, "shop", "eventRenamedAndChanged",
       "is called eventWithNewNameAndType now, but stored events hold the name eventRenamedAndChanged: keep "
       "eventRenamedAndChanged, and let eventWithNewNameAndType be another event, with an upcast to it."},
      {true, "shop", "eventAdded", "is a new event. From now on a program without it refuses to start on this data."}};
  std::vector<schema_change> found;
  for (const schema_change& each : all_changes()) {
    if (each.place.starts_with("event")) found.push_back(each);
  }
  EXPECT_EQ(found, expected);
}

TEST(changes, are_all_in_the_table) {
  std::size_t told = 0;
  for (const row& one : table()) told += changes_in(one.event).size();
  EXPECT_EQ(told + 6, all_changes().size());
  EXPECT_EQ(table().size() + 5, before_idl().events()->fields.size());
}

TEST(names_of_the_past, are_read_in_what_was_exported) {
  std::size_t read = 0;
  for (const row& one : table()) {
    if (std::string_view("fieldRenamed enumValueRenamed unionMemberRenamed").find(one.event) == std::string_view::npos)
      continue;
    const auto& shape = shape_of(after_idl(), one.event);
    const auto imported = codec::from_json(one.json, shape, codec::checks::types_only);
    ASSERT_TRUE(std::holds_alternative<std::string>(imported)) << one.event;
    EXPECT_EQ(std::get<std::string>(imported), unhex(one.bytes)) << one.event;
    EXPECT_EQ(shown(std::get<std::string>(imported), shape), one.shown) << one.event;
    ++read;
  }
  EXPECT_EQ(read, 3u);
}

TEST(names_of_the_past, are_no_names_in_what_is_sent) {
  const auto& shape = shape_of(after_idl(), "fieldRenamed");
  const auto sent = codec::from_json(R"({"id":"a","note":"b"})", shape);
  ASSERT_TRUE(std::holds_alternative<codec::invalid>(sent));
  EXPECT_EQ(std::get<codec::invalid>(sent).violations.at(0).pointer, "/note");
}

TEST(names_of_the_past, are_not_there_twice) {
  const auto& shape = shape_of(after_idl(), "fieldRenamed");
  const auto both = codec::from_json(R"({"id":"a","note":"b","reason":"c"})", shape, codec::checks::types_only);
  ASSERT_TRUE(std::holds_alternative<codec::invalid>(both));
  EXPECT_EQ(std::get<codec::invalid>(both).violations.at(0).detail, "appears twice");
}

// Every kind of value, stored as one and read as another.

const std::vector<std::pair<std::string, std::string>> all_kinds{// name in tests/idl/kinds, and a value as JSON
                                                                 {"Bool", "true"},
                                                                 {"I8", "1"},
                                                                 {"I16", "1"},
                                                                 {"I32", "1"},
                                                                 {"I64", "1"},
                                                                 {"Double", "1.5"},
                                                                 {"String", R"("x")"},
                                                                 {"Binary", R"("/w==")"},
                                                                 {"Enum", R"("RED")"},
                                                                 {"List", "[1]"},
                                                                 {"Set", "[1]"},
                                                                 {"Map", R"({"1":1})"},
                                                                 {"Struct", R"({"x":1})"}};

const idl& kinds_idl() { return *weir::weir_test_kinds::binding::idl(); }

/// A domain with one event, that struct.
event_schema event_of(const std::string& structure) {
  auto domain = events_of(kinds_idl(), {});
  domain.events = {{"happened", {1, structure}}};
  return {{{"shop", domain}}};
}

template <class... Structs>
std::vector<rewriter> rewriters_of() {
  return {[](const std::string& bytes) { return codec::encode(codec::decode<Structs>(bytes)); }...};
}

TEST(kinds, are_exchanged_only_where_stored_values_are_read_as_they_were) {
  using namespace weir::weir_test_kinds;
  const auto reads =
      rewriters_of<ABool, AI8, AI16, AI32, AI64, ADouble, AString, ABinary, AEnum, AList, ASet, AMap, AStruct>();
  for (const std::string form : {"A", "ListOf"}) {
    for (std::size_t from = 0; from < all_kinds.size(); ++from) {
      for (std::size_t to = 0; to < all_kinds.size(); ++to) {
        const auto& [old_kind, value] = all_kinds[from];
        const std::string now_kind = all_kinds[to].first;
        SCOPED_TRACE(form + ": " + old_kind + " to " + now_kind);
        const bool compatible = compare(event_of(form + old_kind), event_of(form + now_kind)).compatible();
        EXPECT_EQ(compatible, from == to || (old_kind == "String" && now_kind == "Binary") ||
                                  (old_kind == "Enum" && now_kind == "I32") ||
                                  (old_kind == "I32" && now_kind == "Enum"));

        const std::string json = "{\"value\":" + (form == "A" ? value : "[" + value + "]") + "}";
        const auto bytes = std::get<std::string>(codec::from_json(json, *kinds_idl().find(form + old_kind)));
        const bool can_be_shown = shown(bytes, *kinds_idl().find(form + now_kind))[0] == '{';
        EXPECT_EQ(can_be_shown, compatible);
        if (form != "A" || (old_kind == "Binary" && now_kind == "String"))
          continue;  // Thrift's own code looks no closer
        try {
          EXPECT_EQ(reads[to](bytes), bytes);
          EXPECT_TRUE(compatible);
        } catch (const apache::thrift::TException&) {
          EXPECT_FALSE(compatible);
        }
      }
    }
  }
}

// What a schema remembers of earlier ones.

std::string field(int id, const std::string& name, const std::string& presence, const std::string& type) {
  return R"({"id":)" + std::to_string(id) + R"(,"name":")" + name + R"(","presence":")" + presence + R"(","type":")" +
         type + R"("})";
}

/// A domain with one event of these fields; and an enumeration.
event_schema shop(const std::string& fields, const std::string& colours = R"({"RED":1})") {
  return read_event_schema(
             R"({"format":1,"domains":{"shop":{"categories":["item"],"events":{"sold":{"id":1,"type":"Sold"}},)"
             R"("structs":{"Sold":{"kind":"struct","fields":[)" +
             fields + R"(]}},"enums":{"Colour":)" + colours + "}}}}")
      .value();
}

std::vector<std::string> sentences(const comparison& of) {
  std::vector<std::string> all;
  for (const auto& each : of.changes) all.push_back((each.compatible ? "" : "NO ") + described(each));
  return all;
}

const std::string id_field = field(1, "id", "required", "string");
const auto without_note = shop(id_field);
const auto with_note = shop(id_field + "," + field(2, "note", "optional", "string"));

TEST(a_retired_field, keeps_its_number) {
  const auto kept = compare(with_note, without_note).kept;
  EXPECT_EQ(kept, shop(id_field + "," + field(2, "note", "retired", "string")));
  EXPECT_TRUE(compare(kept, without_note).changes.empty());
  EXPECT_EQ(compare(kept, without_note).kept, kept);
  for (const char* type : {"i32", "string"}) {
    EXPECT_EQ(
        sentences(compare(kept, shop(id_field + "," + field(2, "count", "optional", type)))),
        std::vector<std::string>{"NO shop: sold.count: takes number 2, under which stored events may have note, a "
                                 "string: take a number that no field ever had."});
  }
  EXPECT_TRUE(compare(kept, shop(id_field + "," + field(3, "note", "optional", "i32"))).compatible());
}

TEST(a_retired_field, may_come_back_as_it_was) {
  const auto kept = compare(with_note, without_note).kept;
  const auto back = compare(kept, with_note);
  EXPECT_EQ(sentences(back),
            std::vector<std::string>{"shop: sold.note: is back: events stored while it was gone lack it."});
  EXPECT_EQ(back.kept, with_note);
  EXPECT_EQ(
      sentences(compare(kept, shop(id_field + "," + field(2, "note", "required", "string")))),
      std::vector<std::string>{"NO shop: sold.note: is back and required, but events stored while it was gone lack it "
                               "and could not be read: make it optional."});
  EXPECT_FALSE(compare(kept, shop(id_field + "," + field(2, "note", "optional", "i64"))).compatible());
}

TEST(a_retired_field, keeps_its_type_in_mind) {
  const std::string coloured = id_field + "," + field(2, "colour", "optional", "Colour");
  auto gone = without_note;
  gone.domains.at("shop").enumerations.clear();
  const auto kept = compare(shop(coloured), gone).kept;
  EXPECT_EQ(kept.domains.at("shop").enumerations.count("Colour"), 1u);
  EXPECT_FALSE(compare(kept, shop(coloured, R"({"RED":2})")).compatible());
  EXPECT_TRUE(compare(kept, shop(coloured)).compatible());
}

TEST(a_personal_field, tells_what_becomes_of_values_that_are_stored) {
  const auto with = [](const std::string& note, const std::string& id = id_field) {
    return shop(id + R"(,{"id": 2, "name": "note", "presence": "optional", "type": "string")" + note + "}");
  };
  const auto plain = with(""), personal = with(R"(, "personal": true)");
  const std::string owner = R"({"id": 1, "name": "id", "presence": "required", "type": "string", "subject": "user"})";
  const auto of_owner = with(R"(, "personal": true)", owner);
  EXPECT_EQ(sentences(compare(plain, personal)),
            std::vector<std::string>{"shop: sold.note: is @personal now: new values are encrypted. Values that were "
                                     "stored before stay in clear, and no erasure reaches them; an export, imported "
                                     "into a new data directory, encrypts them too."});
  EXPECT_EQ(sentences(compare(personal, plain)),
            std::vector<std::string>{"NO shop: sold.note: is no longer @personal, but stored events may hold "
                                     "encrypted values, which could not be shown: tag it @personal again."});
  EXPECT_EQ(sentences(compare(personal, of_owner)),
            std::vector<std::string>{"shop: sold.id: names the subject of personal values now: stored values keep "
                                     "the subject that they were encrypted for."});
  EXPECT_TRUE(compare(of_owner, personal).compatible());
  // A field that comes back without its tag would show what is encrypted.
  const auto kept = compare(personal, without_note).kept;
  EXPECT_FALSE(compare(kept, plain).compatible());
  EXPECT_TRUE(compare(kept, personal).compatible());
}

TEST(a_schema_with_personal_fields, is_of_a_format_that_earlier_versions_refuse) {
  const auto personal =
      shop(id_field + R"(,{"id": 2, "name": "note", "presence": "optional", "type": "string", "personal": true})");
  EXPECT_NE(to_json(personal).find("\"format\": 2"), std::string::npos);
  EXPECT_NE(to_json(without_note).find("\"format\": 1"), std::string::npos);
  EXPECT_EQ(read_event_schema(to_json(personal)).value(), personal);
}

TEST(a_domain, that_is_gone_or_new_is_told) {
  EXPECT_EQ(sentences(compare({}, without_note)), std::vector<std::string>{"shop: is a new domain."});
  EXPECT_EQ(
      sentences(compare(without_note, {})),
      std::vector<std::string>{"NO shop: is gone, but the event log may hold its events, and they could not be read: "
                               "keep the domain. If this program is older than the data, start the newer one."});
}

TEST(a_category, that_is_gone_or_new_is_told) {
  auto other = without_note;
  other.domains.at("shop").categories = {"thing"};
  EXPECT_EQ(sentences(compare(without_note, other)),
            (std::vector<std::string>{
                "NO shop: no aggregate has the category item any more, so no command could be decided on streams like "
                "item-1: give an aggregate this category again, and its commands a @stream with this category. If this "
                "program "
                "is older than the data, start the newer one.",
                "shop: has streams of a new category, thing."}));
}

TEST(equal_schemas, have_no_changes) {
  for (const idl* each : {&before_idl(), &after_idl()}) {
    const auto same = compare(schema_of(*each), schema_of(*each));
    EXPECT_TRUE(same.changes.empty());
    EXPECT_EQ(same.kept, schema_of(*each));
  }
}

}  // namespace
}  // namespace weir::schema
