#include "http/head.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include <boost/beast/http/error.hpp>

#include "http/header_values.hpp"

namespace weir::http {
namespace {

namespace beast = boost::beast;

/// The longest method and version that a request line may hold around its target, spaces and line end included.
constexpr std::size_t request_line_frame_bytes_max = 64;

/// Fields that have one value, and of which the endpoints would take the first. (Others look after themselves.)
constexpr std::array<std::string_view, 6> single_fields{"Content-Type",        "Last-Event-ID",     "Origin",
                                                        "Weir-Correlation-Id", "Weir-Causation-Id", "Authorization"};

std::string_view view(beast::string_view text) { return {text.data(), text.size()}; }

problem malformed(std::string detail) { return make_problem(problem_kind::malformed_request, std::move(detail)); }

bool is_token_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || others.find(c) != others.npos;
}

method method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return method::get;
    case beast::http::verb::head:
      return method::head;
    case beast::http::verb::post:
      return method::post;
    case beast::http::verb::put:
      return method::put;
    case beast::http::verb::patch:
      return method::patch;
    case beast::http::verb::delete_:
      return method::delete_;
    case beast::http::verb::options:
      return method::options;
    default:
      return method::other;
  }
}

/// Whether a request line ends with HTTP/1.2 to HTTP/1.9: those are spoken to as HTTP/1.1 (RFC 9110, section 2.5).
bool has_later_minor_version(std::string_view line) {
  return line.size() > 9 && line.substr(line.size() - 9, 8) == " HTTP/1." && line.back() >= '2' && line.back() <= '9';
}

bool is_chunked(std::string_view coding) { return equals_ignoring_case(coding, "chunked"); }

/// A name, and perhaps parameters after it, which chunked has none of (RFC 9112, section 7.1).
bool is_coding(std::string_view element) {
  const std::string_view name = element.substr(0, element.find_first_of("; \t"));
  if (is_chunked(name) && name.size() < element.size()) return false;
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_character);
}

/// Whether the line of a chunk's size, which comes after the end of the last chunk's line, has come to its end within a
/// quoted string. The parser goes on to look for the other quote behind the line, in what is no part of it.
bool ends_in_quotes(std::string_view bytes) {
  if (bytes.substr(0, 2) == "\r\n") bytes.remove_prefix(2);
  const std::size_t end = bytes.find("\r\n");
  if (end == bytes.npos) return false;
  bool quoted = false;
  for (std::size_t at = 0; at < end; ++at) {
    if (bytes[at] == '"') quoted = !quoted;
    if (quoted && bytes[at] == '\\') ++at;
  }
  return quoted;
}

problem explain(const boost::system::error_code& code) {
  using beast::http::error;
  if (code == error::bad_method) return malformed("The method is not a token.");
  if (code == error::bad_target) return malformed("The request target has an invalid character.");
  if (code == error::bad_version) return malformed("The request line does not end with HTTP/1.1 or HTTP/1.0.");
  if (code == error::bad_field) return malformed("The name of a header field is not a token followed by a colon.");
  if (code == error::bad_value) return malformed("The value of a header field has an invalid character.");
  if (code == error::bad_content_length || code == error::multiple_content_length) {
    return malformed("Content-Length is not one decimal number, or is combined with Transfer-Encoding.");
  }
  if (code == error::bad_transfer_encoding) {
    return malformed("Transfer-Encoding is given twice, or together with Content-Length.");
  }
  return malformed("The head of the request is not HTTP/1.1.");
}

}  // namespace

