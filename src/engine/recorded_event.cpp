#include "engine/recorded_event.hpp"

#include <iterator>

#include <boost/algorithm/hex.hpp>

#include "base/bytes.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

constexpr std::size_t uuid_bytes_size = 16;
constexpr std::size_t trace_bytes_size = 25;
constexpr std::string_view traceparent_form = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A traceparent of version 00 without its dashes and version; nothing for another text, which is kept out of the log.
std::optional<std::string> pack_trace(std::string_view traceparent) {
  if (traceparent.size() != traceparent_form.size() || !traceparent.starts_with("00-")) return std::nullopt;
  std::string digits;
  digits += traceparent.substr(3, 32);
  digits += traceparent.substr(36, 16);
  digits += traceparent.substr(53, 2);
  std::string bytes;
  try {
    boost::algorithm::unhex(digits, std::back_inserter(bytes));
  } catch (const boost::algorithm::hex_decode_error&) {
    return std::nullopt;
  }
  return bytes;
}

std::string unpack_trace(std::string_view bytes) {
  std::string digits;
  boost::algorithm::hex_lower(bytes, std::back_inserter(digits));
  return "00-" + digits.substr(0, 32) + "-" + digits.substr(32, 16) + "-" + digits.substr(48);
}

// Events of a command are counted in the last 7 bytes of its id: version and variant stay what they are.
constexpr std::size_t counter_begin = 9;
constexpr std::uint64_t counter_size = std::uint64_t{1} << 56;

std::uint64_t counter_of(std::string_view id) { return read_big_endian(id.substr(8)) % counter_size; }

std::string command_with_first(std::string_view event_id) {
  std::string id(event_id);
  for (std::size_t i = id.size(); i-- > counter_begin;) {
    if (id[i]-- != 0) break;
  }
  return id;
}

}  // namespace

std::string nth_event_id(std::string_view command_id, std::int32_t index) {
  std::string id(command_id);
  auto carry = static_cast<std::uint32_t>(index);
  for (std::size_t i = id.size(); carry != 0 && i-- > counter_begin;) {
    carry += static_cast<unsigned char>(id[i]);
    id[i] = static_cast<char>(carry);
    carry >>= 8;
  }
  return id;
}

void settle_command(recorded_event& event) {
  event.index_in_command = 1;
  if (event.command_id.empty()) {
    event.command_id = command_with_first(event.event_id);
    return;
  }
  const std::uint64_t distance = (counter_of(event.event_id) - counter_of(event.command_id)) % counter_size;
  if (distance < 1 || distance > limits::events_per_command_max) return;
  const auto index = static_cast<std::int32_t>(distance);
  if (nth_event_id(event.command_id, index) == event.event_id) event.index_in_command = index;
}

bool keeps_traceparent(std::string_view traceparent) {
  const auto packed = pack_trace(traceparent);
  return packed && unpack_trace(*packed) == traceparent;
}

std::string encode_recorded(const recorded_event& event) {
  stored::StoredEvent out;
  out.position = static_cast<std::int64_t>(event.position.value);
  out.recordedAt = event.recorded_at.time_since_epoch().count();
  out.type = event.type;
  out.payload = event.payload;
  out.commandId = event.command_id;
  out.indexInCommand = event.index_in_command;
  if (event.event_id != nth_event_id(event.command_id, event.index_in_command)) out.__set_eventId(event.event_id);
  if (!event.from.correlation_id.empty()) out.__set_correlationId(event.from.correlation_id);
  if (!event.from.causation_id.empty()) out.__set_causationId(event.from.causation_id);
  if (const auto trace = pack_trace(event.from.traceparent)) out.__set_trace(*trace);
  if (!event.from.actor.empty()) out.__set_actor(event.from.actor);
  return codec::encode(out);
}

result<recorded_event> decode_recorded(std::string_view bytes, std::string_view stream, weir::sequence sequence) {
  const auto corrupt = [&](const std::string& why) {
    return error{errc::corrupt, "event " + std::to_string(sequence.value) + " of stream " + std::string(stream) +
                                    " is damaged: " + why};
  };
  stored::StoredEvent in;
  try {
    in = codec::decode<stored::StoredEvent>(bytes);
  } catch (const apache::thrift::TException& e) {
    return corrupt(e.what());
  }
  if (in.position <= 0) return corrupt("its position is " + std::to_string(in.position));
  if (in.commandId.size() != uuid_bytes_size) return corrupt("its command's id is no UUID");
  if (in.__isset.eventId && in.eventId.size() != uuid_bytes_size) return corrupt("its id is no UUID");
  if (in.__isset.trace && in.trace.size() != trace_bytes_size) return corrupt("its trace is not 25 bytes long");

  recorded_event event;
  event.position = {static_cast<std::uint64_t>(in.position)};
  event.stream = stream;
  event.sequence = sequence;
  event.recorded_at = timestamp{std::chrono::microseconds{in.recordedAt}};
  event.type = std::move(in.type);
  event.payload = std::move(in.payload);
  event.index_in_command = in.indexInCommand;
  event.event_id = in.__isset.eventId ? std::move(in.eventId) : nth_event_id(in.commandId, in.indexInCommand);
  event.command_id = std::move(in.commandId);
  event.from.correlation_id = std::move(in.correlationId);
  event.from.causation_id = std::move(in.causationId);
  if (in.__isset.trace) event.from.traceparent = unpack_trace(in.trace);
  event.from.actor = std::move(in.actor);
  return event;
}

}  // namespace weir
