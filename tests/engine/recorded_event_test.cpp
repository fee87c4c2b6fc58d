#include "engine/recorded_event.hpp"

#include <iterator>

#include <boost/algorithm/hex.hpp>
#include <gtest/gtest.h>

#include "base/ids.hpp"

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
