#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "codec/codec.hpp"
#include "event_text/cloud_event.hpp"
#include "event_text/cloud_event_reader.hpp"
#include "event_text/recorded_event_json.hpp"
#include "event_text/recorded_event_reader.hpp"
#include "users/domain.hpp"

namespace weir::event_text {
namespace {

const catalog& all() {
  static const catalog domains = [] {
    std::vector<domain> listed;
    listed.push_back(users::users());
    return catalog(std::move(listed));
  }();
  return domains;
}

recorded_event example() {
  recorded_event event;
  event.position = {5};
  event.stream = "user-u1/ü";
  event.sequence = {2};
  event.recorded_at = from_rfc3339("2026-11-23T03:20:00.123456Z").value();
  event.type = "userRenamed";
  const schema::structure& shape = *all().find_event(event.type)->type().shape;
  event.payload = std::get<std::string>(codec::from_json(R"({"name":"Zo\u00eb \"Zo\"","userId":"u1"})", shape));
  event.command_id = uuid_bytes("017f22e2-79b0-7cc3-98c4-dc0c0c07398f").value();
  event.index_in_command = 3;
  event.event_id = nth_event_id(event.command_id, 3);
  event.from = {"correlation", "causation", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "actor"};
  return event;
}

std::string event_json(const recorded_event& event) {
  std::string json;
  append_recorded_event(json, event, all()).value();
  return json;
}
std::string cloud_json(const recorded_event& event) {
  std::string json;
  append_cloud_event(json, event, all()).value();
  return json;
}

void expect_equal(const recorded_event& left, const recorded_event& right) {
  EXPECT_EQ(left.position, right.position);
  EXPECT_EQ(left.stream, right.stream);
  EXPECT_EQ(left.sequence, right.sequence);
  EXPECT_EQ(left.event_id, right.event_id);
  EXPECT_EQ(encode_recorded(left), encode_recorded(right));
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  if (at == text.npos) throw std::logic_error(text + " has no " + what);
  return text.replace(at, what.size(), with);
}

std::string refusal_of_event(const std::string& json) {
  static const recorded_event_reader reader(all());
  const auto read = reader.read(json);
  return read ? "read" : read.error().detail;
}
std::string refusal_of_cloud_event(const std::string& json) {
  static const cloud_event_reader reader(all());
  const auto read = reader.read(json);
  return read ? "read" : read.error().detail;
}

TEST(recorded_event_reader, undoes_the_writer) {
  const recorded_event_reader reader(all());
  auto event = example();
  expect_equal(reader.read(event_json(event)).value(), event);
  event.from = {};
  expect_equal(reader.read(event_json(event)).value(), event);
}

TEST(cloud_event_reader, undoes_the_writer) {
  const cloud_event_reader reader(all());
  auto event = example();
  expect_equal(reader.read(cloud_json(event)).value(), event);
  event.from = {};
  expect_equal(reader.read(cloud_json(event)).value(), event);
  // Its type may stand behind its data.
  const std::string moved = replaced(cloud_json(event), R"("type":"userRenamed",)", "");
  expect_equal(reader.read(moved.substr(0, moved.size() - 1) + R"(,"type":"userRenamed"})").value(), event);
}

TEST(recorded_event_reader, takes_facts_that_break_the_rules_of_today) {
  EXPECT_EQ(refusal_of_event(replaced(event_json(example()), R"("userId":"u1")", R"("userId":"not an id!")")), "read");
  EXPECT_EQ(refusal_of_cloud_event(replaced(cloud_json(example()), R"("userId":"u1")", R"("userId":"not an id!")")),
            "read");
}

TEST(recorded_event_reader, finds_a_command_where_none_is_named) {
  const recorded_event_reader reader(all());
  const std::string json = event_json(example());
  const auto event = reader.read(json.substr(0, json.find(",\"metadata\"")) + "}").value();
  EXPECT_EQ(event.event_id, example().event_id);
  EXPECT_EQ(nth_event_id(event.command_id, 1), event.event_id);
}

TEST(recorded_event_reader, names_all_that_is_wrong) {
  const std::string good = event_json(example());
  const struct {
    const char *what, *with, *refusal;
  } table[] = {
      {R"("name":"Zoë \"Zo\"","userId":"u1")", R"("name":5)",
       "/event/userRenamed/name: must be a string, not a number; /event/userRenamed/userId: is required"},
      {R"("userRenamed")", R"("userRenarned")",
       R"(/event/userRenarned: is no member of Event (did you mean "userRenamed"?))"},
      {R"("position":5)", R"("position":0)", "/position: must be at least 1"},
      {R"("position":5)", R"("position":"5")",
       "/position: must be an integer from -9223372036854775808 to 9223372036854775807, not a string"},
      {R"("position":5,)", "", "/position: is required"},
      {R"("position":5)", R"("position":5,"colour":"red")", "/colour: is no member of RecordedEvent"},
      {R"("stream":"user-u1/ü")", R"("stream":"")", "/stream: must not be empty"},
      {R"("recordedAt":"2026-11-23T03:20:00.123456Z")", R"("recordedAt":9223372036854775807)",
       "/recordedAt: must be a moment of the years 0000 to 9999"},
      {R"("actor":"actor")", R"("actor":"","traceparent":"00")", "/metadata/traceparent: appears twice"},
      {R"("actor":"actor")", R"("actor":"")", "/metadata/actor: must not be empty"},
      {R"("actor":"actor")", R"("actor":"a\u0000")", "/metadata/actor: must not hold the character U+0000"},
      {R"("name":"Zoë)", R"("name":"\u0000)", "/event/userRenamed/name: must not hold the character U+0000"},
      {R"("traceparent":"00)", R"("traceparent":"01)",
       "/metadata/traceparent: must be a traceparent like 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
      {R"("commandId":"017f)", R"("commandId":"017)",
       "/metadata/commandId: must be a UUID like 0190163d-8694-739b-aea5-966c26f8ad91"},
      {"}}", "}", "no JSON, at column "},
  };
  for (const auto& each : table) {
    EXPECT_THAT(refusal_of_event(replaced(good, each.what, each.with)), ::testing::StartsWith(each.refusal));
  }
  EXPECT_EQ(refusal_of_event("[]"), "must be an object, not an array");
  EXPECT_THAT(refusal_of_event(good + "x"), ::testing::StartsWith("no JSON, at column "));
}

TEST(cloud_event_reader, names_all_that_is_wrong) {
  const std::string good = cloud_json(example());
  const struct {
    const char *what, *with, *refusal;
  } table[] = {
      {R"("name":"Zoë \"Zo\"","userId":"u1")", R"("name":5)",
       "/data/name: must be a string, not a number; /data/userId: is required"},
      {R"("userRenamed")", R"("userRenarned")", R"(/type: must be an event of a domain (did you mean "userRenamed"?))"},
      {R"("type":"userRenamed",)", "", "/type: is required, as a string"},
      {R"("type":"userRenamed")", R"("type":"userRenamed","type":"userCreated")", "/type: appears twice"},
      {R"("specversion":"1.0")", R"("specversion":"0.3")", "/specversion: must be 1.0"},
      {R"(user-u1%2F)", R"(user-u2%2F)", "/source: must be /streams/user-u1%2F%C3%BC"},
      {R"("application/json")", R"("text/xml")", "/datacontenttype: must be application/json"},
      {R"("weirposition":"5")", R"("weirposition":5)", "/weirposition: must be a string of the digits"},
      {R"("weirsequence":"2")", R"("weirsequence":"-2")", "/weirsequence: must be at least 1"},
      {R"("weiractor":"actor")", R"("weirdactor":"actor")", "/weirdactor: is no member of CloudEvent"},
      {R"("id":"017f)", R"("id":"17f)", "/id: must be a UUID"},
      {R"("name":"Zoë)", R"("name":"\u0000)", "/data/name: must not hold the character U+0000"},
  };
  for (const auto& each : table) {
    EXPECT_THAT(refusal_of_cloud_event(replaced(good, each.what, each.with)), ::testing::StartsWith(each.refusal));
  }
  EXPECT_EQ(refusal_of_cloud_event("5"), "must be an object, not a number");
  EXPECT_THAT(refusal_of_cloud_event("{\"type\""), ::testing::StartsWith("no JSON, at column "));
}

}  // namespace
}  // namespace weir::event_text
