#pragma once

#include <string>

#include "base/caller.hpp"
#include "base/time.hpp"
#include "domain/views.hpp"

namespace weir {

/// Gives new ids. Rules have no chance of their own, so that tests can set what comes.
class id_source {
 public:
  virtual ~id_source() = default;

  /// Another one with each call: a UUID of version 7 (RFC 9562) as text, 0190163d-8694-739b-aea5-966c26f8ad91.
  [[nodiscard]] virtual std::string next() = 0;
};

/// All that a command may know beside the state that it is decided on.
struct decide_context {
  timestamp now;               ///< when the command's events will have been recorded
  const weir::caller& caller;  ///< who sends the command; its name is "" where callers are not authenticated
  inline_views views;          ///< exactly up to date, the earlier commands of the same batch included
  id_source& ids;              ///< for what the command makes: the rows of an order, a voucher's code
};

/// All that a query may know beside its own fields.
struct query_context {
  const weir::caller& caller;  ///< who asks
  const weir::views& views;    ///< one consistent moment
};

}  // namespace weir
