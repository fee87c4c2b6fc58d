#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "schema/schema.hpp"

namespace weir::codec {

/// The seed of this run: WEIR_TEST_SEED, else a new one.
[[nodiscard]] std::uint64_t test_seed();

/// Values by chance that keep every rule of the nasty IDL, as compact bytes.
class random_values {
 public:
  explicit random_values(std::uint64_t seed) : random_(seed) {}

  /// A struct at most `depth` levels deep, its members in a random order if `shuffled`.
  std::string structure(const schema::structure& shape, std::size_t depth, bool shuffled);

  std::size_t below(std::size_t end) { return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  /// `unique`: an element of a set or the key of a map, of which none is NaN, for NaN has no place in an order.
  void element(std::string& bytes, const schema::type& of, std::size_t depth, bool unique, bool names_member);
  void field(std::string& bytes, std::int16_t& last, const schema::field& of, std::size_t depth);
  void container(std::string& bytes, const schema::type& of, std::size_t depth);
  std::int64_t integer(const schema::type& of, bool names_member);
  double floating(bool unique);
  std::string text(const schema::type& of);
  std::string utf8_character();

  std::mt19937_64 random_;
  bool shuffled_ = false;
};

}  // namespace weir::codec
