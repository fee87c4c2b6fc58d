#include "log/recorded_event.hpp"

#include <iterator>

#include <boost/algorithm/hex.hpp>
#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

recorded_event example() {
  recorded_event event;
  event.position = {5};
  event.stream = "user-u1";
  event.sequence = {2};
  event.recorded_at = from_rfc3339("2026-11-23T03:20:00.123456Z").value();
  event.type = "userRenamed";
  event.payload = "payload";
  event.command_id = uuid_bytes("017f22e2-79b0-7cc3-98c4-dc0c0c07398f").value();
  event.index_in_command = 1;
  event.event_id = uuid_bytes("017f22e2-79b0-7cc3-98c4-dc0c0c073990").value();
  event.from = {"correlation", "causation", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "actor"};
  return event;
}

void expect_equal(const recorded_event& left, const recorded_event& right) {
  EXPECT_EQ(left.position, right.position);
  EXPECT_EQ(left.stream, right.stream);
  EXPECT_EQ(left.sequence, right.sequence);
  EXPECT_EQ(left.event_id, right.event_id);
  EXPECT_EQ(left.recorded_at, right.recorded_at);
  EXPECT_EQ(left.type, right.type);
  EXPECT_EQ(left.payload, right.payload);
  EXPECT_EQ(left.command_id, right.command_id);
  EXPECT_EQ(left.from.correlation_id, right.from.correlation_id);
  EXPECT_EQ(left.from.causation_id, right.from.causation_id);
  EXPECT_EQ(left.from.traceparent, right.from.traceparent);
  EXPECT_EQ(left.from.actor, right.from.actor);
}

TEST(recorded_event, is_read_as_it_was_written) {
  const auto event = example();
  expect_equal(decode_recorded(encode_recorded(event), "user-u1", {2}).value(), event);
}

TEST(recorded_event, keeps_an_id_that_is_not_its_commands) {
  auto event = example();
  event.event_id = new_uuid(event.recorded_at);
  expect_equal(decode_recorded(encode_recorded(event), "user-u1", {2}).value(), event);
}

TEST(recorded_event, is_read_without_metadata) {
  auto event = example();
  event.from = {};
  expect_equal(decode_recorded(encode_recorded(event), "user-u1", {2}).value(), event);
}

