#include "rpc/server.hpp"

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
                     .Add({})) {}

  void connection_opened() override {
    opened_.Increment();
    open_.Increment();
  }
  void connection_closed() override { open_.Decrement(); }
  void connection_refused() override { refused_.Increment(); }

 private:
  prometheus::Gauge& open_;
  prometheus::Counter& opened_;
  prometheus::Counter& refused_;
};

server::server(server_options options, dispatcher& calls, prometheus::Registry& metrics)
    : options_(std::move(options)),
      metrics_(std::make_unique<connection_metrics>(metrics)),
      transport_(options_, [this, &calls] { return std::make_unique<protocol>(options_, calls, *metrics_); }) {}

server::~server() = default;

}  // namespace weir::rpc
