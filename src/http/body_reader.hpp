#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "http/head.hpp"
#include "http/protocol.hpp"

namespace weir::http {

/// The body of one request, as it arrives.
///
/// If the client sent Expect: 100-continue, the first next() sends 100 Continue, unless the whole body has arrived or
/// the answer has begun: an interim answer comes before the final one, or not at all (RFC 9110, sections 10.1.1 and
/// 15.2).
///
/// All waits end at the request's deadline. Its functions throw problem_raised (408, 413, or 400 for bad chunks) and
/// connection_lost.
class body_reader {
 public:
  body_reader(connection& from, request_parser& parser, const request& head, const server_options& options,
              steady_clock::time_point deadline);

  /// Whether the body has been read to its end, so that the next request can follow.
  [[nodiscard]] bool complete() const { return complete_; }

  /// Whether the rest can be read and discarded cheaply: it is short, and the client does not wait for 100 Continue.
  [[nodiscard]] bool worth_draining() const;

  /// The next piece; "" at the end. The view lives until the next call, or, if `stays()`, until the end of the request.
  [[nodiscard]] task<std::string_view> next();

  /// The length that was announced; nothing for a chunked body.
  [[nodiscard]] std::optional<std::uint64_t> announced() const { return announced_; }

  /// The whole body, if it has arrived already and needs no decoding: a view that lives until the end of the request.
  [[nodiscard]] std::optional<std::string_view> arrived();

  /// Sets the maximum size of a chunked body: a chunk that exceeds it is refused with 413 as soon as its size is
  /// announced. To be called before next().
  void limit_chunks(std::size_t bytes_max);

  /// From now on no 100 Continue is sent.
  void answer_begins() { asked_ = true; }

  void set_deadline(steady_clock::time_point deadline) { deadline_ = deadline; }

 private:
  [[nodiscard]] task<std::string_view> ask_for_first();
  [[nodiscard]] task<std::string_view> next_of_length();
  [[nodiscard]] task<std::string_view> next_of_chunked();
  [[nodiscard]] task<std::size_t> receive(char* into, std::size_t bytes);
  [[noreturn]] void give_up(problem why);

  connection& connection_;
  request_parser& parser_;
  const server_options& options_;
  steady_clock::time_point deadline_;
  std::optional<std::uint64_t> announced_;
  std::uint64_t remaining_ = 0;  ///< of an announced length
  std::size_t chunks_bytes_max_ = 0;
  bool complete_;
  bool asked_;  ///< the client does not wait for 100 Continue, or it must not be sent any more
  bool broken_ = false;
  std::unique_ptr<char[]> scratch_;  ///< for bytes that did not fit after the head, which must not move
  std::size_t scratch_begin_ = 0, scratch_end_ = 0;
};

}  // namespace weir::http
