#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "store/file_checks.hpp"

namespace weir {

/// Each record of the WAL ends with one of these words and the number of the process. The word says whether all earlier
/// writes of this process had been synced when the record was written.
inline constexpr std::string_view after_sync = "after-sync", in_between = "in-between";
inline constexpr std::size_t process_number_bytes = 8;

/// Where a file of RocksDB's WAL ends.
struct log_end {
  std::uint64_t offset = 0;  ///< of the end of the last whole record, in bytes
  bool torn = false;         ///< bytes follow that cannot be read
  /// A later record says after_sync: the unreadable bytes had been on disk, so they are damaged.
  bool damaged = false;
  bool after_sync_seen = false;  ///< in any record
  /// RocksDB's sequence numbers: of the first change in the file, and of the next change after it. Nothing: no record.
  std::optional<std::uint64_t> first, next;
};

/// Reads the next bytes, at most this many, into this place; fewer only at the end of the file.
using read_on = std::function<result<std::size_t>(char* into, std::size_t bytes)>;

/// Distinguishes a torn end (incomplete writes) from damage. After a crash, each piece written since the last sync may
/// be as written, zeros, or as before; synced bytes must be as written. So unreadable bytes are damage if a record that
/// says after_sync follows them, in the same file or a newer one, and otherwise a torn end. Damage to the last synced
/// bytes looks like a torn end: see high_water_mark. A client's data cannot imitate a record: it does not know the
/// number of the process. The format (RocksDB 7, db/log_format.h): blocks of 32 KiB, each of fragments, the lowest byte
/// first:
///   | CRC-32C of what follows the length, masked, 4 bytes | length, 2 bytes |
///   | 1 whole, 2 first, 3 middle, 4 last | bytes |
/// Fewer than 7 bytes at a block's end are not used. Zeros are preallocated space. A record is a WriteBatch, whose
/// changes continue those of the record before it:
///   | sequence of its first change, 8 bytes | changes, 4 bytes | ... | the words above | number |
///
/// Errors: those of `more`.
[[nodiscard]] result<log_end> find_log_end(const read_on& more);

/// The first place of a file of such records that cannot be read, whatever the records are: a MANIFEST's have none of
/// the words above. Damage: the bytes of the record are all there. Errors: those of `more`.
[[nodiscard]] result<std::optional<record_fault>> find_record_fault(const read_on& more);

/// Whether the bytes behind a MANIFEST's last whole record, which ends at `at`, are writes that lost their power: before
/// the sync one page of them reached the disk and another did not, where there are zeros. Such writes were not
/// acknowledged: RocksDB syncs each change of the MANIFEST before it goes on. A bit that flips leaves no page of zeros, and
/// damage before the end is followed by records that can be read. Those are no torn end.
[[nodiscard]] bool is_torn_end(std::string_view rest, std::uint64_t at);

}  // namespace weir
