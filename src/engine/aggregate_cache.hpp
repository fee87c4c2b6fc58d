#pragma once

#include <any>
#include <cstddef>
#include <list>
#include <string>
#include <string_view>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// A stream as commands are decided on it.
struct aggregate_entry {
  weir::sequence sequence;  ///< of the last event in `state`; 0: the stream does not exist
  weir::position position;  ///< of that event
  timestamp created_at{};
  std::any state;
};

/// A least-recently-used cache of stream states, so that a command seldom reads its stream. It also holds states that
/// are not yet on disk, so it evicts only when told: trim() between batches, clear() after a failed batch. For one
/// thread.
class aggregate_cache {
 public:
  explicit aggregate_cache(std::size_t entries_max) : entries_max_(entries_max) {}

  /// The stream's entry, now the most recently used; null if there is none. Valid until the next trim() or clear().
  aggregate_entry* find(std::string_view stream);
  /// Stores an entry and replaces the stream's earlier one.
  aggregate_entry& put(const std::string& stream, aggregate_entry entry);
  /// Evicts the least recently used entries until at most the maximum is left.
  void trim();
  void clear();
  [[nodiscard]] std::size_t size() const { return by_stream_.size(); }

 private:
  struct node {
    std::string stream;
    aggregate_entry entry;
  };
  std::size_t entries_max_;
  std::list<node> by_use_;  ///< most recently used first
  boost::unordered_flat_map<std::string_view, std::list<node>::iterator, std::hash<std::string_view>> by_stream_;
};

}  // namespace weir
