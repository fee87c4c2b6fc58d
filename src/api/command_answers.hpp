#pragma once

#include <span>
#include <string>

#include "api/http_names.hpp"
#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"
#include "requests/problems.hpp"

/// Results of commands as answers.
namespace weir::api {

/// Splits the events of a whole submission by command.
class events_by_command {
 public:
  explicit events_by_command(const acceptance& of) : rest_(of.events) {}
  /// The events of the next command; `result` is its result.
  [[nodiscard]] std::span<const recorded_event> next(const acceptance::item& result);

 private:
  std::span<const recorded_event> rest_;
};

/// Appends {"stream", "sequence", "position"}, without the closing brace. If the command changed nothing: the head of
/// its stream.
void begin_result(std::string& json, const acceptance::item& result);

/// Appends ,"events":[...]. Errors as append_recorded_event.
[[nodiscard]] result<> append_events(std::string& json, std::span<const recorded_event> events, const catalog& domains);

/// Why one of the commands, or all of them, failed; details that the client is not given are logged.
[[nodiscard]] problem explain_failure(exchange& x, const outcome& came_to, std::string_view command,
                                      std::string_view stream);

}  // namespace weir::api