head_scanner::verdict head_scanner::look(std::string_view bytes) {
  if (looked_at_ == 0 && !bytes.empty() && !is_token_character(bytes.front())) {
    return malformed("The request does not begin with a method.");
  }
  const std::size_t target_room = options_.target_bytes_max + request_line_frame_bytes_max;
  const auto too_long = [&] {
    return make_problem(problem_kind::uri_too_long,
                        "The request target may have at most " + std::to_string(options_.target_bytes_max) + " bytes.")
        .with("limitBytes", options_.target_bytes_max);
  };
  const auto too_large = [&] {
    return make_problem(problem_kind::headers_too_large, "The head of a request may have at most " +
                                                             std::to_string(options_.headers_bytes_max) + " bytes.")
        .with("limitBytes", options_.headers_bytes_max);
  };

  while (looked_at_ < bytes.size()) {
    const void* found = std::memchr(bytes.data() + looked_at_, '\n', bytes.size() - looked_at_);
    if (found == nullptr) break;
    const auto line_feed = static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data());
    const bool is_request_line = line_start_ == 0;
    if (is_request_line && line_feed > target_room) return too_long();
    if (line_feed + 1 > options_.headers_bytes_max) return too_large();
    if (line_feed == line_start_ || bytes[line_feed - 1] != '\r') {
      return malformed("A line of the head does not end with CR LF.");
    }
    const std::string_view line = bytes.substr(line_start_, line_feed - 1 - line_start_);
    if (line.empty()) return complete{line_feed + 1};
    if (!is_request_line && (line.front() == ' ' || line.front() == '\t')) {
      return malformed("A header field is folded over two lines.");
    }
    looked_at_ = line_start_ = line_feed + 1;
  }
  looked_at_ = bytes.size();
  if (line_start_ == 0 && bytes.size() > target_room) return too_long();
  if (bytes.size() >= options_.headers_bytes_max) return too_large();
  return incomplete{};
}

request_parser::request_parser(request& into) : request_(into) {
  header_limit(std::numeric_limits<std::uint32_t>::max());  // the scanner kept the limit
  body_limit(boost::none);                                  // the reader of the body enforces it
  request_.fields.clear();
  request_.content_length.reset();
  request_.method_text = request_.target = request_.host = {};
  request_.chunked = request_.keep_alive = request_.expects_continue = false;
}

std::optional<problem> request_parser::read_head(std::string_view head) {
  error_code code;
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t consumed = has_later_minor_version(line)
                                   ? put_as_1_1(head, line.size(), code)
                                   : put(boost::asio::const_buffer(head.data(), head.size()), code);
  if (code) return explain(code);
  if (consumed != head.size() || !is_header_done()) return malformed("The head of the request is not HTTP/1.1.");

  request_.chunked = chunked();
  request_.keep_alive = keep_alive();
  if (const auto length = content_length()) request_.content_length = *length;
  if (auto fault = request_.where.read(request_.target)) return malformed(std::move(*fault));
  if (auto fault = check_framing()) return fault;
  if (auto fault = check_host()) return fault;
  if (auto fault = check_single_fields()) return fault;
  if (const auto expect = request_.field("Expect")) {
    request_.expects_continue = request_.version == 11 && equals_ignoring_case(*expect, "100-continue");
  }
  return std::nullopt;
}

/// Reads a head, all but the minor version in whose request line the parser knows.
std::size_t request_parser::put_as_1_1(std::string_view head, std::size_t line_bytes, error_code& code) {
  request_line_.assign(head.substr(0, line_bytes));
  request_line_.back() = '1';
  request_line_ += "\r\n";
  const std::size_t of_line = put(boost::asio::const_buffer(request_line_.data(), request_line_.size()), code);
  if (code != beast::http::error::need_more) return of_line;
  const std::string_view fields = head.substr(of_line);
  return of_line + put(boost::asio::const_buffer(fields.data(), fields.size()), code);
}

