#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.hpp"
#include "personal/cipher.hpp"
#include "personal/rewriting.hpp"

namespace weir::personal {

/// Encrypts the personal fields of an event.
class sealing : public rewriting {
 public:
  /// The number of a subject's key; nothing if the subject is erased: then the value is stored as erased.
  using number_of_subject = std::function<std::optional<std::uint64_t>(std::string_view subject)>;
  /// Throws fatal_error if there is no such key.
  using key_of_number = std::function<key(std::uint64_t number)>;

  /// `erased`: JSON pointers to values that were erased before.
  sealing(std::string_view stream, position at, std::span<const std::string> erased, number_of_subject number_of,
          key_of_number key_of)
      : position_(at),
        erased_(erased),
        number_of_(std::move(number_of)),
        key_of_(std::move(key_of)),
        subjects_{std::string(stream)} {}

 protected:
  done change(const text& value, std::string& into) override;
  void enter(const schema::structure& shape, std::string_view rest) override;
  void leave() override { subjects_.pop_back(); }

 private:
  [[nodiscard]] bool was_erased() const;

  const position position_;
  const std::span<const std::string> erased_;
  const number_of_subject number_of_;
  const key_of_number key_of_;
  std::vector<std::string> subjects_;  ///< of the structs around the present value
  std::string last_subject_;
  std::optional<std::uint64_t> last_number_;
  std::optional<key> last_key_;
};

/// Leaves out personal fields that may be absent, and empties the others: what events have in common that differ in
/// personal values only.
class masking : public rewriting {
 protected:
  done change(const text& value, std::string& into) override;
};

}  // namespace weir::personal
