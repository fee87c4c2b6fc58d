#include "users/queries.hpp"

#include "base/limits.hpp"
#include "users/views.hpp"

namespace weir::users {
namespace {

/// The first key after `key`, in the order of bytes.
std::string just_after(std::string key) { return key += '\0'; }

bool matches(const User& user, const ListUsersQuery& query) {
  if (query.__isset.status && user.status != query.status) return false;
  return user.name.starts_with(query.namePrefix);
}

}  // namespace

answer_or_refusal<User> answer(const GetUserQuery& query, const query_context& context) {
  if (auto user = context.views.get<users_view>(query.userId)) return std::move(*user);
  UserNotFound why;
  why.userId = query.userId;
  return refuse(why);
}

answer_or_refusal<UserList> answer(const ListUsersQuery& query, const query_context& context) {
  const auto limit = static_cast<std::size_t>(query.limit);
  const std::string from = query.__isset.cursor ? just_after(query.cursor) : "";
  UserList page;
  std::string last_seen;
  std::size_t seen = 0;
  context.views.scan<users_view>(from, [&](std::string_view id, User user) {
    // One row too many tells that there is a next page. A filter that lets little through ends a page early: no query
    // reads without end.
    if (page.users.size() == limit || seen == limits::scanned_rows_max) {
      page.__set_nextCursor(last_seen);
      return false;
    }
    ++seen;
    last_seen = id;
    if (matches(user, query)) page.users.push_back(std::move(user));
    return true;
  });
  return page;
}

answer_or_refusal<User> answer(const GetUserByEmailQuery& query, const query_context& context) {
  const auto owner = context.views.get<emails_view>(query.email);
  if (owner) {
    if (auto user = context.views.get<users_view>(owner->userId)) return std::move(*user);
  }
  EmailNotFound why;
  why.email = query.email;
  return refuse(why);
}

answer_or_refusal<SignupsReport> answer(const GetSignupsQuery& query, const query_context& context) {
  SignupsReport report;
  std::size_t days = 0;
  context.views.scan<signups_view>(query.firstDay, [&](std::string_view day, SignupsDay row) {
    if (day > query.lastDay || ++days > limits::scanned_rows_max) return false;
    report.days.push_back(std::move(row));
    return true;
  });
  return report;
}

}  // namespace weir::users
