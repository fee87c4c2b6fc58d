// The head of a request. Input: the size of the pieces in which it arrives, the bytes. What Weir accepts is compared
// with a second reading, which is strict: two readers on one connection must see the same end of a request.
#include <algorithm>
#include <cctype>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "http/cors.hpp"
#include "http/head.hpp"
#include "http/header_values.hpp"
#include "http/parameters.hpp"
#include "http/representation.hpp"
#include "http/trace_context.hpp"

namespace weir::fuzz {
namespace {

using namespace http;

head_scanner::verdict in_pieces(std::string_view input, std::size_t piece, const server_options& options) {
  head_scanner scanner(options);
  for (std::size_t arrived = std::min(piece, input.size());; arrived = std::min(arrived + piece, input.size())) {
    auto found = scanner.look(input.substr(0, arrived));
    if (arrived == input.size() || !std::holds_alternative<head_scanner::incomplete>(found)) return found;
  }
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), [](unsigned char c) { return std::tolower(c); });
  return made;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// The values of all lines with this name.
std::vector<std::string> values_of(const std::vector<std::string_view>& lines, std::string_view name) {
  std::vector<std::string> values;
  for (const auto line : lines) {
    const auto colon = line.find(':');
    claim(colon != line.npos && colon > 0, "a field has a name and a colon");
    if (lower(line.substr(0, colon)) == name) values.emplace_back(trimmed(line.substr(colon + 1)));
  }
  return values;
}

void claim_framing(std::string_view head, const request& read) {
  std::vector<std::string_view> lines;
  for (std::string_view rest = head; !rest.empty();) {
    const auto end = rest.find("\r\n");
    claim(end != rest.npos, "each line ends with CR LF");
    const auto line = rest.substr(0, end);
    claim(line.find_first_of(std::string_view("\r\n\0", 3)) == line.npos, "no line holds a bare CR, LF or NUL");
    if (!line.empty()) lines.push_back(line);
    rest.remove_prefix(end + 2);
  }
  lines.erase(lines.begin());
  claim(lines.size() == read.fields.size(), "each line is one field");
  for (const auto line : lines) {
    const auto name = line.substr(0, line.find(':'));
    claim(std::none_of(name.begin(), name.end(), [](unsigned char c) { return c <= ' ' || c >= 0x7f; }),
          "no name holds a space");
  }

  const auto codings = values_of(lines, "transfer-encoding");
  const auto lengths = values_of(lines, "content-length");
  claim(codings.empty() || lengths.empty(), "a body has one kind of end");
  if (!codings.empty()) {
    std::string coding = lower(codings.front());
    std::erase_if(coding, [](char c) { return c == ' ' || c == '\t' || c == ','; });
    claim(codings.size() == 1 && coding == "chunked" && read.chunked, "Transfer-Encoding is chunked and nothing else");
    claim(read.version == 11, "HTTP/1.0 has no chunks");
  } else {
    claim(!read.chunked, "there are no chunks without Transfer-Encoding");
  }
  if (!lengths.empty()) {
    const auto& digits = lengths.front();
    claim(lengths.size() == 1 && !digits.empty() &&
              std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; }),
          "Content-Length is one decimal number");
    claim(read.content_length == std::stoull(digits), "Content-Length is what the digits say");
  } else {
    claim(!read.content_length, "there is no length without Content-Length");
  }
  claim(values_of(lines, "host").size() <= 1, "there is one host at most");
  for (const auto& value : values_of(lines, "connection")) {
    if (lower(value) == "close") claim(!read.keep_alive, "a request that closes the connection is its last");
  }
}

/// All that endpoints read out of header fields.
void read_values(const request& asked) {
  const auto each_problem = [](const auto& read) {
    try {
      (void)read();
    } catch (const problem_raised& raised) {
      (void)to_response(raised.what, "#1");
    }
  };
  each_problem([&] { return negotiate(asked, struct_representations); });
  each_problem([&] { return body_representation(asked, struct_representations); });
  (void)client_has(asked, "3-tjson");
  (void)preferred_wait(asked);
  (void)prefers(asked, "return", "representation");
  for (const char* name : {"If-Match", "If-None-Match"}) {
    if (const auto value = asked.field_list(name)) {
      if (const auto condition = read_condition(*value)) {
        for (const auto& tag : condition->tags) (void)tag_number(tag);
      }
    }
  }
  if (const auto value = asked.field("Idempotency-Key")) (void)idempotency_key(*value);
  if (const auto value = asked.field("Content-Type")) (void)is_json(*value);
  const auto trace = continue_or_begin(asked.field("traceparent"));
  claim(trace.trace_id.size() == 32 && trace.span_id.size() == 16, "a trace has its two ids");
  const std::vector<std::string> origins{"https://app.example"};
  (void)is_of_another_site(origins, asked);
  response answer;
  allow_origin(origins, asked, answer);
  allow_preflight(origins, asked, "GET", answer);
  answer.set("X-Echo", asked.field("Origin").value_or(""));
  const std::string& fields = answer.fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] == '\n') claim(i > 0 && fields[i - 1] == '\r', "no value begins another field");
  }
  parameter_reader parameters(asked.where, "lastEventId");
  (void)parameters.number("after", 0, exact_number_max);
  each_problem([&] {
    parameters.finish();
    return 0;
  });
}

}  // namespace

void try_input(std::string_view input) {
  const std::size_t piece = 1 + take_choice(input);
  server_options options;
  options.target_bytes_max = 512;
  options.headers_bytes_max = 2048;
  head_scanner scanner(options);
  auto found = scanner.look(input);
  const auto again = in_pieces(input, piece, options);
  claim(found.index() == again.index(), "pieces are judged as the whole");
  if (const auto* fault = std::get_if<problem>(&found)) (void)to_response(*fault, "#1");
  const auto* complete = std::get_if<head_scanner::complete>(&found);
  if (complete == nullptr) return;
  claim(std::get<head_scanner::complete>(again).bytes == complete->bytes, "pieces make the same head");
  claim(complete->bytes <= input.size() && complete->bytes <= options.headers_bytes_max, "a head keeps the limit");

  const std::vector<char> head(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(complete->bytes));
  request read;
  request_parser parser(read);
  if (const auto fault = parser.read_head({head.data(), head.size()})) {
    (void)to_response(*fault, "#1");
    return;
  }
  claim_framing({head.data(), head.size()}, read);
  read_values(read);
}

}  // namespace weir::fuzz
