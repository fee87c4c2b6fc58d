#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "personal/cipher.hpp"
#include "personal/file.hpp"
#include "personal/recent_keys.hpp"

namespace weir::personal {

/// The keys of all subjects, by number, in two equal files, `keys.1` and `keys.2`:
///
///   file      header  slot 0  slot 1  slot 2 ...              slot 0 holds the key of the store itself
///   header    "weir keys 1\n"  zeros (4)  id (16)  zeros (16)  check (16)
///   slot      key (32)  zeros (16)  check (16)
///   erased    zeros (32)  "erased"  zeros (10)  check (16)
///   check     the first 16 bytes of SHA-256 over "header" or the slot's number (8, highest byte first), and the rest
///
/// Slots are filled with random keys ahead of need. A subject's key is on disk before anything can be encrypted with it.
///
/// Durability:   a key that next_free() gave is on disk in both files. destroy() returns when the key is overwritten on
///               disk in both.
/// Corruption:   where one copy of a slot is damaged, the other one counts. A key that is damaged in both is an error.
///               A slot that is erased in one copy is erased.
/// Concurrency:  read() and look_at() from any thread; next_free() and destroy() one at a time. Where nothing is written,
///               destroy() before others read.
class key_files {
 public:
  /// There are so many at first. Later as many are added as there are, up to a limit.
  static constexpr std::uint64_t slots_at_first = 2'048, slots_at_once_max = 16'384;
  /// So many more are there than were given, so that a copy of the files has the keys of the next subjects too.
  static constexpr std::uint64_t slots_ahead = 1'024;

  /// Opens the files, or makes them if there are none. A missing or shorter file is completed from the other one.
  /// Errors: errc::corrupt if they are no such files, or of different stores; errc::io.
  static result<std::unique_ptr<key_files>> open(const std::filesystem::path& directory);
  /// The same, but nothing is written, and destroy() only lasts as long as this object. One whole file is enough; without
  /// any there is no key.
  static result<std::unique_ptr<key_files>> open_to_read(const std::filesystem::path& directory);

  struct erased {};
  struct missing {};  ///< there is no such slot
  using found = std::variant<key, erased, missing>;
  /// Errors: errc::corrupt if the slot is damaged in both files; errc::io.
  [[nodiscard]] result<found> read(std::uint64_t number) const;

  /// What each file has in a slot. Error errc::io.
  enum class copy { key, erased, damaged };
  struct looked_at {
    std::vector<copy> copies;
    bool equal = true;  ///< all have the same bytes
  };
  [[nodiscard]] result<looked_at> look_at(std::uint64_t number) const;

  /// The number of the first key after `last` that was never destroyed. Adds keys where there are too few.
  [[nodiscard]] result<std::uint64_t> next_free(std::uint64_t last);

  /// Destroys a key; nothing happens if it is destroyed already. A key that is not there yet is added first, so that
  /// nobody ever gets it. Errors: errc::corrupt if no subject can have that number; errc::io.
  [[nodiscard]] result<> destroy(std::uint64_t number);

  /// The 16 random bytes by which these files are known.
  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] std::uint64_t slots() const { return slots_; }
  [[nodiscard]] bool read_only() const { return read_only_; }

 private:
  key_files(std::vector<file> copies, bool read_only) : copies_(std::move(copies)), read_only_(read_only) {}

  /// Slots of keys that the next subjects get, as both files have them.
  struct block {
    block() = default;
    ~block();
    block& operator=(block&& other) noexcept;
    [[nodiscard]] bool has(std::uint64_t number) const;
    /// A shorter one at the end of a file that is too short.
    [[nodiscard]] std::string_view slot(std::size_t copy, std::uint64_t number) const;

    std::uint64_t first = 0;
    std::array<std::string, 2> copies;
  };

  [[nodiscard]] result<> complete();
  [[nodiscard]] result<> read_ahead(std::uint64_t number);
  [[nodiscard]] result<> grow();
  [[nodiscard]] result<> put(std::uint64_t number, const std::string& slot);

  std::vector<file> copies_;  ///< two; fewer if they are only read
  const bool read_only_;
  std::string id_;
  std::atomic<std::uint64_t> slots_ = 0;
  block ahead_;  ///< of who calls next_free()
  mutable recent_keys recent_;
  std::set<std::uint64_t> destroyed_;  ///< where nothing is written; not changed once others read
};

}  // namespace weir::personal
