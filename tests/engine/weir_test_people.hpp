#pragma once

#include "weir/domain.hpp"
#include "weir_test_people/commands_types.h"
#include "weir_test_people/events_types.h"
#include "weir_test_people/queries_types.h"
#include "weir_test_people/state_types.h"

/// People and their orders, with personal data in every place that can have it.
namespace weir::weir_test_people {

decision decide(const PersonState& person, const RegisterPersonCommand& command, const decide_context& context);
decision decide(const PersonState& person, const RenamePersonCommand& command, const decide_context& context);
decision decide(const PersonState& person, const ForgetPersonCommand& command, const decide_context& context);
decision decide(const OrderState& order, const PlaceOrderCommand& command, const decide_context& context);

void evolve(PersonState& person, const PersonRegisteredEvent& event);
void evolve(PersonState& person, const PersonRenamedEvent& event);
void evolve(PersonState& person, const PersonForgottenEvent& event);
void evolve(OrderState& order, const OrderPlacedEvent& event);

struct people_view {
  using row = Person;
  static constexpr std::string_view name = "people";
  static constexpr int version = 1;

  static void on(const PersonRegisteredEvent& event, const recording& recorded, rows<people_view>& people);
  static void on(const PersonRenamedEvent& event, const recording& recorded, rows<people_view>& people);
};

struct holders_view {
  using row = EmailHolder;
  static constexpr std::string_view name = "holders";
  static constexpr int version = 1;
  static std::string personal_key(std::string_view email);

  static void on(const PersonRegisteredEvent& event, const recording& recorded, rows<holders_view>& holders);
};

answer_or_refusal<Person> answer(const GetPersonQuery& query, const query_context& context);
answer_or_refusal<Person> answer(const GetPersonByEmailQuery& query, const query_context& context);

[[nodiscard]] domain weir_test_people();

}  // namespace weir::weir_test_people
