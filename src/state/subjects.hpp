#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "store/store.hpp"

namespace weir {

/// Which key each subject of personal data has, and which subjects are erased. The keys themselves are in files of
/// their own (personal/key_files.hpp). The family `subjects` has these rows:
///
///   subject            key (8, highest byte first)
///   subject            key (8)  0x01                    erased
///   0x00 "e" key (8)   subject                          erased
///   0x00 "g"           the last key given (8)  the id of the files of keys (16)
///
/// Concurrency:  every function from any thread.
class subjects {
 public:
  static family_options family_needed() { return {.name = "subjects", .looked_up = true}; }

  explicit subjects(const store& in) : store_(in), family_(in.find("subjects")) {}

  struct entry {
    std::uint64_t key = 0;
    bool erased = false;
  };
  /// What a row says whose key is a subject. Error errc::corrupt.
  [[nodiscard]] static result<entry> read(std::string_view subject, std::string_view row);
  /// As a batch sees it; as it is on disk. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::optional<entry>> find(const store::batch& in, std::string_view subject) const;
  [[nodiscard]] result<std::optional<entry>> find(std::string_view subject) const;

  void put(store::batch& in, const keyed_subject& one) const;
  void put_erased(store::batch& in, const keyed_subject& one) const;

  /// The last key that was given to a subject, and the files that it is in; nothing if none was. Errors: errc::corrupt,
  /// errc::io.
  struct given {
    std::uint64_t last = 0;
    std::string files;
  };
  [[nodiscard]] result<std::optional<given>> last_given() const;
  [[nodiscard]] result<std::optional<given>> last_given(const store::snapshot& at) const;
  /// Whether a row of the family holds that.
  [[nodiscard]] static bool is_last_given(std::string_view key);
  void put_given(store::batch& in, const given& now) const;

  /// Whether the subject that has a key is erased. Error errc::io.
  [[nodiscard]] result<bool> is_erased(std::uint64_t key) const;

  /// All erased subjects. Errors: errc::corrupt, errc::io.
  [[nodiscard]] result<std::vector<keyed_subject>> erased() const;

 private:
  static result<std::optional<given>> read_given(const result<std::optional<std::string>>& value);

  const store& store_;
  family family_;
};

}  // namespace weir
