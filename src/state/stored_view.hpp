#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"

namespace weir {

/// What the names of all families of views begin with.
inline constexpr std::string_view view_family_prefix = "view.";

/// In `meta`, once `meta` names the families of views. Format 1 had no such names.
inline constexpr std::string_view views_named_key = "views";

/// The name of a view's family: view.users.1.2 as users, 1, 2; view.users.1 is the first of its version.
struct view_family_name {
  std::string projection;
  int version = 0;
  int generation = 1;

  [[nodiscard]] std::string text() const;
};

/// Nothing if it is no such name. It begins with view_family_prefix.
[[nodiscard]] std::optional<view_family_name> read_view_family_name(std::string_view name);

/// What `meta` says of a view's family: StoredView of idl/weir/stored.thrift.
struct stored_view {
  bool serving = false;
  std::optional<position> checkpoint;  ///< nothing: every commit updates the rows
  std::string shape;                   ///< of the rows
  bool retired = false;                ///< it is to be dropped
};

/// Error errc::corrupt, with the family's name.
[[nodiscard]] result<stored_view> read_stored_view(std::string_view family_name, std::string_view bytes);

[[nodiscard]] std::string encoded(const stored_view& one);

}  // namespace weir
