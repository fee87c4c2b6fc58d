#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/ids.hpp"
#include "engine/weir_test_orders.hpp"
#include "support/append_events.hpp"
#include "support/engine_fixture.hpp"
#include "testing/scenario.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;

constexpr const char* first_form = R"({"orderPlaced":{"orderId":"o1","price":12.34}})";
constexpr const char* second_form = R"({"orderPlacedV2":{"orderId":"o1","cents":1234}})";
constexpr const char* cancel = R"({"cancelOrder":{"orderId":"o1"}})";
constexpr const char* cancelled =
    R"({"orderCancelled":{"orderId":"o1","voucher":"00000000-0000-7000-8000-000000000001"}})";
constexpr const char* the_order = R"({"orderId":"o1","cents":1234,"currency":"EUR","cancelled":false})";

TEST(upcasts, give_evolve_and_projections_the_newest_form) {
  for (const char* event : {first_form, second_form}) {
    testing::scenario scene(weir_test_orders::weir_test_orders());
    scene.given(event);
    EXPECT_EQ(scene.ask("getOrder", R"({"orderId":"o1"})"), the_order);
    scene.when(cancel).then({cancelled});
  }
}

TEST(ids, that_a_rule_asks_for_are_those_that_a_scenario_sets_and_then_numbers) {
  testing::scenario scene(weir_test_orders::weir_test_orders());
  const auto cancelled_with = [](const std::string& order, const std::string& voucher) {
    return R"({"orderCancelled":{"orderId":")" + order + R"(","voucher":")" + voucher + R"("}})";
  };
  scene.ids({"summer", "autumn"}).given(first_form).when(cancel).then({cancelled_with("o1", "summer")});
  for (const auto& [order, voucher] :
       std::map<std::string, std::string>{{"o2", "autumn"},
                                          {"o3", "00000000-0000-7000-8000-000000000001"},
                                          {"o4", "00000000-0000-7000-8000-000000000002"}}) {
    scene.given(R"({"orderPlaced":{"orderId":")" + order + R"(","price":1}})");
    scene.when(R"({"cancelOrder":{"orderId":")" + order + R"("}})").then({cancelled_with(order, voucher)});
  }
}

TEST(upcasts, make_the_newest_form_of_any_event_of_the_past) {
  const domain of = weir_test_orders::weir_test_orders();
  const auto upcast = [&](std::string_view name, const std::any& event) {
    return std::any_cast<weir_test_orders::OrderPlacedV3Event>(of.events[of.event_index(name)].upcast(event));
  };
  weir_test_orders::OrderPlacedEvent first;
  first.orderId = "o1";
  first.price = 0.29;  // 28.999999999999996 cents
  EXPECT_EQ(upcast("orderPlaced", first).cents, 29);
  EXPECT_EQ(upcast("orderPlaced", first).currency, "EUR");
  weir_test_orders::OrderPlacedV2Event second;
  second.cents = 5;
  EXPECT_EQ(upcast("orderPlacedV2", second).cents, 5);
  EXPECT_EQ(of.events[of.event_index("orderPlacedV3")].upcast, nullptr);
  EXPECT_EQ(of.events[of.event_index("orderCancelled")].upcast, nullptr);
}

class orders_with_a_past : public testing::engine_fixture {
 protected:
  orders_with_a_past() { restart(); }  // with the domains below, which the base did not know when it started

  std::vector<domain> domains() override {
    std::vector<domain> listed;
    listed.push_back(weir_test_orders::weir_test_orders());
    return listed;
  }

  /// Stores an event as a program of that time did: JSON of the union Event, the first of its stream.
  void given_in_the_log(const std::string& json) {
    stop();
    const schema::structure& events = *all->domains().front().idl->events();
    const auto bytes = std::get<std::string>(codec::from_json(json, events));
    const auto member = codec::member_of(bytes, events).value();
    {
      store_options files;
      files.directory = directory.path() / "data";
      files.families = applied_state::families();
      auto old_store = std::move(store::open(files).value());
      recorded_event event;
      event.position = log_rows(*old_store).last_position().value().next();
      event.stream =
          "order-" +
          codec::field_text(member.bytes, *member.field->type.shape, member.field->type.shape->fields.front()).value();
      event.sequence = {1};
      event.recorded_at = wall_clock_now();
      event.type = member.field->name;
      event.payload = member.bytes;
      event.command_id = new_uuid(event.recorded_at);
      event.event_id = nth_event_id(event.command_id, 1);
      testing::append_events(*old_store, {{event.stream, event.sequence, encode_recorded(event)}}, event.recorded_at);
    }
    start();
  }
};

TEST_F(orders_with_a_past, are_decided_on_what_the_upcast_makes_of_it) {
  given_in_the_log(first_form);
  EXPECT_TRUE(std::holds_alternative<acceptance>(run(cancel)));
  EXPECT_TRUE(std::holds_alternative<refused>(run(cancel)));
  EXPECT_EQ(whole_log(), "orderPlaced order-o1 1; orderCancelled order-o1 2; ");
}

TEST_F(orders_with_a_past, are_given_new_ids_with_the_time_of_the_commit) {
  given_in_the_log(first_form);
  ASSERT_TRUE(std::holds_alternative<acceptance>(run(cancel)));
  const auto event = running->read_log({1}, 1).value().events.at(0);
  const schema::structure& shape = *all->find_event(event.type)->type().shape;
  const std::string id = codec::field_text(event.payload, shape, shape.fields.at(2)).value();
  const std::string bytes = uuid_bytes(id).value();
  EXPECT_EQ(bytes.substr(0, 6), new_uuid(event.recorded_at).substr(0, 6));
  EXPECT_EQ(id[14], '7');
  EXPECT_NE(bytes, event.event_id);
}

TEST_F(orders_with_a_past, keep_it_in_the_log_as_it_was_recorded) {
  given_in_the_log(first_form);
  const auto event = running->read_log({0}, 1).value().events.at(0);
  EXPECT_EQ(event.type, "orderPlaced");
  std::string json;
  codec::to_json(event.payload, *all->find_event(event.type)->type().shape, json).value();
  EXPECT_EQ(json, R"({"orderId":"o1","price":12.34})");
}

TEST_F(orders_with_a_past, are_queried_as_of_then_in_the_newest_form) {
  given_in_the_log(first_form);
  const query_type& query = *all->domains().front().queries.front();
  auto back = running->query_as_of(query, std::get<std::string>(codec::from_json(R"({"orderId":"o1"})", *query.shape)),
                                   sequence{1}, anonymous());
  ASSERT_TRUE(back) << back.error().detail;
  ASSERT_TRUE(back->fold(10).value());
  std::string json;
  codec::to_json(std::get<std::string>(back->answer().value().value), *query.answer_shape, json).value();
  EXPECT_EQ(json, the_order);
}

TEST_F(orders_with_a_past, take_no_further_event_of_the_past) {
  const auto how = run(R"({"placeOrderAsBefore":{"orderId":"o1"}})");
  ASSERT_TRUE(std::holds_alternative<faulty>(how));
  EXPECT_EQ(
      std::get<faulty>(how).detail,
      "orderPlaced has an upcast, so it is no longer recorded: decide must return the newest form, orderPlacedV3");
  EXPECT_EQ(whole_log(), "");
}

}  // namespace
}  // namespace weir
