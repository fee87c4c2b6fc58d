#include "users/rules.hpp"

#include "users/views.hpp"

namespace weir::users {
namespace {

bool exists(const UserState& user) { return user.__isset.status; }
bool is_active(const UserState& user) { return exists(user) && user.status == UserStatus::ACTIVE; }

/// Whether somebody else has the address, in whatever case. Its owner may change its case.
bool is_taken(const EmailAddress& email, const UserId& by, const decide_context& context) {
  const auto owner = context.views.get<emails_view>(email);
  return owner && owner->userId != by;
}

template <class Refusal>
refusal refuse_user(const UserId& id) {
  Refusal why;
  why.userId = id;
  return refuse(why);
}

refusal refuse_email(const EmailAddress& email) {
  EmailTaken why;
  why.email = email;
  return refuse(why);
}

/// Why a command for an active user cannot be carried out on this one; nothing if it can.
std::optional<refusal> refuse_unless_active(const UserState& user, const UserId& id) {
  if (!exists(user)) return refuse_user<UserNotFound>(id);
  if (!is_active(user)) return refuse_user<UserInactive>(id);
  return std::nullopt;
}

}  // namespace

decision decide(const UserState& user, const CreateUserCommand& command, const decide_context& context) {
  if (exists(user)) return refuse_user<UserAlreadyExists>(command.userId);
  if (command.__isset.email && is_taken(command.email, command.userId, context)) return refuse_email(command.email);
  UserCreatedEvent event;
  event.userId = command.userId;
  if (command.__isset.name) event.__set_name(command.name);
  if (command.__isset.email) event.__set_email(command.email);
  return happens(std::move(event));
}

decision decide(const UserState& user, const RenameUserCommand& command, const decide_context&) {
  if (auto why = refuse_unless_active(user, command.userId)) return *why;
  if (user.__isset.name && user.name == command.name) return nothing_happens();
  UserRenamedEvent event;
  event.userId = command.userId;
  event.name = command.name;
  return happens(std::move(event));
}

decision decide(const UserState& user, const ChangeEmailCommand& command, const decide_context& context) {
  if (auto why = refuse_unless_active(user, command.userId)) return *why;
  if (user.__isset.email && user.email == command.email) return nothing_happens();
  if (is_taken(command.email, command.userId, context)) return refuse_email(command.email);
  UserEmailChangedEvent event;
  event.userId = command.userId;
  event.email = command.email;
  if (user.__isset.email) event.__set_previousEmail(user.email);
  return happens(std::move(event));
}

decision decide(const UserState& user, const DeactivateUserCommand& command, const decide_context&) {
  if (auto why = refuse_unless_active(user, command.userId)) return *why;
  UserDeactivatedEvent event;
  event.userId = command.userId;
  if (command.__isset.reason) event.__set_reason(command.reason);
  return happens(std::move(event));
}

decision decide(const UserState& user, const ReactivateUserCommand& command, const decide_context&) {
  if (!exists(user)) return refuse_user<UserNotFound>(command.userId);
  if (is_active(user)) return refuse_user<UserActive>(command.userId);
  UserReactivatedEvent event;
  event.userId = command.userId;
  return happens(std::move(event));
}

void evolve(UserState& user, const UserCreatedEvent& event) {
  user.__set_status(UserStatus::ACTIVE);
  if (event.__isset.name) user.__set_name(event.name);
  if (event.__isset.email) user.__set_email(event.email);
}

void evolve(UserState& user, const UserRenamedEvent& event) { user.__set_name(event.name); }

void evolve(UserState& user, const UserEmailChangedEvent& event) { user.__set_email(event.email); }

void evolve(UserState& user, const UserDeactivatedEvent&) { user.__set_status(UserStatus::INACTIVE); }

void evolve(UserState& user, const UserReactivatedEvent&) { user.__set_status(UserStatus::ACTIVE); }

}  // namespace weir::users
