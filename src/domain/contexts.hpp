#pragma once

#include <string>

#include "base/caller.hpp"
#include "base/time.hpp"
#include "domain/views.hpp"

namespace weir {

/// Gives new ids. The rules of a domain create no ids themselves, so that tests can set them.
class id_source {
 public:
  virtual ~id_source() = default;

  /// A new id at each call: a UUID of version 7 (RFC 9562) as text, 0190163d-8694-739b-aea5-966c26f8ad91.
  [[nodiscard]] virtual std::string next() = 0;
};

/// What `decide` gets beside the state and the command.
struct decide_context {
  timestamp now;               ///< when the command's events will have been recorded
  const weir::caller& caller;  ///< who sends the command; its name is "" where callers are not authenticated
  inline_views views;          ///< up to date, including earlier commands of the same batch
  id_source& ids;              ///< new ids for parts of the command's events, such as the rows of an order
};

/// What `answer` gets beside the query.
struct query_context {
  const weir::caller& caller;  ///< who asks
  const weir::views& views;    ///< one consistent snapshot
};

}  // namespace weir
