#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include <prometheus/collectable.h>

#include "auth/audit_log.hpp"
#include "auth/authenticator.hpp"
#include "auth/gate.hpp"
#include "domain/catalog.hpp"
#include "server/settings.hpp"

namespace weir {

/// Authentication and the audit log of a running server, as the settings say.
///
/// Lifetime:  outlives the servers that use its gate.
class access {
 public:
  /// Reads the access file and all files that it names. Errors: all faults of the files.
  [[nodiscard]] static result<std::unique_ptr<access>> open(const serve_settings& settings, const catalog& domains);
  /// Opens the audit log, which may be in the data directory: that must be there.
  [[nodiscard]] result<> open_audit_log(const serve_settings& settings);

  [[nodiscard]] auth::gate gate() const { return by_ ? auth::gate(*by_) : auth::gate(); }
  [[nodiscard]] const std::shared_ptr<auth::audit_log>& audit() const { return audit_; }
  [[nodiscard]] bool authenticates() const { return by_ != nullptr; }

  /// Reads all files again. If one is wrong, everything stays as it was.
  [[nodiscard]] result<> reload();

  /// Calls a function whenever a session may have become invalid, on any thread, until the returned object ends.
  class subscription {
   public:
    explicit subscription(access& to) : to_(to) {}
    subscription(const subscription&) = delete;
    subscription& operator=(const subscription&) = delete;
    ~subscription() { to_.forget(); }

   private:
    access& to_;
  };
  [[nodiscard]] subscription on_change(std::function<void()> tell);

 private:
  access() = default;
  void changed();
  void forget();

  std::shared_ptr<auth::audit_log> audit_;
  std::mutex mutex_;
  std::function<void()> told_;
  std::unique_ptr<auth::authenticator> by_;
};

/// The audit log for Prometheus.
class audit_metrics final : public prometheus::Collectable {
 public:
  explicit audit_metrics(std::shared_ptr<const auth::audit_log> of) : of_(std::move(of)) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::shared_ptr<const auth::audit_log> of_;
};

}  // namespace weir
