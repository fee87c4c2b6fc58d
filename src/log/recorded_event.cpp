#include "log/recorded_event.hpp"

#include <optional>

#include "base/bytes.hpp"
#include "base/hexadecimal.hpp"
#include "base/limits.hpp"
#include "codec/compact_reader.hpp"
#include "codec/compact_writer.hpp"

namespace weir {
namespace {

constexpr std::size_t uuid_bytes_size = 16;
constexpr std::size_t trace_bytes_size = 25;
constexpr std::string_view traceparent_form = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The fields of struct StoredEvent in idl/weir/stored.thrift. Its bytes are written and read here without the
/// generated struct: each command and each event of a feed passes through.
namespace field {
constexpr std::int16_t position = 1, recorded_at = 2, type = 3, payload = 4, command_id = 5, index_in_command = 6,
                       event_id = 7, correlation_id = 8, causation_id = 9, trace = 10, actor = 11;
}

/// A traceparent of version 00 without its dashes and version; nothing for another text, which is kept out of the log.
std::optional<std::string> pack_trace(std::string_view traceparent) {
  if (traceparent.size() != traceparent_form.size() || !traceparent.starts_with("00-")) return std::nullopt;
  std::string bytes;
  bytes.reserve(trace_bytes_size);
  for (const std::string_view digits :
       {traceparent.substr(3, 32), traceparent.substr(36, 16), traceparent.substr(53)}) {
    if (!append_from_hexadecimal(bytes, digits)) return std::nullopt;
  }
  return bytes;
}

std::string unpack_trace(std::string_view bytes) {
  std::string text;
  text.reserve(traceparent_form.size());
  text += "00";
  for (const std::string_view part : {bytes.substr(0, 16), bytes.substr(16, 8), bytes.substr(24)}) {
    text += '-';
    append_hexadecimal(text, part);
  }
  return text;
}

/// Appends the fields of a struct one after another, by ascending number.
class fields_writer {
 public:
  explicit fields_writer(std::string& bytes) : bytes_(bytes) {}
  void integer(std::int16_t id, codec::wire type, std::int64_t value) {
    begin(id, type);
    codec::append_integer(bytes_, value);
  }
  void binary(std::int16_t id, std::string_view value) {
    begin(id, codec::wire::binary);
    codec::append_binary(bytes_, value);
  }

