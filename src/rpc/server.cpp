#include "rpc/server.hpp"

#include <array>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include "rpc/protocol.hpp"

namespace weir::rpc {

/// From any thread.
class server::connection_metrics final : public net::observer {
 public:
  explicit connection_metrics(prometheus::Registry& registry)
      : open_(prometheus::BuildGauge()
                  .Name("weir_rpc_connections")
                  .Help("Open RPC connections")
                  .Register(registry)
                  .Add({})),
        opened_(prometheus::BuildCounter()
                    .Name("weir_rpc_connections_accepted_total")
                    .Help("RPC connections accepted")
                    .Register(registry)
                    .Add({})),
        refused_(prometheus::BuildCounter()
                     .Name("weir_rpc_connections_refused_total")
                     .Help("RPC connections refused at the limit: closed at once")
                     .Register(registry)
                     .Add({})),
        handshakes_(prometheus::BuildCounter()
                        .Name("weir_rpc_tls_handshakes_total")
                        .Help("TLS handshakes completed, of RPC connections")
                        .Register(registry)
                        .Add({})) {
    auto& failures = prometheus::BuildCounter()
                         .Name("weir_rpc_tls_handshake_failures_total")
                         .Help("TLS handshakes that came to nothing, of RPC connections, by reason")
                         .Register(registry);
    for (std::size_t reason = 0; reason < net::handshake_fault_count; ++reason) {
      handshake_faults_[reason] = &failures.Add({{"reason", net::handshake_fault_names[reason]}});
    }
  }

  void connection_opened() override {
    opened_.Increment();
    open_.Increment();
  }
  void connection_closed() override { open_.Decrement(); }
  void connection_refused() override { refused_.Increment(); }
  void handshake_done() override { handshakes_.Increment(); }
  void handshake_failed(net::handshake_fault why) override {
    handshake_faults_[static_cast<std::size_t>(why)]->Increment();
  }

 private:
  prometheus::Gauge& open_;
  prometheus::Counter& opened_;
  prometheus::Counter& refused_;
  prometheus::Counter& handshakes_;
  std::array<prometheus::Counter*, net::handshake_fault_count> handshake_faults_{};
};

server::server(server_options options, dispatcher& calls, prometheus::Registry& metrics)
    : options_(std::move(options)),
      metrics_(std::make_unique<connection_metrics>(metrics)),
      transport_(options_, [this, &calls] { return std::make_unique<protocol>(options_, calls, *metrics_); }) {}

server::~server() = default;

}  // namespace weir::rpc
