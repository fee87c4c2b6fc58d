#pragma once

#include "base/caller.hpp"
#include "base/time.hpp"
#include "domain/views.hpp"

namespace weir {

/// All that a command may know beside the state that it is decided on.
struct decide_context {
  timestamp now;               ///< when the command's events will have been recorded
  const weir::caller& caller;  ///< who sends the command; its name is "" where callers are not authenticated
  inline_views views;          ///< exactly up to date, the earlier commands of the same batch included
};

/// All that a query may know beside its own fields.
struct query_context {
  const weir::caller& caller;  ///< who asks
  const weir::views& views;    ///< one consistent moment
};

}  // namespace weir
