#pragma once

#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace weir {

struct new_settings {
  std::filesystem::path directory;
  std::string domain;
};

/// Why a domain cannot have this name; nothing if it can.
[[nodiscard]] std::optional<std::string> domain_name_fault(std::string_view name);

/// Writes the repository of a new domain into a directory that is absent or empty, and says on `to` what to do next.
/// Errors: errc::invalid for a name that a domain cannot have and for a directory that holds something; errc::io, with
/// what is written by then left as it is.
[[nodiscard]] result<> write_new_domain(const new_settings& settings, std::ostream& to);

}  // namespace weir
