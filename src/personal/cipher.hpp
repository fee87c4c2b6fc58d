#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/// The cryptography of personal values: AES-256-GCM (NIST SP 800-38D) and HMAC-SHA-256 (RFC 2104), by OpenSSL.
///
/// Concurrency:  every function from any thread. Each throws std::runtime_error if OpenSSL cannot do its work.
namespace weir::personal {

inline constexpr std::size_t key_bytes = 32;
inline constexpr std::size_t nonce_bytes = 12;
inline constexpr std::size_t tag_bytes = 16;

/// A key that is overwritten when it is no longer needed.
class key {
 public:
  key() = default;
  explicit key(std::string_view bytes);
  ~key();
  key(const key&) = default;
  key& operator=(const key&) = default;

  [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  std::array<char, key_bytes> bytes_{};
};

/// Bytes that nobody can guess.
[[nodiscard]] std::string random_bytes(std::size_t count);

/// Appends a random nonce, the encrypted text and its tag. The tag covers `associated` too.
void encrypt(const key& with, std::string_view associated, std::string_view text, std::string& into);

/// The text of what encrypt() appended; nothing if it, the key or `associated` is not the same.
[[nodiscard]] std::optional<std::string> decrypt(const key& with, std::string_view associated,
                                                 std::string_view encrypted);

/// The first 16 bytes of an HMAC-SHA-256.
[[nodiscard]] std::string keyed_hash(const key& with, std::string_view text);

}  // namespace weir::personal
