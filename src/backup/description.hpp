#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "log/log_identity.hpp"

/// What backups and archives say of themselves, as JSON.
namespace weir::backup {

/// The identity of an event log as JSON, and back. Error errc::corrupt.
[[nodiscard]] std::string identity_json(const log_identity& which);
[[nodiscard]] result<log_identity> read_identity_json(std::string_view text);

/// Whether the log `later` holds everything that the log `earlier` has up to that position. It does not if `later` was
/// restored to a moment before it.
[[nodiscard]] bool continues(const log_identity& later, const log_identity& earlier, position up_to);

/// One file of a copy of a store.
struct copied_file {
  std::string name;  ///< in the data directory, such as 000012.sst
  std::uint64_t size = 0;
  std::string digest;  ///< SHA-256 as hexadecimal digits; in a set of backups the file has this name
  bool operator==(const copied_file&) const = default;
};

/// A copy of a store at one commit.
struct description {
  std::string id;  ///< sorts by commit, then by time
  timestamp made_at;
  std::string made_by;  ///< the version of Weir
  log_head head;        ///< the last commit in it
  log_identity log;
  std::vector<copied_file> files;

  [[nodiscard]] std::uint64_t bytes() const;
};

/// An id for a copy.
[[nodiscard]] std::string new_id(const log_head& head, timestamp made_at);

/// The same as JSON, without the file's own checksum.
[[nodiscard]] std::string description_json(const description& of);
/// Error errc::corrupt; errc::newer_format.
[[nodiscard]] result<description> read_description_json(std::string_view text);

}  // namespace weir::backup