 private:
  void begin(std::int16_t id, codec::wire type) {
    codec::append_field_header(bytes_, last_, id, type);
    last_ = id;
  }
  std::string& bytes_;
  std::int16_t last_ = 0;
};

/// A struct StoredEvent as views of its bytes.
struct stored_fields {
  std::int64_t position = 0, recorded_at = 0;
  std::int32_t index_in_command = 0;
  std::string_view type, payload, command_id, correlation_id, causation_id, actor;
  std::optional<std::string_view> event_id, trace;
};

/// Throws codec::corrupt_bytes.
stored_fields read_fields(std::string_view bytes) {
  stored_fields found;
  codec::compact_reader in(bytes);
  unsigned required = 0;
  for (auto next = in.field(0); next.type != codec::wire::stop; next = in.field(next.id)) {
    const bool is_text = next.type == codec::wire::binary, is_i64 = next.type == codec::wire::i64;
    if (next.id == field::position && is_i64) {
      found.position = in.integer(next.type);
    } else if (next.id == field::recorded_at && is_i64) {
      found.recorded_at = in.integer(next.type);
    } else if (next.id == field::type && is_text) {
      found.type = in.binary();
    } else if (next.id == field::payload && is_text) {
      found.payload = in.binary();
    } else if (next.id == field::command_id && is_text) {
      found.command_id = in.binary();
    } else if (next.id == field::index_in_command && next.type == codec::wire::i32) {
      found.index_in_command = static_cast<std::int32_t>(in.integer(next.type));
    } else if (next.id == field::event_id && is_text) {
      found.event_id = in.binary();
    } else if (next.id == field::correlation_id && is_text) {
      found.correlation_id = in.binary();
    } else if (next.id == field::causation_id && is_text) {
      found.causation_id = in.binary();
    } else if (next.id == field::trace && is_text) {
      found.trace = in.binary();
    } else if (next.id == field::actor && is_text) {
      found.actor = in.binary();
    } else {
      in.skip(next.type);
      continue;
    }
    if (next.id <= field::index_in_command) required |= 1u << next.id;
  }
  if (required != 0b1111110) throw codec::corrupt_bytes{"a required field is missing"};
  return found;
}

result<stored_fields> checked_fields(std::string_view bytes, std::string_view stream, weir::sequence sequence) {
  const auto corrupt = [&](const std::string& why) {
    return error{errc::corrupt, "event " + std::to_string(sequence.value) + " of stream " + std::string(stream) +
                                    " is damaged: " + why};
  };
  stored_fields in;
  try {
    in = read_fields(bytes);
  } catch (const codec::corrupt_bytes& e) {
    return corrupt(e.what);
  }
  if (in.position <= 0) return corrupt("its position is " + std::to_string(in.position));
  if (in.command_id.size() != uuid_bytes_size) return corrupt("its command's id is no UUID");
  if (in.event_id && in.event_id->size() != uuid_bytes_size) return corrupt("its id is no UUID");
  if (in.trace && in.trace->size() != trace_bytes_size) return corrupt("its trace is not 25 bytes long");
  return in;
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
  std::string bytes;
  bytes.reserve(event.type.size() + event.payload.size() + 96);
  fields_writer out(bytes);
  out.integer(field::position, codec::wire::i64, static_cast<std::int64_t>(event.position.value));
  out.integer(field::recorded_at, codec::wire::i64, event.recorded_at.time_since_epoch().count());
  out.binary(field::type, event.type);
  out.binary(field::payload, event.payload);
  out.binary(field::command_id, event.command_id);
  out.integer(field::index_in_command, codec::wire::i32, event.index_in_command);
  if (event.event_id != nth_event_id(event.command_id, event.index_in_command)) {
    out.binary(field::event_id, event.event_id);
  }
  if (!event.from.correlation_id.empty()) out.binary(field::correlation_id, event.from.correlation_id);
  if (!event.from.causation_id.empty()) out.binary(field::causation_id, event.from.causation_id);
  if (const auto trace = pack_trace(event.from.traceparent)) out.binary(field::trace, *trace);
  if (!event.from.actor.empty()) out.binary(field::actor, event.from.actor);
  codec::append_stop(bytes);
  return bytes;
}

result<recorded_event> decode_recorded(std::string_view bytes, std::string_view stream, weir::sequence sequence) {
  const auto read = checked_fields(bytes, stream, sequence);
  if (!read) return read.error();
  const stored_fields& in = *read;
  recorded_event event;
  event.position = {static_cast<std::uint64_t>(in.position)};
  event.stream = stream;
  event.sequence = sequence;
  event.recorded_at = timestamp{std::chrono::microseconds{in.recorded_at}};
  event.type = in.type;
  event.payload = in.payload;
  event.index_in_command = in.index_in_command;
  event.event_id = in.event_id ? std::string(*in.event_id) : nth_event_id(in.command_id, in.index_in_command);
  event.command_id = in.command_id;
  event.from.correlation_id = in.correlation_id;
  event.from.causation_id = in.causation_id;
  if (in.trace) event.from.traceparent = unpack_trace(*in.trace);
  event.from.actor = in.actor;
  return event;
}

result<recorded_event_view> view_recorded(std::string_view bytes, std::string_view stream, weir::sequence sequence) {
  const auto in = checked_fields(bytes, stream, sequence);
  if (!in) return in.error();
  return recorded_event_view{{static_cast<std::uint64_t>(in->position)},
                             timestamp{std::chrono::microseconds{in->recorded_at}},
                             in->type,
                             in->payload};
}

}  // namespace weir
