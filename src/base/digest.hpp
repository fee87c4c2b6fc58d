#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace weir {

/// SHA-256, its 32 bytes.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// SHA-256 of bytes that come piece by piece.
class sha256_of_pieces {
 public:
  sha256_of_pieces();
  ~sha256_of_pieces();
  sha256_of_pieces(const sha256_of_pieces&) = delete;
  sha256_of_pieces& operator=(const sha256_of_pieces&) = delete;

  void add(std::string_view piece);
  /// The digest of all pieces so far; more may follow.
  [[nodiscard]] std::string digest() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace weir
