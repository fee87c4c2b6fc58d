#include "http/server.hpp"

#include "http/protocol.hpp"

namespace weir::http {
namespace {

/// Names the routes to the metrics, before any thread counts by them.
std::shared_ptr<traffic> named(std::shared_ptr<traffic> metrics, const router& routes) {
  std::vector<std::string> patterns;
  for (const auto& each : routes.routes()) patterns.push_back(each->pattern);
  metrics->name_routes(std::move(patterns));
  return metrics;
}

}  // namespace

server::server(server_options options, const router& routes, std::shared_ptr<traffic> metrics)
    : options_(std::move(options)), traffic_(named(std::move(metrics), routes)), transport_(options_, [this, &routes] {
        return std::make_unique<protocol>(options_, routes, traffic_->add_shard());
      }) {}

}  // namespace weir::http
