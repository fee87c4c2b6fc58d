#pragma once

#include <memory>

#include <prometheus/collectable.h>

#include "base/error.hpp"
#include "net/tls_identity.hpp"
#include "server/settings.hpp"

namespace weir {

/// Loads the certificate that the settings name; null if they name none. Errors: errc::invalid for options that do not go
/// together, and those of net::tls_identity::load().
[[nodiscard]] result<std::shared_ptr<net::tls_identity>> load_tls(const serve_settings& settings);

/// Warns in the diagnostic log of a certificate that is not valid now or ends soon, and of a key that every user may
/// read.
void warn_of_certificate(const net::tls_identity& loaded);

/// `weir_tls_certificate_not_after_seconds`.
class certificate_metrics : public prometheus::Collectable {
 public:
  explicit certificate_metrics(std::shared_ptr<const net::tls_identity> of) : of_(std::move(of)) {}
  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::shared_ptr<const net::tls_identity> of_;
};

}  // namespace weir
