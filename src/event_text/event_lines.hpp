#pragma once

#include <string>
#include <string_view>

#include "event_text/cloud_event_reader.hpp"
#include "event_text/event_format.hpp"
#include "event_text/recorded_event_reader.hpp"

/// An event log as lines, one event each, for export and import.
namespace weir::event_text {

/// Appends an event in that format, and the end of the line.
/// Errors: errc::newer_format for an event that no domain knows, errc::corrupt.
[[nodiscard]] result<> append_event_line(std::string& text, const recorded_event& event, event_format format,
                                         const catalog& domains);

/// Reads lines of one format.
///
/// Concurrency:  any thread. Lifetime: the catalog outlives it.
class event_line_reader {
 public:
  event_line_reader(const catalog& domains, event_format format)
      : format_(format), recorded_events_(domains), cloud_events_(domains) {}

  /// Error: errc::invalid with all faults, each with a JSON pointer. A line of the other format, and a problem at the
  /// end of a server's answer, are reported as such.
  [[nodiscard]] result<recorded_event> read(std::string_view line) const;

 private:
  const event_format format_;
  const recorded_event_reader recorded_events_;
  const cloud_event_reader cloud_events_;
};

}  // namespace weir::event_text
