#pragma once

#include <filesystem>
#include <iosfwd>

#include "base/error.hpp"
#include "domain/catalog.hpp"

namespace weir {

/// The settings of `weir verify`.
struct verify_settings {
  std::filesystem::path data;
  std::filesystem::path temporary;               ///< empty: the system's
  std::filesystem::path checkpoint, public_key;  ///< both or neither
  std::size_t faults_max = 100;
  bool json = false;
};

/// Verifies a data directory that no server runs on, changes nothing in it, and prints a report. Returns whether it is
/// sound. Errors: errc::invalid if there is no data, or the checkpoint is not signed by the key; errc::in_use; those of reading.
[[nodiscard]] result<bool> verify_data(const verify_settings& settings, const catalog& domains, std::ostream& to);

}  // namespace weir
