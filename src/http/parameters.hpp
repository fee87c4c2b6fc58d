#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codec/codec.hpp"
#include "http/target.hpp"

namespace weir::http {

/// The largest number that JSON represents exactly. No event log will reach it.
inline constexpr std::uint64_t exact_number_max = (1ull << 53) - 1;

/// Reads the parameters of a URL's query one by one, and collects all faults in them.
class parameter_reader {
 public:
  /// `repeatable`: a parameter that may be given more than once.
  explicit parameter_reader(const target& where, std::string_view repeatable = {});

  /// The value of a parameter; nothing if it is not given.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name);

  /// The value as a whole number within bounds; nothing if it is not given or faulty.
  [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name, std::uint64_t least, std::uint64_t most);

  /// Adds a fault of a parameter: `must be ...`.
  void fault(std::string_view name, std::string detail);

  /// Adds a fault for each parameter that was not read. Throws problem_raised (422) with all faults, if there are any.
  void finish();

 private:
  const target& where_;
  std::vector<std::string_view> known_;
  std::vector<codec::violation> faults_;
};

}  // namespace weir::http
