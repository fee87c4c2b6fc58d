#include "backup/commit_stream.hpp"

#include <nlohmann/json.hpp>

#include "api/backups.hpp"
#include "api/engine_problems.hpp"
#include "api/http_names.hpp"
#include "api/log_watch.hpp"
#include "api/positions.hpp"
#include "base/digest.hpp"
#include "base/hexadecimal.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"

namespace weir::api {
namespace {

using backup::frame_kind;

constexpr std::size_t piece_commits = 256;
constexpr std::chrono::seconds beat{5};
/// Commits without events wake nobody: they are looked for so often.
constexpr std::chrono::milliseconds look_interval{250};

/// The commit that the client has last, as it says.
struct known_commit {
  std::uint64_t number = 0;
  std::string hash;
};

known_commit read_request(const request& asked) {
  known_commit made;
  parameter_reader parameters(asked.where);
  made.number = parameters.number("after", 0, exact_number_max).value_or(0);
  const auto hash = parameters.text("hash");
  if (hash && (hash->size() != 64 || !append_from_hexadecimal(made.hash, *hash))) {
    parameters.fault("hash", "must be the SHA-256 of a commit, 64 lower-case hexadecimal digits");
  }
  if (made.number > 0 && !hash) parameters.fault("hash", "must be given with after: the hash of that commit");
  parameters.finish();
  return made;
}

[[noreturn]] void raise_other_log(const engine& over, const known_commit& known, const log_head& head) {
  auto why =
      make_problem(problem_kind::position_of_another_log,
                   head.number < known.number ? "This event log ends with commit " + std::to_string(head.number) +
                                                    " and never had commit " + std::to_string(known.number) + "."
                                              : "Commit " + std::to_string(known.number) +
                                                    " of this event log has another hash: its history is another one.");
  why.extras["headPosition"] = head.last.value;
  std::optional<position> common;
  for (const log_branch& each : over.log().branches) {
    if (!common || each.at < *common) common = each.at;
  }
  if (common) why.extras["lastCommonPosition"] = common->value;
  throw problem_raised{std::move(why)};
}

/// Throws problem_raised (410) if the log does not have that commit.
void check_commit(exchange& x, const engine& over, const known_commit& known) {
  const log_head head = over.log_end();
  if (known.number == 0) return;
  if (head.number < known.number) raise_other_log(over, known, head);
  const auto there = over.read_commits(known.number - 1, 1, 1);
  if (!there) throw problem_raised{explain_read(x, there.error())};
  if (there->empty() || sha256(there->front()) != known.hash) raise_other_log(over, known, head);
}

class commit_feed {
 public:
  commit_feed(exchange& x, engine& over, std::uint64_t after) : x_(x), over_(over), sent_(after) {}

  task<> send(const std::string& beginning) {
    response head;
    head.set("Content-Type", backup::commit_stream_media_type);
    head.set(log_field_name, over_.log().current());
    head.set("Cache-Control", "no-store");
    head.set("X-Accel-Buffering", "no");
    x_.keep_little_unsent();
    co_await x_.begin(std::move(head));
    if (x_.request().method == method::head) co_return co_await x_.finish();
    append_frame(text_, frame_kind::log, beginning);
    log_watch& watch = log_watch::of(x_, over_);
    auto next_beat = steady_clock::now();
    while (!x_.stopping() && !x_.client_ended()) {
      {
        net::turn mine = co_await x_.take_turn();
        if (const auto ended = x_.why_not_any_more()) {
          append_end(*ended);
          break;
        }
        if (const auto read = add_commits(std::move(mine)); !read) {
          append_end(explain_read(x_, read.error()));
          break;
        }
      }
      const log_head end = over_.log_end();
      const bool is_behind = sent_ < end.number;
      if (!is_behind && (told_ != end.number || steady_clock::now() >= next_beat)) {
        append_frame(text_, frame_kind::head, backup::head_json({end.number, end.last}));
        told_ = end.number;
        next_beat = steady_clock::now() + beat;
      }
      if (!text_.empty()) {
        x_.memory().hold(text_.capacity());
        co_await x_.write(text_);
        text_.clear();
      }
      if (sent_ < over_.log_end().number) continue;
      text_.shrink_to_fit();
      x_.memory().hold(0);
      co_await watch.wait(x_, std::min(steady_clock::now() + look_interval, x_.credential_ends()));
    }
    if (x_.stopping()) {
      append_end(make_unavailable(problem_kind::unavailable, "The server is stopping."));
    }
    if (!text_.empty()) co_await x_.write(text_);
    co_await x_.finish();
  }

 private:
  /// A piece of work, for which it has the turn.
  [[nodiscard]] result<> add_commits(const net::turn) {
    auto read = over_.read_commits(sent_, piece_commits, limits::feed_piece_bytes);
    if (!read) return read.error();
    for (const std::string& each : *read) backup::append_commit_frame(text_, each, sha256(each));
    sent_ += read->size();
    return {};
  }
  void append_end(const problem& why) { append_frame(text_, frame_kind::end, to_response(why, x_.instance()).body); }

  exchange& x_;
  engine& over_;
  std::uint64_t sent_;
  std::optional<std::uint64_t> told_;
  std::string text_;
};

task<> get_commits(exchange& x, engine& over, std::string beginning) {
  const known_commit known = read_request(x.request());
  check_commit(x, over, known);
  commit_feed feed(x, over, known.number);
  co_await feed.send(beginning);
}

}  // namespace

void add_commit_stream(router& to, engine& over, std::string schema) {
  std::string beginning = backup::beginning_json({over.log(), std::move(schema)});
  to.add(method::get, "/log/commits", auth::requirement::administration("archive"),
         [&over, beginning = std::move(beginning)](exchange& x) { return get_commits(x, over, beginning); });
}

}  // namespace weir::api
