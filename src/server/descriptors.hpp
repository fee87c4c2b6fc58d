#pragma once

#include <cstddef>

#include "base/error.hpp"
#include "server/settings.hpp"

namespace weir {

/// How the file descriptors of the process are divided. Connections must not take those that the store needs: a store that
/// cannot open a file cannot write.
struct descriptor_shares {
  std::size_t connections = 0;             ///< of HTTP, and as many of RPC
  std::size_t refusals = 0;                ///< connections of HTTP above that
  std::size_t operations_connections = 0;  ///< of --operations-listen
  int store_files = -1;                    ///< that the store keeps open; -1: all that it has
};

/// Raises the soft limit of open files to the hard one. Returns the limit that then holds.
[[nodiscard]] std::size_t raise_descriptor_limit();

/// The files that a store may keep open if the process has nothing else to do; -1: all that it has. Raises the limit first.
[[nodiscard]] int files_of_store_alone();

/// Divides `limit` descriptors. There are fewer connections than the settings say if the store's share would be too small.
/// Errors: errc::invalid if the limit is too low to serve at all.
[[nodiscard]] result<descriptor_shares> share_descriptors(std::size_t limit, const serve_settings& settings);

}  // namespace weir
