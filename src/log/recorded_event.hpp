#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// Where a command comes from, as the caller says; "" if unknown. Becomes the metadata of its events.
struct origin {
  std::string correlation_id;
  std::string causation_id;
  std::string traceparent;  ///< W3C Trace Context
  std::string actor;        ///< the caller's identity
};

/// A recorded event, the same for every domain.
struct recorded_event {
  weir::position position;
  std::string stream;
  weir::sequence sequence;
  std::string event_id;  ///< 16 bytes of a UUID, version 7
  timestamp recorded_at;
  std::string type;                   ///< member of the union Event: userCreated
  std::string payload;                ///< compact bytes of that member
  std::string command_id;             ///< 16 bytes of a UUID, version 7
  std::int32_t index_in_command = 1;  ///< which of its command's events this is, from 1
  origin from;
  std::vector<std::string> erased;  ///< personal values that were erased: JSON pointers, /userCreated/name. Not stored
};

/// The id of a command's n-th event: the command's id with n added to its last bits. So it need not be stored.
[[nodiscard]] std::string nth_event_id(std::string_view command_id, std::int32_t index);

/// Sets index_in_command from the event's id and the command's id; 1 if they do not match. If the command is unknown
/// (""), derives its id so that this is its first event.
void settle_command(recorded_event& event);

/// Whether the event log stores a traceparent exactly: only version 00 in lower case.
[[nodiscard]] bool keeps_traceparent(std::string_view traceparent);

/// The stored bytes of an event, without stream and sequence (they are the key): struct StoredEvent of
/// idl/weir/stored.thrift, compact protocol. A traceparent that is not of version 00 is left out.
[[nodiscard]] std::string encode_recorded(const recorded_event& event);

/// The inverse. Error errc::corrupt if the bytes are not a stored event.
[[nodiscard]] result<recorded_event> decode_recorded(std::string_view bytes, std::string_view stream,
                                                     weir::sequence sequence);

/// The parts of an event that a projection gets, as views of its bytes.
struct recorded_event_view {
  weir::position position;
  timestamp recorded_at;
  std::string_view type, payload;
};

/// Decodes these parts only, at a fraction of the cost of decode_recorded().
[[nodiscard]] result<recorded_event_view> view_recorded(std::string_view bytes, std::string_view stream,
                                                        weir::sequence sequence);

}  // namespace weir
