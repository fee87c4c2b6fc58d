#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every limit of Weir, with its unit. What an option can change has its default here.
namespace weir::limits {

using namespace std::chrono_literals;

// One request over HTTP.
inline constexpr std::size_t request_body_bytes_max = 1u << 20;
inline constexpr std::size_t request_headers_bytes_max = 16u << 10;
inline constexpr std::size_t request_target_bytes_max = 8u << 10;
inline constexpr std::size_t idempotency_key_bytes_max = 255;
inline constexpr std::chrono::seconds request_deadline = 10s;  ///< from the first byte of a request to its last
inline constexpr std::chrono::seconds idle_deadline = 60s;     ///< between two requests of a connection
inline constexpr std::chrono::seconds write_deadline = 30s;    ///< for the client to take what it asked for
inline constexpr std::chrono::seconds drain_deadline = 10s;    ///< for requests in progress when Weir stops
inline constexpr std::size_t connections_max = 10'000;
inline constexpr std::size_t bodies_bytes_max = 128u << 20;  ///< of requests and answers under way, of all together
inline constexpr std::size_t page_events_max = 1'000;
inline constexpr std::size_t page_events_default = 100;
inline constexpr std::size_t page_bytes_max = 4u << 20;  ///< after which a page ends: of JSON, or of stored events
inline constexpr std::chrono::seconds wait_max = 60s;    ///< what `Prefer: wait` may ask for
inline constexpr std::chrono::seconds min_position_wait = 5s;  ///< for Weir-Min-Position, where Prefer says nothing
inline constexpr std::chrono::seconds point_in_time_deadline = 10s;  ///< to answer a query from a stream's past

// One feed over HTTP.
inline constexpr std::chrono::seconds heartbeat = 15s;            ///< between the comment lines of an event stream
inline constexpr std::size_t feed_piece_bytes = 256u << 10;       ///< what is read, encoded and sent at once
inline constexpr std::size_t short_feed_piece_bytes = 4u << 10;   ///< the same near the head, or where memory is short
inline constexpr std::size_t recent_events_max = 1'024;           ///< near the head, kept encoded by each thread
inline constexpr std::size_t recent_events_bytes_max = 1u << 20;  ///< and their bytes

// One call over Thrift RPC.
inline constexpr std::size_t rpc_message_bytes_max =
    request_body_bytes_max + (4u << 10);  ///< a body, and what names it
/// Between two calls of a connection. Thrift's clients keep connections in pools, and few of them reconnect by
/// themselves.
inline constexpr std::chrono::minutes rpc_idle_deadline = 10min;

// Commands that come one a line: what of one request is with the sequencer, or waits for the client to take its answer.
inline constexpr std::size_t lines_in_flight_max = 1'024;
inline constexpr std::size_t line_bytes_in_flight_max = 4u << 20;

// What the codec takes.
inline constexpr std::size_t nesting_depth_max = 64;
inline constexpr std::size_t violations_max = 100;

// The sequencer.
inline constexpr std::size_t queued_commands_max = 4'096;
inline constexpr std::size_t group_commands_max = 1'000;   ///< commands that are all or nothing
inline constexpr std::size_t batch_commands_max = 1'024;   ///< commands that share one sync
inline constexpr std::size_t batch_bytes_max = 16u << 20;  ///< after which a batch takes no further command
inline constexpr std::size_t cached_aggregates_max = 65'536;
inline constexpr std::chrono::seconds sequencer_stuck_after = 5s;  ///< with one batch: then /health/ready fails
inline constexpr std::size_t stream_name_bytes_max = 512;
inline constexpr std::size_t events_per_command_max = 1'000;
inline constexpr std::chrono::hours idempotency_memory = 24h;
inline constexpr std::chrono::seconds retry_after = 1s;  ///< what an overloaded answer advises

// A query.
inline constexpr std::size_t query_threads = 2;           ///< that answer what takes long
inline constexpr std::size_t queued_queries_max = 256;    ///< that wait for one of them
inline constexpr std::size_t quick_query_rows_max = 128;  ///< rows that a query may look at on the thread that asks
inline constexpr std::size_t scanned_rows_max = 10'000;   ///< rows that one query may look at
inline constexpr std::size_t folded_rows_bytes_max = 64u << 20;  ///< rows of a stream's past, made for one answer

// A reader of the log.
inline constexpr std::size_t scanned_at_once = 500;  ///< events that a feed looks at before others have their turn
inline constexpr std::size_t scanned_events_max = 10'000;  ///< events that one page of the log looks at

// Projections and snapshots.
inline constexpr std::size_t projection_batch_events = 1'000;  ///< that a projection takes with one write
inline constexpr std::uint64_t snapshot_events = 1'000;        ///< of a stream, between two snapshots of its state

// An import. A commit of it ends with the command that fills it, unless that one fills it twice.
inline constexpr std::size_t import_line_bytes_max = 128u << 20;  ///< longer than any event of a request's body
inline constexpr std::size_t import_commit_events = 1'000;
inline constexpr std::size_t import_commit_bytes = 8u << 20;  ///< of events and rows
inline constexpr std::size_t import_compared_events = 64;     ///< that are read at once, to see whether they are there

static_assert(batch_bytes_max > request_body_bytes_max, "an accepted command, stored whole, fits a batch");
static_assert(batch_bytes_max > rpc_message_bytes_max, "so does one that came in a Thrift message");
static_assert(line_bytes_in_flight_max > request_body_bytes_max, "a line at its limit waits for no more than its turn");
static_assert(queued_commands_max / 2 >= lines_in_flight_max, "the lines of one request can all wait at once");
static_assert(queued_commands_max >= batch_commands_max, "a full queue fills a batch");
static_assert(group_commands_max <= batch_commands_max, "a group fits a batch");
static_assert(import_line_bytes_max > 6 * rpc_message_bytes_max,
              "what came in is exported, escapes and all, as a line");
static_assert(import_commit_events >= events_per_command_max, "a command's events are imported in one commit");
static_assert(import_commit_bytes > rpc_message_bytes_max, "so are they where they are long");
static_assert(scanned_events_max >= recent_events_max, "what is recent is read at once");
static_assert(request_headers_bytes_max > request_target_bytes_max, "a target at its limit leaves room for headers");

}  // namespace weir::limits
