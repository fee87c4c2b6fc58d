#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "http/options.hpp"
#include "http/router.hpp"
#include "http/traffic.hpp"
#include "net/connection.hpp"

namespace weir::http {

using net::connection;
using net::connection_lost;
using net::steady_clock;

/// HTTP/1.1 on the connections of one thread, and the data that they share.
///
/// Lifetime:  options, routes and shard outlive it.
class protocol final : public net::protocol {
 public:
  protocol(const server_options& options, const router& routes, traffic_shard& shard)
      : options_(options), routes_(routes), traffic_(shard) {}

  [[nodiscard]] task<> serve(std::unique_ptr<connection> over) override;
  /// Answers 503 to any request but those of routes with above_limit, and closes.
  [[nodiscard]] task<> refuse(std::unique_ptr<connection> over) override;
  /// Answers 400 on a plain connection.
  [[nodiscard]] task<> refuse_plain(std::unique_ptr<connection> over) override;
  [[nodiscard]] net::observer& counts() override { return traffic_; }

  [[nodiscard]] const server_options& options() const { return options_; }
  [[nodiscard]] const router& routes() const { return routes_; }
  [[nodiscard]] traffic_shard& traffic() const { return traffic_; }

  /// The header lines of every answer: Date, and Strict-Transport-Security if `secure`.
  [[nodiscard]] std::string_view general_fields(bool secure);

 private:
  const server_options& options_;
  const router& routes_;
  traffic_shard& traffic_;
  std::time_t date_of_ = 0;
  std::size_t date_bytes_ = 0;  ///< of general_fields_: the line Date
  std::string general_fields_;
};

}  // namespace weir::http
