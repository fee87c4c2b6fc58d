#pragma once

#include "users/queries_types.h"
#include "weir/domain.hpp"

/// What can be asked about the users.
namespace weir::users {

answer_or_refusal<User> answer(const GetUserQuery& query, const query_context& context);
answer_or_refusal<UserList> answer(const ListUsersQuery& query, const query_context& context);
answer_or_refusal<User> answer(const GetUserByEmailQuery& query, const query_context& context);
answer_or_refusal<SignupsReport> answer(const GetSignupsQuery& query, const query_context& context);

}  // namespace weir::users
