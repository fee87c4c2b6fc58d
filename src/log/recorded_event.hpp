#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "base/time.hpp"

namespace weir {

/// Where a command comes from, as far as the caller says; "" where unknown. Becomes the metadata of its events.
struct origin {
  std::string correlation_id;
  std::string causation_id;
  std::string traceparent;  ///< W3C Trace Context
  std::string actor;        ///< the caller's identity
};

/// An event as the log holds it, the same for every domain.
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
};

/// The id of a command's n-th event: the command's own with n added to its last bits. So it need not be stored.
[[nodiscard]] std::string nth_event_id(std::string_view command_id, std::int32_t index);

/// Sets which of its command's events an event is, as their ids say; the first, where they say nothing of it. Of an
/// event whose command is unknown ("") it makes the command whose first event it is.
void settle_command(recorded_event& event);

/// Whether the log keeps a traceparent, letter for letter: one of version 00, in lower case.
[[nodiscard]] bool keeps_traceparent(std::string_view traceparent);

/// The bytes the log stores under stream and sequence (which stand in the key and not in here): struct StoredEvent of
/// idl/weir/stored.thrift, compact protocol. A traceparent that is not of version 00 is left out.
[[nodiscard]] std::string encode_recorded(const recorded_event& event);

/// The inverse. Error errc::corrupt if the bytes are no recorded event.
[[nodiscard]] result<recorded_event> decode_recorded(std::string_view bytes, std::string_view stream,
                                                     weir::sequence sequence);

/// What a projection is told of an event, as views of its bytes.
struct recorded_event_view {
  weir::position position;
  timestamp recorded_at;
  std::string_view type, payload;
};

/// The same as decode_recorded() as far as that, at a fraction of its cost.
[[nodiscard]] result<recorded_event_view> view_recorded(std::string_view bytes, std::string_view stream,
                                                        weir::sequence sequence);

}  // namespace weir
