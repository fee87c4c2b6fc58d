#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.hpp"

namespace weir {

/// What each record of the log ends with: one of these, which says whether all that this process had written before had
/// been synced when it was written, and the number of the process.
inline constexpr std::string_view after_sync = "after-sync", in_between = "in-between";
inline constexpr std::size_t process_number_bytes = 8;

/// Where a file of RocksDB's write-ahead log ends.
struct log_end {
  std::uint64_t offset = 0;  ///< behind the last whole record, in bytes
  bool torn = false;         ///< something stands behind it, and cannot be read
  /// A record behind that says after_sync: what cannot be read was on disk once, and this is no end.
  bool damaged = false;
  bool after_sync_seen = false;  ///< in any record
  /// RocksDB's sequence numbers: of the first change in the file, and of the one that comes next. Nothing: no record.
  std::optional<std::uint64_t> first, next;
};

/// Reads up to so many bytes on, into the place given; fewer only at the file's end.
using read_on = std::function<result<std::size_t>(char* into, std::size_t bytes)>;

/// Tells a torn end (writes that were cut off) from damage. What was written since the last sync may lie there in any
/// part, each piece as it was written, as zeros, or as it was before; what had been synced may not. So what cannot be
/// read is damage if a record that says after_sync follows it, in the same file or a newer one, and a torn end if none
/// does. Damage to what was synced last looks like a torn end: see high_water_mark. Text of a client's that looks like
/// a record does not know the number of the process. The format (RocksDB 7, db/log_format.h): blocks of 32 KiB, each of
/// fragments, the lowest byte first:
///   | CRC-32C of what follows the length, masked, 4 bytes | length, 2 bytes |
///   | 1 whole, 2 first, 3 middle, 4 last | bytes |
/// Fewer than 7 bytes at a block's end are not used. Zeros are room for what comes. A record is a WriteBatch, whose
/// changes go on where the one before it ended:
///   | sequence of its first change, 8 bytes | changes, 4 bytes | ... | the words above | number |
///
/// Error: what `more` says.
[[nodiscard]] result<log_end> find_log_end(const read_on& more);

}  // namespace weir
