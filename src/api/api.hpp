#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <prometheus/collectable.h>

#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/router.hpp"
#include "requests/query_threads.hpp"

namespace weir {
class checkpoint_key;
class verifier;
}  // namespace weir

namespace weir::rpc {
class dispatcher;
}

namespace weir::api {

/// What is wrong although commands are accepted, in a sentence; nothing if nothing is.
using warning = std::function<std::optional<std::string>()>;

/// Adds all of Weir's endpoints to a router, as the engine's domains declare them. `metrics`: the sources of /metrics.
/// `data`: a warning about the data, for /health/ready. The engine and the threads outlive the router.
void add_api(router& to, engine& over, query_threads& queries,
             std::vector<std::shared_ptr<prometheus::Collectable>> metrics, warning data = {});

/// GET and POST /admin/verify. The verifier outlives the router.
void add_verification(router& to, verifier& runs);
/// The warning that comes from it.
[[nodiscard]] std::optional<std::string> warning_of(const verifier& runs);

/// GET /log/checkpoint; without a key it is answered 404.
void add_checkpoint(router& to, engine& over, std::shared_ptr<const checkpoint_key> key);

/// POST /rpc: the calls of the Thrift port over HTTP. The dispatcher outlives the router.
void add_calls(router& to, rpc::dispatcher& calls);

// The parts of add_api.

/// POST /commands and POST /commands/{name}
void add_commands(router& to, engine& over);
/// A GET for each method of a domain's service that has a path.
void add_queries(router& to, engine& over, query_threads& queries);
/// GET /events
void add_log(router& to, engine& over);
/// GET /streams/{stream} and GET /streams/{stream}/events
void add_streams(router& to, engine& over);
/// GET /admin/projections and POST /admin/projections/{name}/rebuild
void add_admin(router& to, engine& over);
/// POST /admin/erasures
void add_erasures(router& to, engine& over);
/// GET /health/live, /health/ready and /metrics. `data`: as in add_api. `stopping`: whether the server stops that they
/// speak of, if it is another one than theirs.
void add_operations(router& to, engine& over, std::vector<std::shared_ptr<prometheus::Collectable>> metrics,
                    warning data = {}, std::function<bool()> stopping = {});
/// GET /me
void add_me(router& to);
/// GET /problems/{name} and /
void add_explanations(router& to, engine& over);

}  // namespace weir::api
