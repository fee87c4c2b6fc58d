#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

/// Every limit of Weir, with its unit. For a limit that an option can change, this is the default.
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
inline constexpr std::size_t bodies_bytes_max = 128u << 20;  ///< of all requests and answers in progress together
inline constexpr std::size_t page_events_max = 1'000;
inline constexpr std::size_t page_events_default = 100;
inline constexpr std::size_t page_bytes_max = 4u << 20;  ///< of JSON or of stored events; at this size a page ends
inline constexpr std::chrono::seconds wait_max = 60s;    ///< maximum of `Prefer: wait`
inline constexpr std::chrono::seconds min_position_wait = 5s;        ///< for Weir-Min-Position, without Prefer: wait
inline constexpr std::chrono::seconds point_in_time_deadline = 10s;  ///< for a point-in-time query

// One I/O thread.
inline constexpr std::chrono::microseconds turn_length = 1ms;  ///< for long work, between two looks for short work
inline constexpr std::size_t accepted_at_once = 64;            ///< connections, of those that wait to be accepted
inline constexpr std::size_t unsent_bytes_max = 128u << 10;    ///< of one connection, that the kernel takes

// One feed over HTTP.
inline constexpr std::chrono::seconds heartbeat = 15s;           ///< between the comment lines of an event stream
inline constexpr std::size_t feed_piece_bytes = 64u << 10;       ///< what is read, encoded and sent at once
inline constexpr std::size_t short_feed_piece_bytes = 4u << 10;  ///< the same near the head, or where memory is short
inline constexpr std::size_t recent_events_max = 1'024;          ///< near the head, kept in encoded form by each thread
inline constexpr std::size_t recent_events_bytes_max = 1u << 20;  ///< and their bytes

// One call over Thrift RPC.
inline constexpr std::size_t rpc_message_bytes_max =
    request_body_bytes_max + (4u << 10);  ///< a body, and the call around it
/// Between two calls of a connection. Thrift's clients keep connections in pools, and few of them reconnect by
/// themselves.
inline constexpr std::chrono::minutes rpc_idle_deadline = 10min;

// Commands as lines: those of one request that the sequencer has, or whose answers the client has not taken.
inline constexpr std::size_t lines_in_flight_max = 1'024;
inline constexpr std::size_t line_bytes_in_flight_max = 4u << 20;

// The codec's input.
inline constexpr std::size_t nesting_depth_max = 64;
inline constexpr std::size_t violations_max = 100;

// The sequencer.
inline constexpr std::size_t queued_commands_max = 4'096;
inline constexpr std::size_t group_commands_max = 1'000;   ///< commands that are all or nothing
inline constexpr std::size_t batch_commands_max = 1'024;   ///< commands that share one sync
inline constexpr std::size_t batch_bytes_max = 16u << 20;  ///< after which a batch takes no further command
inline constexpr std::size_t cached_aggregates_max = 65'536;
inline constexpr std::chrono::seconds sequencer_stuck_after =
    5s;  ///< with one batch, write or promotion: then /health/ready fails
inline constexpr std::size_t stream_name_bytes_max = 512;
inline constexpr std::size_t events_per_command_max = 1'000;
inline constexpr std::chrono::hours idempotency_memory = 24h;
inline constexpr std::chrono::seconds retry_after = 1s;  ///< in the answer if the server is overloaded

// A query.
inline constexpr std::size_t query_threads = 2;                  ///< for queries over many rows
inline constexpr std::size_t queued_queries_max = 256;           ///< that wait for a query thread
inline constexpr std::size_t quick_query_rows_max = 128;         ///< rows that a query may read on an I/O thread
inline constexpr std::size_t scanned_rows_max = 10'000;          ///< rows that one query may read
inline constexpr std::size_t folded_rows_bytes_max = 64u << 20;  ///< rows of one point-in-time query

// A reader of the log.
inline constexpr std::size_t scanned_at_once = 64;  ///< events that are read before the end of the turn is checked
inline constexpr std::size_t scanned_events_max = 10'000;  ///< events that one page of the event log reads

// Projections and snapshots.
inline constexpr std::size_t projection_batch_events = 1'000;  ///< that a projection applies with one write
inline constexpr std::uint64_t snapshot_events = 1'000;        ///< of a stream, between two snapshots of its state

// An import. A commit ends with the command that fills it, unless that command alone exceeds the limit.
inline constexpr std::size_t import_line_bytes_max = 128u << 20;  ///< longer than any event of a request's body
inline constexpr std::size_t import_commit_events = 1'000;
inline constexpr std::size_t import_commit_bytes = 8u << 20;  ///< of events and rows
inline constexpr std::size_t import_compared_events =
    64;  ///< that are read at once, to compare imported events with them

static_assert(batch_bytes_max > request_body_bytes_max, "an accepted command, stored whole, fits a batch");
static_assert(batch_bytes_max > rpc_message_bytes_max, "so does a command from a Thrift message");
static_assert(line_bytes_in_flight_max > request_body_bytes_max, "a line of the maximum size is accepted");
static_assert(queued_commands_max / 2 >= lines_in_flight_max, "the lines of one request can all wait at once");
static_assert(queued_commands_max >= batch_commands_max, "a full queue fills a batch");
static_assert(group_commands_max <= batch_commands_max, "a group fits a batch");
static_assert(import_line_bytes_max > 6 * rpc_message_bytes_max,
              "an event of a request is exported as one line, even if every byte is escaped");
static_assert(import_commit_events >= events_per_command_max, "a command's events are imported in one commit");
static_assert(import_commit_bytes > rpc_message_bytes_max, "long events too");
static_assert(scanned_events_max >= recent_events_max, "the recent events are read at once");
static_assert(request_headers_bytes_max > request_target_bytes_max, "a target at its limit leaves room for headers");

}  // namespace weir::limits
