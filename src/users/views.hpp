#pragma once

#include <string>
#include <string_view>

#include "users/events_types.h"
#include "users/queries_types.h"
#include "users/state_types.h"
#include "weir/domain.hpp"

/// What can be read of the users. Raise a projection's version whenever its rows get another meaning.
namespace weir::users {

/// Every user, by id.
struct users_view {
  using row = User;
  static constexpr std::string_view name = "users";
  static constexpr int version = 1;

  static void on(const UserCreatedEvent& event, const recording& recorded, rows<users_view>& users);
  static void on(const UserRenamedEvent& event, const recording& recorded, rows<users_view>& users);
  static void on(const UserEmailChangedEvent& event, const recording& recorded, rows<users_view>& users);
  static void on(const UserDeactivatedEvent& event, const recording& recorded, rows<users_view>& users);
  static void on(const UserReactivatedEvent& event, const recording& recorded, rows<users_view>& users);
};

/// The owner of each e-mail address, without regard to case: it keeps addresses unique. A user without an address has no
/// row. Addresses are personal, so the rows are found by hashes of them.
struct emails_view {
  using row = EmailOwner;
  static constexpr std::string_view name = "emails";
  static constexpr int version = 2;

  static std::string personal_key(std::string_view email);

  static void on(const UserCreatedEvent& event, const recording& recorded, rows<emails_view>& emails);
  static void on(const UserEmailChangedEvent& event, const recording& recorded, rows<emails_view>& emails);
};

/// How many users came and left, by day (2026-11-23, UTC).
struct signups_view {
  using row = SignupsDay;
  static constexpr std::string_view name = "signups";
  static constexpr int version = 1;

  static void on(const UserCreatedEvent& event, const recording& recorded, rows<signups_view>& days);
  static void on(const UserDeactivatedEvent& event, const recording& recorded, rows<signups_view>& days);
};

}  // namespace weir::users
