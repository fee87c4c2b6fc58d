#pragma once

#include <vector>

#include "openapi/components.hpp"
#include "openapi/domain.hpp"
#include "openapi/operation.hpp"
#include "openapi/type_schemas.hpp"

namespace weir::openapi {

/// The shared state of the document's parts.
struct draft {
  explicit draft(const std::vector<domain>& of) : domains(of) {}
  const std::vector<domain>& domains;
  components parts;
  type_schemas types{domains, parts};
  openapi::paths paths;
};

/// POST /commands, and one operation for each command.
void add_commands(draft& to);
/// A GET for each method of a domain's service that has a path.
void add_queries(draft& to);
/// POST /rpc
void add_calls(draft& to);
/// /events
void add_log(draft& to);
/// /streams/{stream} and /streams/{stream}/events
void add_streams(draft& to);
/// /admin/...
void add_administration(draft& to);
/// /admin/backup...
void add_backups(draft& to);
/// Health, metrics, problems, and the contract itself.
void add_operating(draft& to);

/// What `after` says: a position, or `head`.
[[nodiscard]] json position_or_head_schema();
/// What some clients send in the place of Last-Event-ID.
[[nodiscard]] json last_event_id_parameter();
/// A RecordedEvent.
[[nodiscard]] json recorded_event_schema(draft& of);

/// A SHA-256 as text.
[[nodiscard]] json hash_schema(std::string description);

// Tags.
inline constexpr const char* commands_tag = "commands";
inline constexpr const char* streams_tag = "streams";
inline constexpr const char* operating_tag = "operating";

}  // namespace weir::openapi
