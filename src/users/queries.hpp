#pragma once

#include "engine/domain.hpp"
#include "users/queries_types.h"

/// What can be asked about the users.
namespace weir::users {

answer_or_refusal<User> answer(const GetUserQuery& query, const views& views);
answer_or_refusal<UserList> answer(const ListUsersQuery& query, const views& views);
answer_or_refusal<User> answer(const GetUserByEmailQuery& query, const views& views);
answer_or_refusal<SignupsReport> answer(const GetSignupsQuery& query, const views& views);

}  // namespace weir::users
