#pragma once

#include <memory>

#include "net/connection.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/options.hpp"

namespace weir::rpc {

using net::connection;
using net::connection_lost;
using net::steady_clock;
using net::task;

/// Thrift on the connections of one thread.
///
/// Lifetime:  options, dispatcher and observer outlive it.
class protocol final : public net::protocol {
 public:
  protocol(const server_options& options, dispatcher& calls, net::observer& counts)
      : options_(options), calls_(calls), counts_(counts) {}

  [[nodiscard]] task<> serve(std::unique_ptr<connection> over) override;
  [[nodiscard]] task<> refuse(std::unique_ptr<connection> over) override;
  [[nodiscard]] net::observer& counts() override { return counts_; }

  [[nodiscard]] const server_options& options() const { return options_; }
  [[nodiscard]] dispatcher& calls() const { return calls_; }

 private:
  const server_options& options_;
  dispatcher& calls_;
  net::observer& counts_;
};

}  // namespace weir::rpc
