#include "engine/weir_test_people.hpp"

#include <algorithm>
#include <cctype>

#include "weir/define_domain.hpp"
#include "weir_test_people/binding.hpp"

namespace weir::weir_test_people {
namespace {

refusal unknown(const std::string& id) {
  PersonUnknown why;
  why.personId = id;
  return refuse(why);
}

}  // namespace

decision decide(const PersonState& person, const RegisterPersonCommand& command, const decide_context& context) {
  if (person.registered) {
    PersonExists why;
    why.personId = command.personId;
    return refuse(why);
  }
  if (command.__isset.email && context.views.contains<holders_view>(command.email)) {
    EmailTaken why;
    why.email = command.email;
    return refuse(why);
  }
  PersonRegisteredEvent event;
  event.personId = command.personId;
  if (command.__isset.name) event.__set_name(command.name);
  if (command.__isset.email) event.__set_email(command.email);
  if (command.__isset.photo) event.__set_photo(command.photo);
  if (command.__isset.addresses) event.__set_addresses(command.addresses);
  return happens(std::move(event));
}

decision decide(const PersonState& person, const RenamePersonCommand& command, const decide_context&) {
  if (!person.registered) return unknown(command.personId);
  if (person.name == command.name) return nothing_happens();
  PersonRenamedEvent event;
  event.personId = command.personId;
  event.name = command.name;
  return happens(std::move(event));
}

decision decide(const PersonState& person, const ForgetPersonCommand& command, const decide_context&) {
  if (!person.registered) return unknown(command.personId);
  PersonForgottenEvent event;
  event.personId = command.personId;
  return happens(std::move(event)).erasing("person-" + command.personId);
}

decision decide(const OrderState&, const PlaceOrderCommand& command, const decide_context&) {
  OrderPlacedEvent event;
  event.orderId = command.orderId;
  event.buyerId = command.buyerId;
  event.deliverTo = command.deliverTo;
  return happens(std::move(event));
}

void evolve(PersonState& person, const PersonRegisteredEvent& event) {
  person.__set_registered(true);
  if (event.__isset.name) person.__set_name(event.name);
  if (event.__isset.email) person.__set_email(event.email);
}

void evolve(PersonState& person, const PersonRenamedEvent& event) { person.__set_name(event.name); }

void evolve(PersonState&, const PersonForgottenEvent&) {}

void evolve(OrderState& order, const OrderPlacedEvent&) { order.__set_placed(true); }

void people_view::on(const PersonRegisteredEvent& event, const recording&, rows<people_view>& people) {
  Person row;
  row.personId = event.personId;
  if (event.__isset.name) {
    row.__set_name(event.name);
    row.names.push_back(event.name);
  }
  if (event.__isset.email) row.__set_email(event.email);
  if (event.__isset.photo) row.__set_photo(event.photo);
  if (event.__isset.addresses) row.__set_addresses(event.addresses);
  people.put(event.personId, row);
}

void people_view::on(const PersonRenamedEvent& event, const recording&, rows<people_view>& people) {
  people.change(event.personId, [&](Person& row) {
    row.__set_name(event.name);
    row.names.push_back(event.name);
  });
}

std::string holders_view::personal_key(std::string_view email) {
  std::string lower(email);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

void holders_view::on(const PersonRegisteredEvent& event, const recording&, rows<holders_view>& holders) {
  if (!event.__isset.email) return;
  EmailHolder holder;
  holder.personId = event.personId;
  holders.put(event.email, holder);
}

answer_or_refusal<Person> answer(const GetPersonQuery& query, const query_context& context) {
  if (auto row = context.views.get<people_view>(query.personId)) return std::move(*row);
  return unknown(query.personId);
}

answer_or_refusal<Person> answer(const GetPersonByEmailQuery& query, const query_context& context) {
  const auto holder = context.views.get<holders_view>(query.email);
  if (!holder) return unknown("");
  if (auto row = context.views.get<people_view>(holder->personId)) return std::move(*row);
  return unknown(holder->personId);
}

domain weir_test_people() {
  return define_domain<binding, aggregate<"person", PersonState>, aggregate<"order", OrderState>, people_view,
                       holders_view>();
}

}  // namespace weir::weir_test_people
