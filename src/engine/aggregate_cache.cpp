#include "engine/aggregate_cache.hpp"

namespace weir {

aggregate_entry* aggregate_cache::find(std::string_view stream) {
  const auto found = by_stream_.find(stream);
  if (found == by_stream_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second);
  return &found->second->entry;
}

aggregate_entry& aggregate_cache::put(const std::string& stream, aggregate_entry entry) {
  if (auto* present = find(stream)) {
    *present = std::move(entry);
    return *present;
  }
  by_use_.push_front({stream, std::move(entry)});
  by_stream_.emplace(by_use_.front().stream, by_use_.begin());
  return by_use_.front().entry;
}

void aggregate_cache::trim() {
  while (by_stream_.size() > entries_max_) {
    by_stream_.erase(by_use_.back().stream);
    by_use_.pop_back();
  }
}

void aggregate_cache::clear() {
  by_stream_.clear();
  by_use_.clear();
}

}  // namespace weir
