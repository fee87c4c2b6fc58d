#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include "personal/cipher.hpp"

namespace weir::personal {

/// Keys that were read not long ago, so that most values need no read of a file. A key that is destroyed is forgotten.
///
/// Memory:       some 200 KiB; keys that leave it are overwritten.
/// Concurrency:  every function from any thread.
class recent_keys {
 public:
  [[nodiscard]] std::optional<key> find(std::uint64_t number) const;

  /// To be asked before a key is read from its file, and given to put(): what was read before a destruction is not kept
  /// after it.
  [[nodiscard]] std::uint64_t moment(std::uint64_t number) const;
  void put(std::uint64_t number, const key& one, std::uint64_t moment);

  /// Once it is destroyed on disk.
  void forget(std::uint64_t number);

 private:
  static constexpr std::size_t shards = 16, keys_in_shard = 256;
  struct shard {
    mutable std::mutex mutex;
    std::uint64_t forgotten = 0;  ///< how often; guarded by mutex, as are the next ones
    std::array<std::uint64_t, keys_in_shard> numbers{};
    std::array<key, keys_in_shard> keys;
  };
  [[nodiscard]] const shard& of(std::uint64_t number) const { return shards_[number % shards]; }
  [[nodiscard]] shard& of(std::uint64_t number) { return shards_[number % shards]; }
  [[nodiscard]] static std::size_t place_of(std::uint64_t number) { return number / shards % keys_in_shard; }

  std::vector<shard> shards_ = std::vector<shard>(shards);
};

}  // namespace weir::personal
