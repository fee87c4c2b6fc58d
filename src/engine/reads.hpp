#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/numbers.hpp"
#include "base/time.hpp"
#include "log/recorded_event.hpp"
#include "schema/schema.hpp"

/// The results of the engine's read functions.
namespace weir {

struct stream_head {
  weir::sequence sequence;
  timestamp created_at, updated_at;
};

struct event_page {
  std::vector<recorded_event> events;
  bool more = false;  ///< whether there are further events in that direction
};

/// Which events of the event log are wanted.
struct event_filter {
  std::vector<std::string> categories;  ///< any of these, of their streams, sorted; empty: all
  std::vector<std::string_view> types;  ///< any of these; empty: all. The texts outlive the filter

  [[nodiscard]] bool wants_category(std::string_view category) const {
    return categories.empty() || std::binary_search(categories.begin(), categories.end(), category);
  }
};

/// Events of the whole event log. Reading on after `last` misses nothing that the filter wants.
struct log_page {
  std::vector<recorded_event> events;
  position last;  ///< the last position read, including events that the filter left out
};

/// A moment of a stream: after its n-th event, or as it stood at a time.
using moment = std::variant<sequence, timestamp>;

struct query_answer {
  struct refused {
    const schema::structure* exception;
    std::string bytes;
  };
  std::variant<std::string, refused> value;  ///< compact bytes of the answer, or the refusal
  weir::position reflects;                   ///< the answer reflects everything up to here
};

}  // namespace weir
