#include "auth/session_cache.hpp"

#include <algorithm>

namespace weir::auth {

session_cache::session_cache(std::size_t capacity)
    : part_capacity_(std::max<std::size_t>(1, capacity / std::tuple_size_v<decltype(parts_)>)) {}

session_cache::part& session_cache::part_of(std::string_view digest) {
  return parts_[static_cast<unsigned char>(digest.front()) % parts_.size()];
}

std::optional<session> session_cache::find(std::string_view digest) {
  part& in = part_of(digest);
  const std::lock_guard lock(in.mutex);
  const auto found = in.places.find(digest);
  if (found == in.places.end()) return std::nullopt;
  in.newest_first.splice(in.newest_first.begin(), in.newest_first, found->second);
  return found->second->second;
}

void session_cache::put(std::string_view digest, session kept) {
  part& in = part_of(digest);
  const std::lock_guard lock(in.mutex);
  if (const auto found = in.places.find(digest); found != in.places.end()) {
    found->second->second = std::move(kept);
    return;
  }
  if (in.places.size() >= part_capacity_) {
    in.places.erase(in.newest_first.back().first);
    in.newest_first.pop_back();
  }
  in.newest_first.emplace_front(std::string(digest), std::move(kept));
  in.places.emplace(in.newest_first.front().first, in.newest_first.begin());
}

void session_cache::drop(std::string_view digest) {
  part& in = part_of(digest);
  const std::lock_guard lock(in.mutex);
  const auto found = in.places.find(digest);
  if (found == in.places.end()) return;
  const auto place = found->second;
  in.places.erase(found);
  in.newest_first.erase(place);
}

std::size_t session_cache::size() {
  std::size_t count = 0;
  for (part& each : parts_) {
    const std::lock_guard lock(each.mutex);
    count += each.places.size();
  }
  return count;
}

}  // namespace weir::auth
