#include "http/body_reader.hpp"

#include <cstring>

namespace weir::http {
namespace {

/// What is received at once; the longest chunk header and the longest trailer section too.
constexpr std::size_t scratch_bytes = 16u << 10;
/// The longest rest of a body that is read for the sake of keeping the connection.
constexpr std::size_t drained_bytes_max = 64u << 10;

task<std::string_view> nothing() { co_return std::string_view{}; }

}  // namespace

body_reader::body_reader(connection& from, request_parser& parser, const request& head, const server_options& options,
                         steady_clock::time_point deadline)
    : connection_(from),
      parser_(parser),
      options_(options),
      deadline_(deadline),
      complete_(!head.has_body()),
      asked_(!head.expects_continue) {
  if (head.chunked) return;
  announced_ = remaining_ = head.content_length.value_or(0);
}

bool body_reader::worth_draining() const {
  const bool unasked_for = !asked_ && connection_.input().empty();
  return !broken_ && !unasked_for && (!announced_ || remaining_ <= drained_bytes_max);
}

std::optional<std::string_view> body_reader::arrived() {
  if (complete_) return std::string_view{};
  if (!announced_ || remaining_ != *announced_ || connection_.input().size() < remaining_) return std::nullopt;
  const std::string_view whole = connection_.input().substr(0, remaining_);
  connection_.consume(remaining_);
  remaining_ = 0;
  complete_ = true;
  return whole;
}

void body_reader::limit_chunks(std::size_t bytes_max) {
  chunks_bytes_max_ = bytes_max;
  parser_.limit_chunks(bytes_max);
}

task<std::string_view> body_reader::next() {
  if (complete_) return nothing();
  const bool is_there = announced_ && connection_.input().size() >= remaining_;
  if (!asked_ && !is_there) return ask_for_first();
  return announced_ ? next_of_length() : next_of_chunked();
}

task<std::string_view> body_reader::ask_for_first() {
  asked_ = true;
  co_await connection_.send({"HTTP/1.1 100 Continue\r\n\r\n"}, deadline_);
  const std::string_view first = co_await next();
  co_return first;
}

task<std::string_view> body_reader::next_of_length() {
  std::string_view piece = connection_.input().substr(0, remaining_);
  if (!piece.empty()) {
    connection_.consume(piece.size());
  } else {
    if (!scratch_) scratch_ = std::make_unique_for_overwrite<char[]>(scratch_bytes);
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(scratch_bytes, remaining_));
    const std::size_t bytes = co_await receive(scratch_.get(), wanted);
    piece = {scratch_.get(), bytes};
  }
  remaining_ -= piece.size();
  complete_ = remaining_ == 0;
  co_return piece;
}

task<std::string_view> body_reader::next_of_chunked() {
  if (!scratch_) {
    scratch_ = std::make_unique_for_overwrite<char[]>(scratch_bytes);
  }
  while (true) {
    // First what arrived together with the head; a rest of it that is no whole element moves to the scratch buffer.
    const bool from_input = scratch_end_ == scratch_begin_ && !connection_.input().empty();
    const std::string_view available =
        from_input ? connection_.input()
                   : std::string_view(scratch_.get() + scratch_begin_, scratch_end_ - scratch_begin_);
    request_parser::chunk_progress progress;
    progress.needs_more = true;
    if (!available.empty()) progress = parser_.read_chunked(available);
    if (from_input) {
      connection_.consume(progress.consumed);
    } else {
      scratch_begin_ += progress.consumed;
    }
    if (progress.too_large) give_up(content_too_large(chunks_bytes_max_));
    if (progress.malformed) {
      give_up(make_problem(problem_kind::malformed_request, "The chunked body is malformed."));
    }
    if (progress.complete) {
      complete_ = true;
      if (!from_input) connection_.replace_input({scratch_.get() + scratch_begin_, scratch_end_ - scratch_begin_});
      co_return std::string_view{};
    }
    if (!progress.piece.empty()) co_return progress.piece;

    const std::string_view rest = available.substr(progress.consumed);
    if (rest.size() >= scratch_bytes) {
      give_up(make_problem(problem_kind::malformed_request, "A chunk header or the trailer section is too long."));
    }
    std::memmove(scratch_.get(), rest.data(), rest.size());
    if (from_input) connection_.consume(rest.size());
    scratch_begin_ = 0;
    scratch_end_ = rest.size();
    const std::size_t bytes = co_await receive(scratch_.get() + scratch_end_, scratch_bytes - scratch_end_);
    scratch_end_ += bytes;
  }
}

task<std::size_t> body_reader::receive(char* into, std::size_t bytes) {
  connection_.begin_wait(deadline_);
  const auto [code, received] = co_await connection_.receive(boost::asio::buffer(into, bytes));
  connection_.end_wait(received);
  if (code) {
    if (!connection_.overdue()) throw connection_lost{};
    const auto seconds = std::chrono::duration<double>(options_.request_deadline).count();
    give_up(make_problem(problem_kind::timeout, "The body did not arrive in time.").with("limitSeconds", seconds));
  }
  co_return received;
}

/// After this it is unknown where the next request begins.
void body_reader::give_up(problem why) {
  broken_ = true;
  throw problem_raised{std::move(why)};
}

}  // namespace weir::http