/// What RFC 9112 (section 6.1) leaves to a server is refused: another reader on the way may see another body.
std::optional<problem> request_parser::check_framing() const {
  if (const auto encoding = request_.field_list("Transfer-Encoding")) {
    if (request_.version == 10) return malformed("HTTP/1.0 has no Transfer-Encoding.");
    if (request_.count("Content-Length") != 0)
      return malformed("Content-Length cannot be combined with Transfer-Encoding.");
    const std::vector<std::string_view> codings = list_elements(*encoding);
    if (codings.empty() || !std::all_of(codings.begin(), codings.end(), is_coding)) {
      return malformed("Transfer-Encoding is not a list of transfer codings.");
    }
    if (std::find_if(codings.begin(), codings.end() - 1, is_chunked) != codings.end() - 1) {
      return malformed("The transfer coding chunked must be the last one, and be applied once.");
    }
    if (!std::all_of(codings.begin(), codings.end(), is_chunked)) {
      return make_problem(problem_kind::not_implemented, "The only supported transfer coding is chunked.");
    }
    if (!request_.chunked) return malformed("Transfer-Encoding is not chunked.");
  }
  if (const auto length = request_.field("Content-Length")) {
    if (request_.count("Content-Length") != 1 || length->find(',') != length->npos) {
      return malformed("Content-Length is given more than once.");
    }
  }
  return std::nullopt;
}

/// With two different values, a proxy might use another one than this server.
std::optional<problem> request_parser::check_single_fields() const {
  const std::vector<header_field>& fields = request_.fields;
  for (std::size_t i = 1; i < fields.size(); ++i) {
    for (std::size_t before = 0; before < i; ++before) {
      if (!equals_ignoring_case(fields[before].name, fields[i].name) || fields[before].value == fields[i].value) {
        continue;
      }
      for (const std::string_view single : single_fields) {
        if (equals_ignoring_case(fields[i].name, single)) {
          return malformed(std::string(single) + " is given twice, with different values.");
        }
      }
    }
  }
  return std::nullopt;
}

/// RFC 9112, section 3.2.
std::optional<problem> request_parser::check_host() const {
  request_.host = request_.where.authority();
  const std::size_t count = request_.count("Host");
  if (count > 1) return malformed("Host is given more than once.");
  if (count == 0) {
    if (request_.version == 10) return std::nullopt;
    return malformed("Host is missing.");
  }
  constexpr std::string_view others = "-._~!$&'()*+,;=:[]%";
  const std::string_view host = request_.field("Host").value_or("");
  for (const char c : host) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!alphanumeric && others.find(c) == others.npos) return malformed("Host is not a host and a port.");
  }
  if (request_.host.empty()) request_.host = host;  // what stands in the target goes before it (RFC 9112, 3.2.2)
  return std::nullopt;
}

request_parser::chunk_progress request_parser::read_chunked(std::string_view bytes) {
  chunk_progress progress;
  piece_ = {};
  while (progress.consumed < bytes.size() && piece_.empty() && !is_done()) {
    const std::string_view rest = bytes.substr(progress.consumed);
    error_code code;
    progress.consumed += put(boost::asio::const_buffer(rest.data(), rest.size()), code);
    if (code == beast::http::error::need_more) {
      progress.malformed = ends_in_quotes(rest);
      progress.needs_more = !progress.malformed;
      return progress;
    }
    if (code) {
      progress.too_large = code == beast::http::error::body_limit;
      progress.malformed = !progress.too_large;
      return progress;
    }
  }
  progress.piece = piece_;
  progress.complete = is_done();
  progress.needs_more = piece_.empty() && !is_done();
  return progress;
}

void request_parser::on_request_impl(beast::http::verb verb, text method_text, text target, int version, error_code&) {
  request_.method = method_of(verb);
  request_.method_text = view(method_text);
  request_.target = view(target);
  request_.version = version;
}

void request_parser::on_field_impl(beast::http::field, text name, text value, error_code&) {
  if (is_header_done()) return;  // trailers: nothing here has a use for them
  request_.fields.push_back({view(name), view(value)});
}

/// The parser takes a quoted string with any byte in it, a bare LF too, where another reader sees the end of the line.
void request_parser::on_chunk_header_impl(std::uint64_t, text extensions, error_code& code) {
  const bool has_control = std::any_of(extensions.begin(), extensions.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  if (has_control) code = beast::http::error::bad_chunk_extension;
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, text body, error_code&) {
  piece_ = view(body);
  return body.size();
}

}  // namespace weir::http
