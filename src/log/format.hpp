#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"

/// The bytes of the event log, format 3. Integers have their highest byte first, so that byte order is number order.
///
///   family `commits`    key    | number, 8 bytes |
///                       value  | StoredCommitFrame of idl/weir/stored.thrift, compact |
///
///   family `events`     key    | stream name | 0x00 | sequence, 8 bytes |
///                       value  | StoredEvent of idl/weir/stored.thrift, compact |
///
///   family `positions`  key    | position, 8 bytes |
///                       value  | sequence, 8 bytes | stream name |
///
///   family `streams`    key    | stream name |
///                       value  | last sequence, 8 bytes | created at, 8 bytes | updated at, 8 bytes |
///
/// Format 2 had no commits. Format 1 had no commits and no checkpoints of views in `meta`. log/migration.hpp migrates
/// both to format 3.
///
/// A stream's name holds no byte 0x00. Times are microseconds since the epoch.
namespace weir::format {

inline constexpr int version = 3;

struct event_place {
  std::string stream;
  weir::sequence sequence;
  bool operator==(const event_place&) const = default;
};

struct stream_times {
  weir::sequence last;
  timestamp created_at, updated_at;
  bool operator==(const stream_times&) const = default;
};

[[nodiscard]] std::string event_key(std::string_view stream, weir::sequence sequence);
[[nodiscard]] std::string event_key_prefix(std::string_view stream);  ///< of all keys of the stream and of no other
[[nodiscard]] result<event_place> read_event_key(std::string_view key);

[[nodiscard]] std::string commit_key(std::uint64_t number);
[[nodiscard]] result<std::uint64_t> read_commit_key(std::string_view key);

[[nodiscard]] std::string position_key(weir::position position);
[[nodiscard]] result<weir::position> read_position_key(std::string_view key);
[[nodiscard]] std::string position_value(std::string_view stream, weir::sequence sequence);
[[nodiscard]] result<event_place> read_position_value(std::string_view value);

/// Whether a stream's name begins with that category and a hyphen, or is that category.
[[nodiscard]] bool is_of_category(std::string_view stream, std::string_view category);

[[nodiscard]] std::string stream_value(const stream_times& times);
[[nodiscard]] result<stream_times> read_stream_value(std::string_view value);

}  // namespace weir::format
