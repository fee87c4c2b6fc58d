#pragma once

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
  std::string type;        ///< member of the union Event: userCreated
  std::string payload;     ///< compact bytes of that member
  std::string command_id;  ///< 16 bytes of a UUID, version 7
  origin from;
};

/// The bytes the log stores under stream and sequence (which stand in the key and not in here): struct RecordedEvent of
/// idl/weir, compact protocol.
[[nodiscard]] std::string encode_recorded(const recorded_event& event);

/// The inverse. Error errc::corrupt if the bytes are no recorded event.
[[nodiscard]] result<recorded_event> decode_recorded(std::string_view bytes, std::string_view stream, weir::sequence sequence);

}  // namespace weir
