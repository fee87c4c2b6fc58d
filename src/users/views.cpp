#include "users/views.hpp"

#include <algorithm>

namespace weir::users {
namespace {

template <class Change>
void change_user(rows<users_view>& users, const UserId& id, const recording& recorded, Change change) {
  users.change(id, [&](User& user) {
    change(user);
    user.updatedAt = recorded.at.time_since_epoch().count();
    user.sequence = static_cast<std::int64_t>(recorded.sequence.value);
  });
}

template <class Change>
void change_day(rows<signups_view>& days, const recording& recorded, Change change) {
  const std::string day = to_day(recorded.at);
  days.change(day, [&](SignupsDay& row) {
    row.day = day;
    change(row);
  });
}

EmailOwner owned_by(const UserId& id) {
  EmailOwner owner;
  owner.userId = id;
  return owner;
}

}  // namespace

void users_view::on(const UserCreatedEvent& event, const recording& recorded, rows<users_view>& users) {
  User user;
  user.userId = event.userId;
  if (event.__isset.name) user.__set_name(event.name);
  if (event.__isset.email) user.__set_email(event.email);
  user.status = UserStatus::ACTIVE;
  user.createdAt = user.updatedAt = recorded.at.time_since_epoch().count();
  user.sequence = static_cast<std::int64_t>(recorded.sequence.value);
  users.put(event.userId, user);
}

void users_view::on(const UserRenamedEvent& event, const recording& recorded, rows<users_view>& users) {
  change_user(users, event.userId, recorded, [&](User& user) { user.__set_name(event.name); });
}

void users_view::on(const UserEmailChangedEvent& event, const recording& recorded, rows<users_view>& users) {
  change_user(users, event.userId, recorded, [&](User& user) { user.__set_email(event.email); });
}

void users_view::on(const UserDeactivatedEvent& event, const recording& recorded, rows<users_view>& users) {
  change_user(users, event.userId, recorded, [&](User& user) { user.status = UserStatus::INACTIVE; });
}

void users_view::on(const UserReactivatedEvent& event, const recording& recorded, rows<users_view>& users) {
  change_user(users, event.userId, recorded, [&](User& user) { user.status = UserStatus::ACTIVE; });
}

std::string emails_view::personal_key(std::string_view email) {
  std::string lower(email);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

void emails_view::on(const UserCreatedEvent& event, const recording&, rows<emails_view>& emails) {
  if (event.__isset.email) emails.put(event.email, owned_by(event.userId));
}

void emails_view::on(const UserEmailChangedEvent& event, const recording&, rows<emails_view>& emails) {
  if (event.__isset.previousEmail) emails.erase(event.previousEmail);
  emails.put(event.email, owned_by(event.userId));
}

void signups_view::on(const UserCreatedEvent&, const recording& recorded, rows<signups_view>& days) {
  change_day(days, recorded, [](SignupsDay& day) { ++day.created; });
}

void signups_view::on(const UserDeactivatedEvent&, const recording& recorded, rows<signups_view>& days) {
  change_day(days, recorded, [](SignupsDay& day) { ++day.deactivated; });
}

}  // namespace weir::users
