#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/beast/http/basic_parser.hpp>

#include "http/message.hpp"
#include "http/options.hpp"
#include "http/problem.hpp"

namespace weir::http {

/// Finds the end of a request's head in bytes that arrive piece by piece, and refuses early bytes that cannot become a
/// head.
///
/// Stricter than the parser where leniency allows request smuggling (RFC 9112, section 11.2): a line ends with CR LF
/// and nothing else, and no header field is folded.
class head_scanner {
 public:
  explicit head_scanner(const server_options& options) : options_(options) {}

  /// The head is complete, and this long.
  struct complete {
    std::size_t bytes;
  };
  /// More bytes are needed.
  struct incomplete {};
  using verdict = std::variant<incomplete, complete, problem>;

  /// Takes all bytes of the head so far; those of the previous call come first and are not scanned again.
  [[nodiscard]] verdict look(std::string_view bytes);

 private:
  [[nodiscard]] std::optional<problem> check_line(std::string_view line);

  const server_options& options_;
  std::size_t looked_at_ = 0;
  std::size_t line_start_ = 0;
};

/// Reads one request's head, and a chunked body after it. Uses Beast's parser without Beast's containers: the request
/// holds views of the bytes, which must not move.
class request_parser : private boost::beast::http::basic_parser<true> {
 public:
  explicit request_parser(request& into);

  /// Reads a complete head. The problem, if it is not one.
  [[nodiscard]] std::optional<problem> read_head(std::string_view head);

  struct chunk_progress {
    std::size_t consumed = 0;  ///< bytes that are no longer needed
    std::string_view piece;    ///< of the body; within the consumed bytes
    bool complete = false;     ///< the body has come to its end
    bool needs_more = false;   ///< more bytes are needed to continue
    bool malformed = false;
    bool too_large = false;  ///< a chunk is announced that exceeds limit_chunks()
  };
  /// Sets the maximum size of all chunks together; without it there is no limit. To be called before read_chunked().
  void limit_chunks(std::uint64_t bytes_max) { body_limit(bytes_max); }
  /// Reads a chunked body up to its next piece.
  [[nodiscard]] chunk_progress read_chunked(std::string_view bytes);

 private:
  using base = boost::beast::http::basic_parser<true>;
  using text = boost::beast::string_view;
  using error_code = boost::beast::error_code;

  void on_request_impl(boost::beast::http::verb, text, text, int, error_code&) override;
  void on_response_impl(int, text, int, error_code&) override {}
  void on_field_impl(boost::beast::http::field, text, text, error_code&) override;
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(text, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, text, error_code&) override;
  std::size_t on_chunk_body_impl(std::uint64_t, text, error_code&) override;
  void on_finish_impl(error_code&) override {}

  [[nodiscard]] std::size_t put_as_1_1(std::string_view head, std::size_t line_bytes, error_code& code);
  [[nodiscard]] std::optional<problem> check_framing() const;
  [[nodiscard]] std::optional<problem> check_single_fields() const;
  [[nodiscard]] std::optional<problem> check_host() const;

  request& request_;
  std::string request_line_;  ///< of a later HTTP/1.x, as HTTP/1.1
  std::string_view piece_;
};

}  // namespace weir::http
