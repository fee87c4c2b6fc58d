#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"
#include "log/commit.hpp"

namespace weir {

/// What an event log was at a moment: kept by somebody else, it shows later whether its history was rewritten.
struct log_checkpoint {
  std::string log;  ///< the id that the log had: a UUID
  weir::position position;
  std::uint64_t commit = 0;  ///< the number of the last commit
  std::string hash;          ///< of that commit, 32 bytes
  timestamp time;            ///< when it was signed, by the clock of who signed it
  bool operator==(const log_checkpoint&) const = default;
};

/// An Ed25519 key that signs checkpoints.
///
/// The text is a signed note, as transparency logs use it (C2SP signed-note):
///   weir/<log id>
///   position <number>
///   commit <number>
///   hash <Base64>
///   time <RFC 3339>
///   (an empty line)
///   — weir/<log id> <Base64 of 4 bytes that name the key, and the 64 bytes of the signature>
///
/// Concurrency:  every function from any thread.
class checkpoint_key {
 public:
  /// A private key in PEM. Errors: errc::invalid.
  static result<std::shared_ptr<const checkpoint_key>> read(const std::string& pem);

  [[nodiscard]] std::string sign(const log_checkpoint& one) const;

 private:
  struct implementation;
  explicit checkpoint_key(std::shared_ptr<const implementation> made) : implementation_(std::move(made)) {}
  std::shared_ptr<const implementation> implementation_;
};

/// Reads a checkpoint, and checks that the private key of this public key (PEM) has signed it. Errors: errc::invalid.
[[nodiscard]] result<log_checkpoint> read_checkpoint(std::string_view text, const std::string& public_key_pem);

}  // namespace weir
