#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace weir::http {

/// W3C Trace Context of one request: the caller's trace, continued with a new span; or a new trace.
struct trace_context {
  std::string trace_id;  ///< 32 hexadecimal digits
  std::string span_id;   ///< 16, ours
  std::string flags = "00";

  /// As a header field: 00-<trace>-<span>-<flags>.
  [[nodiscard]] std::string traceparent() const;
};

/// Continues the caller's trace if it sent a well-formed traceparent, else begins one.
[[nodiscard]] trace_context continue_or_begin(std::optional<std::string_view> traceparent);

}  // namespace weir::http
