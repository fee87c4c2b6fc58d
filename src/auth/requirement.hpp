#pragma once

#include <string>
#include <utility>

#include "auth/permissions.hpp"

namespace weir::auth {

/// What a caller needs for an endpoint or for a call.
struct requirement {
  enum class kind {
    open,        ///< nothing, not even a credential
    credential,  ///< a valid credential. If more is needed, it depends on the request, and the handler checks it
    query,
    command,
    some_events,  ///< events of at least one category
    metrics,
    administration
  };

  kind what = kind::credential;
  std::string domain;  ///< of a query or a command
  std::string name;    ///< of a query, a command or an action of administration

  [[nodiscard]] static requirement open() { return {kind::open, {}, {}}; }
  [[nodiscard]] static requirement credential() { return {kind::credential, {}, {}}; }
  [[nodiscard]] static requirement query(std::string domain, std::string name) {
    return {kind::query, std::move(domain), std::move(name)};
  }
  [[nodiscard]] static requirement command(std::string domain, std::string name) {
    return {kind::command, std::move(domain), std::move(name)};
  }
  [[nodiscard]] static requirement some_events() { return {kind::some_events, {}, {}}; }
  [[nodiscard]] static requirement metrics() { return {kind::metrics, {}, {}}; }
  /// `action`: one of admin_actions().
  [[nodiscard]] static requirement administration(std::string action) {
    return {kind::administration, {}, std::move(action)};
  }

  [[nodiscard]] bool is_open() const { return what == kind::open; }
  [[nodiscard]] bool is_met_by(const permissions& granted) const;
  /// For sentences: the query getUser.
  [[nodiscard]] std::string text() const;
};

}  // namespace weir::auth
