#pragma once

#include <filesystem>
#include <memory>

#include <prometheus/collectable.h>

#include "base/error.hpp"
#include "verify/checkpoint.hpp"
#include "verify/verifier.hpp"

namespace weir {

/// The verification of the data, read at each scrape: `weir_verification_running`, `weir_verification_progress_ratio`,
/// `weir_verifications_total`, and of the last one, unless there was none yet: `weir_verification_sound`,
/// `weir_verification_faults`, `weir_verification_events`, `weir_verification_bytes`, `weir_verification_timestamp_seconds`.
/// `weir_verification_next_timestamp_seconds` says when the next one begins by itself.
class verification_metrics : public prometheus::Collectable {
 public:
  explicit verification_metrics(const verifier& of) : of_(of) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const verifier& of_;
};

/// The key in a file, to sign checkpoints with; null if the path is empty. Logs a warning if other users can read it.
/// Errors: errc::invalid.
[[nodiscard]] result<std::shared_ptr<const checkpoint_key>> load_checkpoint_key(const std::filesystem::path& file);

}  // namespace weir
