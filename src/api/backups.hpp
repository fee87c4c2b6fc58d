#pragma once

#include <string>

#include "backup/service.hpp"
#include "engine/engine.hpp"
#include "http/router.hpp"

namespace weir::api {

/// GET and POST /admin/backup; the copies that a client takes away: /admin/backup/copies. The service outlives the
/// router.
void add_backups(http::router& to, backup::service& of);

/// GET /log/commits: the commits themselves, without an end. `schema`: of the stored events, as the store keeps it.
void add_commit_stream(http::router& to, engine& over, std::string schema);

}  // namespace weir::api
