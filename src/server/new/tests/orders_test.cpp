#include <gtest/gtest.h>

#include "orders/domain.hpp"
#include "weir/testing.hpp"

namespace {

class an_order : public ::testing::Test, public weir::testing::scenario {
 protected:
  an_order() : scenario(orders::domain()) {}
  const std::string created = R"({"orderCreated":{"orderId":"o1","title":"Two chairs"}})";
  const std::string renamed = R"({"orderRenamed":{"orderId":"o1","title":"Three chairs"}})";
  const std::string create = R"({"createOrder":{"orderId":"o1","title":"Two chairs"}})";
  const std::string rename = R"({"renameOrder":{"orderId":"o1","title":"Three chairs"}})";
};

TEST_F(an_order, is_created) { when(create).then({created}); }

TEST_F(an_order, is_created_once) { given(created).when(create).then_refused(R"(OrderAlreadyExists{"orderId":"o1"})"); }

TEST_F(an_order, is_renamed) { given(created).when(rename).then({renamed}); }

TEST_F(an_order, renamed_to_the_title_that_it_has_stays_as_it_is) {
  given(created).given(renamed).when(rename).then_nothing_happens();
}

TEST_F(an_order, that_does_not_exist_cannot_be_renamed) {
  when(rename).then_refused(R"(OrderNotFound{"orderId":"o1"})");
}

TEST_F(an_order, is_shown_with_its_present_title) {
  at("2026-01-02T03:04:05Z").given(created).given(renamed);
  EXPECT_EQ(ask("getOrder", R"({"orderId":"o1"})"),
            R"({"orderId":"o1","title":"Three chairs","createdAt":"2026-01-02T03:04:05.000000Z","sequence":2})");
}

TEST_F(an_order, that_does_not_exist_cannot_be_shown) {
  EXPECT_EQ(ask("getOrder", R"({"orderId":"o1"})"), R"(OrderNotFound{"orderId":"o1"})");
}

TEST_F(an_order, is_listed_page_by_page) {
  given(created).given(R"({"orderCreated":{"orderId":"o2","title":"A table"}})").at("2026-01-02T03:04:05Z");
  EXPECT_EQ(ask("listOrders", R"({"limit":1,"cursor":"o1"})"),
            R"({"items":[{"orderId":"o2","title":"A table","createdAt":"2026-11-23T03:20:01.000000Z","sequence":1}]})");
}

}  // namespace
