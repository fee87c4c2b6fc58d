// A chunked body. Input: the size of the pieces in which it arrives, the bytes. What Weir accepts is compared with a
// second reading, which is strict (RFC 9112, section 7.1).
#include <algorithm>
#include <optional>

#include "fuzz/fuzz.hpp"
#include "http/head.hpp"

namespace weir::fuzz {
namespace {

constexpr std::string_view head = "POST /commands HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n";
constexpr std::uint64_t body_bytes_max = 1000;

struct outcome {
  enum { complete, incomplete, refused } is = incomplete;
  std::string body;
  std::size_t bytes = 0;  ///< with the last line
};

/// As body_reader does it: what the parser has not consumed comes again, with more behind it.
outcome by_weir(std::string_view input, std::size_t piece) {
  http::request read;
  http::request_parser parser(read);
  claim(!parser.read_head(head), "the head is right");
  parser.limit_chunks(body_bytes_max);
  outcome so_far;
  for (std::size_t arrived = std::min(piece, input.size());;) {
    http::request_parser::chunk_progress progress;
    progress.needs_more = true;
    if (arrived > so_far.bytes) {
      const std::string available(input.substr(so_far.bytes, arrived - so_far.bytes));
      progress = parser.read_chunked(available);
      so_far.body += progress.piece;
      claim(progress.consumed <= available.size(), "no more is consumed than has arrived");
    }
    so_far.bytes += progress.consumed;
    if (progress.malformed || progress.too_large) {
      so_far.is = outcome::refused;
      return so_far;
    }
    if (progress.complete) {
      so_far.is = outcome::complete;
      return so_far;
    }
    if (!progress.needs_more) continue;
    if (arrived == input.size()) return so_far;
    arrived = std::min(arrived + piece, input.size());
  }
}

bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }

/// The line at the beginning of the input, which is taken off it; nothing if none ends there as it must.
std::optional<std::string_view> take_line(std::string_view& input) {
  const auto end = input.find("\r\n");
  if (end == input.npos) return std::nullopt;
  const auto line = input.substr(0, end);
  if (line.find_first_of("\r\n") != line.npos) return std::nullopt;
  input.remove_prefix(end + 2);
  return line;
}

std::optional<outcome> strictly(std::string_view input) {
  const std::size_t all = input.size();
  outcome made;
  for (;;) {
    const auto line = take_line(input);
    if (!line) return std::nullopt;
    const auto digits = std::find_if_not(line->begin(), line->end(), is_hexadecimal) - line->begin();
    auto rest = line->substr(static_cast<std::size_t>(digits));
    // White space may stand before an extension, and nowhere else.
    if (const auto extension = rest.find_first_not_of(" \t"); extension != rest.npos && rest[extension] == ';') {
      rest.remove_prefix(extension);
    }
    if (digits == 0 || (!rest.empty() && rest.front() != ';')) return std::nullopt;
    std::uint64_t size = 0;
    for (const char c : line->substr(0, static_cast<std::size_t>(digits))) {
      if (size > body_bytes_max) return std::nullopt;
      size = size * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    if (size == 0) break;
    if (input.size() < size + 2 || input.substr(size, 2) != "\r\n") return std::nullopt;
    made.body += input.substr(0, size);
    input.remove_prefix(size + 2);
  }
  for (;;) {
    const auto trailer = take_line(input);
    if (!trailer) return std::nullopt;
    if (trailer->empty()) break;
    if (trailer->find(':') == trailer->npos) return std::nullopt;
  }
  made.is = outcome::complete;
  made.bytes = all - input.size();
  return made;
}

}  // namespace

void try_input(std::string_view input) {
  const std::size_t piece = 1 + take_choice(input);
  const outcome whole = by_weir(input, std::max<std::size_t>(input.size(), 1));
  const outcome pieced = by_weir(input, piece);
  claim(whole.is == pieced.is, "pieces are judged as the whole");
  claim(whole.body.size() <= body_bytes_max, "a body keeps the limit");
  if (whole.is != outcome::complete) return;
  claim(whole.body == pieced.body && whole.bytes == pieced.bytes, "pieces make the same body");
  const auto read = strictly(input);
  claim(read.has_value(), "a strict reader accepts the body too");
  claim(read->body == whole.body && read->bytes == whole.bytes, "a strict reader sees the same end");
}

}  // namespace weir::fuzz
