#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "auth/session.hpp"

namespace weir::auth {

/// The sessions of credentials that were verified a while ago, by the SHA-256 of the credential. When it is full, a new
/// one takes the place of the one that was asked for longest ago. Refused credentials are not kept, so that nobody
/// without a credential can push out others.
///
/// Concurrency: any number of threads.
class session_cache {
 public:
  /// `capacity`: of all sessions, at least one for each of its 16 parts.
  explicit session_cache(std::size_t capacity);

  [[nodiscard]] std::optional<session> find(std::string_view digest);
  void put(std::string_view digest, session kept);
  void drop(std::string_view digest);
  [[nodiscard]] std::size_t size();

 private:
  struct part {
    using entry = std::pair<std::string, session>;
    std::mutex mutex;
    std::list<entry> newest_first;
    std::unordered_map<std::string_view, std::list<entry>::iterator> places;  ///< keys are in the list
  };
  part& part_of(std::string_view digest);

  std::size_t part_capacity_;
  std::array<part, 16> parts_;
};

}  // namespace weir::auth
