#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/numbers.hpp"
#include "personal/key_files.hpp"
#include "personal/rewriting.hpp"
#include "personal/sealed_value.hpp"

namespace weir::personal {

/// A key that was read, so that the next value of the same subject needs no other read.
struct last_key {
  std::uint64_t number = 0;
  std::optional<key> value;
};

/// The text of a sealed value; nothing if it is erased. Throws fatal_error: errc::corrupt if it is damaged, or its key
/// is; errc::not_found if there is no such key; errc::io.
[[nodiscard]] std::optional<std::string> open_sealed(const sealed_value& sealed, const key_files& keys,
                                                     last_key& known);

/// Decrypts all sealed values of a struct: in any string, and in binary fields that are tagged. Of an erased value the
/// field is left out, or is empty if it is required.
class opening : public rewriting {
 public:
  /// `at`: the position of the event that the struct is; then its values must have been sealed at this very place.
  opening(const key_files& keys, std::optional<position> at) : keys_(keys), at_(at) {}

  /// JSON pointers to the values that are erased.
  [[nodiscard]] std::vector<std::string>& erased() { return erased_; }

 protected:
  done change(const text& value, std::string& into) override;

 private:
  const key_files& keys_;
  const std::optional<position> at_;
  last_key known_;
  std::vector<std::string> erased_;
};

}  // namespace weir::personal
