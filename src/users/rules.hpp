#pragma once

#include "users/commands_types.h"
#include "users/events_types.h"
#include "users/state_types.h"
#include "weir/domain.hpp"

/// The users' business: what may be asked of a user, and what a user is after all that happened.
namespace weir::users {

decision decide(const UserState& user, const CreateUserCommand& command, const decide_context& context);
decision decide(const UserState& user, const RenameUserCommand& command, const decide_context& context);
decision decide(const UserState& user, const ChangeEmailCommand& command, const decide_context& context);
decision decide(const UserState& user, const DeactivateUserCommand& command, const decide_context& context);
decision decide(const UserState& user, const ReactivateUserCommand& command, const decide_context& context);

void evolve(UserState& user, const UserCreatedEvent& event);
void evolve(UserState& user, const UserRenamedEvent& event);
void evolve(UserState& user, const UserEmailChangedEvent& event);
void evolve(UserState& user, const UserDeactivatedEvent& event);
void evolve(UserState& user, const UserReactivatedEvent& event);

}  // namespace weir::users
