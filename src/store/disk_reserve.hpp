#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>

#include <rocksdb/file_system.h>

#include "base/error.hpp"

namespace weir {

/// The part of a disk that is kept free, so that a database ends its writes in order when the disk becomes full.
///
/// Kept free:    new batches are refused if less than that would be free after them (room_for). What RocksDB writes in
///               the background has room there. Once a batch was refused, a quarter more must be free for the next one,
///               so that the answer does not change with each file that comes and goes.
/// Held:         a smaller part is also taken by a file, `disk-reserve`. Other programs cannot use it. If a write that
///               was begun finds no space all the same, the file is cut to nothing, and the write is repeated
///               (spare_space). Batches are refused until the file has its size again.
/// Concurrency:  every function from any thread.
class disk_reserve {
 public:
  /// `kept_free`: in bytes; 0: nothing is kept free or held.
  disk_reserve(std::filesystem::path directory, std::shared_ptr<rocksdb::FileSystem> disk, std::uint64_t kept_free);

  [[nodiscard]] std::uint64_t kept_free() const { return kept_free_; }
  [[nodiscard]] std::uint64_t held() const { return held_; }

  /// Bytes that can be written now, without the held ones. Nothing if the operating system does not say.
  [[nodiscard]] std::optional<std::uint64_t> free() const;

  /// Whether a batch of so many bytes may be written. Error: errc::unavailable; the detail is for clients too.
  [[nodiscard]] result<> room_for(std::uint64_t bytes);

  /// Gives the held space back. False: there was none.
  [[nodiscard]] bool give_back();

  /// Takes the held space, if it is free and more than is to be kept free.
  void take();

 private:
  [[nodiscard]] std::uint64_t held_size() const;

  const std::filesystem::path directory_, file_;
  const std::shared_ptr<rocksdb::FileSystem> disk_;
  const std::uint64_t kept_free_, held_max_;
  std::mutex mutex_;  ///< while the file changes
  std::atomic<std::uint64_t> held_ = 0;
  std::atomic<bool> whole_ = false;     ///< the file has its size, or cannot have one here
  std::atomic<int> fault_ = 0;          ///< the errno for which it has not
  std::atomic<bool> refusing_ = false;  ///< the last batch was refused
};

}  // namespace weir
