#include "server/descriptors.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <thread>

#include <sys/resource.h>

namespace weir {
namespace {

/// Standard streams, log, listeners, the data directory's lock and marks, files that are reloaded.
constexpr std::size_t fixed_descriptors = 64;
/// An io_context's: epoll, its timer, its waker.
constexpr std::size_t descriptors_of_thread = 3;
/// The store's at least, and the share of all that it has where there are more. Beside table files it has the WAL, the
/// manifest, files that it merges, and a reserve.
constexpr std::size_t least_store_descriptors = 192, store_part = 8, store_descriptors_beside_tables = 96;
/// From here on the store keeps all its files open, which is faster: so many have terabytes.
constexpr std::size_t ample_store_files = 100'000;
constexpr std::size_t refusals_max = 256, operations_connections_max = 64;
constexpr std::size_t least_connections = 8;

/// `of_store`: its share.
int kept_open(std::size_t of_store) {
  return of_store >= ample_store_files ? -1 : static_cast<int>(of_store - store_descriptors_beside_tables);
}

}  // namespace

std::size_t raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return FOPEN_MAX;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (limit.rlim_cur < limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return limit.rlim_cur == RLIM_INFINITY ? std::numeric_limits<int>::max() : limit.rlim_cur;
}

int files_of_store_alone() {
  return kept_open(std::max(raise_descriptor_limit(), fixed_descriptors + least_store_descriptors) - fixed_descriptors);
}

result<descriptor_shares> share_descriptors(std::size_t limit, const serve_settings& settings) {
  const std::size_t threads =
      settings.threads != 0 ? settings.threads : std::max(1u, std::thread::hardware_concurrency());
  const std::size_t fixed = fixed_descriptors + descriptors_of_thread * (2 * threads + 1);
  const std::size_t store_least = std::max(least_store_descriptors, limit / store_part);
  const std::size_t least = fixed + least_store_descriptors + 4 * least_connections;
  if (limit < least) {
    return error{errc::invalid, "this process may open " + std::to_string(limit) + " files, and weir needs at least " +
                                    std::to_string(least) +
                                    " for its data and connections; raise the limit (ulimit -n, or LimitNOFILE= of a "
                                    "systemd unit)"};
  }
  const std::size_t left = limit - fixed - store_least;
  descriptor_shares shares;
  shares.refusals = std::min(refusals_max, left / 4);
  shares.operations_connections = std::min(operations_connections_max, left / 4);
  const std::size_t apart = shares.refusals + shares.operations_connections;
  shares.connections = std::min(settings.connections, (left - apart) / 2);
  const std::size_t of_store = limit - fixed - apart - 2 * shares.connections;
  shares.store_files = kept_open(of_store);
  return shares;
}

}  // namespace weir
