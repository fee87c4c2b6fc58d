#pragma once

#include <span>
#include <string>

#include "api/http_names.hpp"
#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "http/exchange.hpp"
#include "requests/problems.hpp"

/// What commands came to, as answers.
namespace weir::api {

/// The commands' events, one command after another. The engine gives those of a whole submission.
class events_by_command {
 public:
  explicit events_by_command(const acceptance& of) : rest_(of.events) {}
  /// Those of the next command, whose result this is.
  [[nodiscard]] std::span<const recorded_event> next(const acceptance::item& result);

 private:
  std::span<const recorded_event> rest_;
};

/// Appends {"stream", "sequence", "position"}, without the closing brace. Of a command that changed nothing: where its
/// stream stands.
void begin_result(std::string& json, const acceptance::item& result);

/// Appends ,"events":[...]. Errors as append_recorded_event.
[[nodiscard]] result<> append_events(std::string& json, std::span<const recorded_event> events, const catalog& domains);

/// Why one of the orders, or all of them, came to nothing; the log has what a client is not told.
[[nodiscard]] problem explain_failure(exchange& x, const outcome& came_to, std::string_view command,
                                      std::string_view stream);

}  // namespace weir::api
