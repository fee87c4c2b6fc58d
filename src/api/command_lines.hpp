#pragma once

#include "api/command_reader.hpp"
#include "api/http_names.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"

namespace weir::api {

/// POST /commands with one command per line (application/x-ndjson): carries out each by itself, in order, and answers
/// with a result or a problem per line while the body still arrives.
///
/// Order:        commands are carried out, and answered, in the order of their lines.
/// Memory:       a window of lines (limits::lines_in_flight_max, limits::line_bytes_in_flight_max) is in flight. It
///               reads no further from a client that does not take its answers, and waits for a sequencer that is
///               behind.
/// Keys:         an Idempotency-Key applies to each line, together with the line's number.
/// Truncation:   an answer that does not cover the whole body ends with a problem and without the last chunk of the
///               chunked coding.
[[nodiscard]] task<> carry_out_lines(exchange& x, engine& by, const command_reader& reader, std::size_t line_bytes_max);

}  // namespace weir::api