TEST(recorded_event, leaves_out_a_traceparent_that_is_none) {
  auto event = example();
  for (const char* text : {"nonsense", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319x-b7ad6b7169203331-01"}) {
    event.from.traceparent = text;
    EXPECT_EQ(decode_recorded(encode_recorded(event), "user-u1", {2}).value().from.traceparent, "") << text;
  }
}

TEST(recorded_event, has_these_bytes) {
  std::string hex;
  boost::algorithm::hex_lower(encode_recorded(example()), std::back_inserter(hex));
  EXPECT_EQ(hex,
            "160a"
            "1680e9be9aa2bab006"
            "180b"
            "7573657252656e616d6564"
            "1807"
            "7061796c6f6164"
            "1810"
            "017f22e279b07cc398c4dc0c0c07398f"
            "1502"
            "280b"
            "636f7272656c6174696f6e"
            "1809"
            "636175736174696f6e"
            "1819"
            "0af7651916cd43dd8448eb211c80319cb7ad6b716920333101"
            "1805"
            "6163746f72"
            "00");
}

/// The same by the struct that idl/weir/stored.thrift declares.
std::string encoded_as_struct(const recorded_event& event) {
  stored::StoredEvent out;
  out.position = static_cast<std::int64_t>(event.position.value);
  out.recordedAt = event.recorded_at.time_since_epoch().count();
  out.type = event.type;
  out.payload = event.payload;
  out.commandId = event.command_id;
  out.indexInCommand = event.index_in_command;
  if (event.event_id != nth_event_id(event.command_id, event.index_in_command)) out.__set_eventId(event.event_id);
  if (!event.from.correlation_id.empty()) out.__set_correlationId(event.from.correlation_id);
  if (!event.from.causation_id.empty()) out.__set_causationId(event.from.causation_id);
  if (!event.from.traceparent.empty()) {
    std::string digits = event.from.traceparent.substr(3);
    std::erase(digits, '-');
    out.__set_trace(boost::algorithm::unhex(digits));
  }
  if (!event.from.actor.empty()) out.__set_actor(event.from.actor);
  return codec::encode(out);
}

TEST(recorded_event, is_the_struct_of_the_idl) {
  recorded_event event = example();
  EXPECT_EQ(encode_recorded(event), encoded_as_struct(event));
  event.event_id = new_uuid(event.recorded_at);
  event.index_in_command = 1'000;
  event.payload = std::string(100'000, 'x');
  EXPECT_EQ(encode_recorded(event), encoded_as_struct(event));
  event.from.correlation_id.clear();
  event.from.traceparent.clear();
  EXPECT_EQ(encode_recorded(event), encoded_as_struct(event));
  event.from = {};
  event.recorded_at = timestamp{};
  EXPECT_EQ(encode_recorded(event), encoded_as_struct(event));
}

TEST(recorded_event, is_read_with_fields_of_a_later_version) {
  std::string bytes = encode_recorded(example());
  bytes.pop_back();                       // the end of the struct
  bytes += "\x18\x03new";                 // field 12, a string
  bytes += std::string("\x19\x08\0", 3);  // field 13, an empty list of strings
  bytes += '\0';
  expect_equal(decode_recorded(bytes, "user-u1", {2}).value(), example());
}

TEST(recorded_event, is_no_event_without_what_it_must_have) {
  stored::StoredEvent whole = codec::decode<stored::StoredEvent>(encode_recorded(example()));
  const std::string good = codec::encode(whole);
  // The command's id as another field, which nobody knows.
  std::string bytes = good;
  const std::size_t id = bytes.find(whole.commandId);
  bytes[id - 2] = static_cast<char>(0xf8);  // 15 fields further on
  const auto read = decode_recorded(bytes, "user-u1", {2});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::corrupt);
}

TEST(recorded_event, is_viewed_as_it_is_decoded) {
  const std::string bytes = encode_recorded(example());
  const auto fact = view_recorded(bytes, "user-u1", {2}).value();
  EXPECT_EQ(fact.position, example().position);
  EXPECT_EQ(fact.recorded_at, example().recorded_at);
  EXPECT_EQ(fact.type, example().type);
  EXPECT_EQ(fact.payload, example().payload);
  EXPECT_EQ(view_recorded(bytes.substr(1), "user-u1", {2}).error().code, errc::corrupt);
}

TEST(recorded_event, refuses_bytes_that_are_none) {
  const std::string good = encode_recorded(example());
  for (std::size_t size = 0; size < good.size(); ++size) {
    const auto read = decode_recorded(good.substr(0, size), "user-u1", {2});
    ASSERT_FALSE(read) << size;
    EXPECT_EQ(read.error().code, errc::corrupt);
    EXPECT_NE(read.error().detail.find("event 2 of stream user-u1"), std::string::npos);
  }
}

TEST(recorded_event, says_which_of_its_commands_events_it_is) {
  auto event = example();
  for (const std::int32_t index : {1, 2, 113, 256, 1'000}) {
    event.event_id = nth_event_id(event.command_id, index);
    event.index_in_command = 0;
    settle_command(event);
    EXPECT_EQ(event.index_in_command, index);
    EXPECT_EQ(event.command_id, example().command_id);
  }
}

TEST(recorded_event, is_its_commands_first_where_the_ids_say_nothing) {
  auto event = example();
  for (const char* id : {"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398e",
                         "017f22e2-79b0-7cc3-98c4-dd0c0c073990", "017f22e2-79b0-7cc3-99c4-dc0c0c073990"}) {
    event.event_id = uuid_bytes(id).value();
    settle_command(event);
    EXPECT_EQ(event.index_in_command, 1) << id;
    expect_equal(decode_recorded(encode_recorded(event), "user-u1", {2}).value(), event);
  }
}

TEST(recorded_event, gets_a_command_whose_first_event_it_is) {
  auto event = example();
  for (const char* id : {"017f22e2-79b0-7cc3-98c4-dc0c0c073990", "017f22e2-79b0-7cc3-9800-000000000000"}) {
    event.command_id.clear();
    event.event_id = uuid_bytes(id).value();
    settle_command(event);
    EXPECT_EQ(uuid_text(nth_event_id(event.command_id, 1)), id);
    EXPECT_EQ(event.index_in_command, 1);
  }
}

TEST(recorded_event, keeps_a_traceparent_or_says_that_it_does_not) {
  EXPECT_TRUE(keeps_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
  for (const char* text : {"", "nonsense", "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                           "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                           "00-0af7651916cd43dd8448eb211c80319c+b7ad6b7169203331-01"}) {
    EXPECT_FALSE(keeps_traceparent(text)) << text;
  }
}

TEST(event_id, counts_on_from_the_commands_and_stays_a_uuid) {
  const auto command = uuid_bytes("017f22e2-79b0-7cc3-bfff-fffffffffffe").value();
  EXPECT_EQ(uuid_text(nth_event_id(command, 1)), "017f22e2-79b0-7cc3-bfff-ffffffffffff");
  EXPECT_EQ(uuid_text(nth_event_id(command, 2)), "017f22e2-79b0-7cc3-bf00-000000000000");
  EXPECT_EQ(uuid_text(nth_event_id(command, 1000)), "017f22e2-79b0-7cc3-bf00-0000000003e6");
}

}  // namespace
}  // namespace weir
