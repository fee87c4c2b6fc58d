#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "personal/erasure_list.hpp"
#include "personal/key_files.hpp"
#include "personal/sealing.hpp"

namespace weir::personal {

/// Seals and opens personal values with the keys in the directory `keys` of the data (docs/personal-data.md).
///
/// Concurrency:  next_key(), destroy(), list_erasure(), listed() and is_listed() one at a time; everything else from any
///               thread.
class vault {
 public:
  /// Opens the directory, or makes it. Errors: errc::corrupt, errc::io.
  static result<std::unique_ptr<vault>> open(const std::filesystem::path& directory);
  /// The same, but nothing is written: see key_files::open_to_read. The directory need not exist.
  static result<std::unique_ptr<vault>> open_to_read(const std::filesystem::path& directory);

  /// A copy of an event's bytes with its personal values encrypted. Errors: errc::corrupt, errc::not_found, errc::io.
  [[nodiscard]] result<std::string> seal(std::string_view compact, const schema::structure& shape,
                                         std::string_view stream, position at, std::span<const std::string> erased,
                                         const sealing::number_of_subject& number_of) const;

  struct opened {
    std::string bytes;
    std::vector<std::string> erased;  ///< JSON pointers
  };
  /// A copy of a struct's bytes with its sealed values decrypted. `at`: as in opening. Errors: those of open_sealed().
  [[nodiscard]] result<opened> open(std::string_view compact, const schema::structure& shape,
                                    std::optional<position> at = std::nullopt) const;

  /// The text of one value, and the key that it was encrypted with: 0 if it was never sealed. Nothing if it is erased.
  /// Throws fatal_error.
  struct clear_value {
    std::string text;
    std::uint64_t key = 0;
  };
  [[nodiscard]] std::optional<clear_value> open_value(std::string_view value) const;

  /// A hash that only this vault can make. `purpose` keeps hashes of different uses apart.
  [[nodiscard]] std::string hash(std::string_view purpose, std::string_view text) const;

  /// A key for a new subject: the first one after `last` that nobody destroyed. Errors: errc::io, errc::corrupt.
  [[nodiscard]] result<std::uint64_t> next_key(std::uint64_t last) { return keys_->next_free(last); }
  /// How many keys there are: their numbers are below.
  [[nodiscard]] std::uint64_t keys() const { return keys_->slots(); }
  [[nodiscard]] bool read_only() const { return keys_->read_only(); }
  /// What is in the files under a number, and whether it counts as a key. Errors: errc::io; errc::corrupt of is_destroyed().
  [[nodiscard]] result<key_files::looked_at> look_at(std::uint64_t number) const { return keys_->look_at(number); }
  [[nodiscard]] result<bool> is_destroyed(std::uint64_t number) const;

  /// Writes an erasure to the list, so that it will be done whatever happens. Error errc::io.
  [[nodiscard]] result<> list_erasure(const listed_erasure& one, timestamp at) { return list_.add(one, at); }
  [[nodiscard]] const std::vector<listed_erasure>& listed() const { return list_.all(); }
  [[nodiscard]] bool is_listed(const listed_erasure& one) const { return list_.has(one); }

  /// Destroys a subject's key. Errors: as key_files::destroy.
  [[nodiscard]] result<> destroy(std::uint64_t number);

  /// Grows with each key that is destroyed: whoever holds clear values compares it.
  [[nodiscard]] std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

  /// By which the keys of this data are known.
  [[nodiscard]] const std::string& id() const { return keys_->id(); }

 private:
  static result<std::unique_ptr<vault>> made_of(result<std::unique_ptr<key_files>> keys, result<erasure_list> list,
                                                const std::filesystem::path& directory);
  vault(std::unique_ptr<key_files> keys, erasure_list list, key own)
      : keys_(std::move(keys)), list_(std::move(list)), own_(own) {}

  std::unique_ptr<key_files> keys_;
  erasure_list list_;
  const key own_;
  std::atomic<std::uint64_t> generation_ = 0;
};

}  // namespace weir::personal
