#include "backup/follower.hpp"

#include <algorithm>

#include "backup/commit_stream.hpp"
#include "backup/waiting.hpp"

namespace weir::backup {
namespace {

/// In a row, of one that is to end by itself.
constexpr int attempts_of_once_max = 6;

/// One connection: until it breaks off, or there is nothing more to do.
class conversation {
 public:
  conversation(archive_writer& into, const following& how) : into_(into), how_(how) {}

  [[nodiscard]] result<> run(server_client& server) {
    const log_head after = into_.head();
    std::string path = "/log/commits?after=" + std::to_string(after.number);
    if (after.number > 0) path += "&hash=" + hexadecimal(after.hash);
    frame_reader frames;
    auto ended = server.stream(
        path, 0,
        [&](std::string_view piece) {
          return frames.add(piece, [this](frame_kind kind, std::string contents) { return take(kind, contents); });
        },
        [this]() -> result<> { return into_.is_due() ? into_.keep() : result<>{}; });
    // What came before the end counts.
    if (auto kept = into_.keep(); !kept) return kept;
    if (is_caught_up_) return {};
    if (ended) ended = error{errc::unavailable, "the server has ended the stream"};
    return ended;
  }

  [[nodiscard]] bool is_caught_up() const { return is_caught_up_; }
  [[nodiscard]] bool has_begun() const { return has_begun_; }

 private:
  [[nodiscard]] result<> take(frame_kind kind, std::string& contents) {
    switch (kind) {
      case frame_kind::log: {
        const auto from = read_beginning_json(contents);
        if (!from) return from.error();
        if (auto fits = into_.go_on_with(*from); !fits) return fits;
        has_begun_ = true;
        how_.told("following from commit " + std::to_string(into_.head().number));
        return {};
      }
      case frame_kind::commit: {
        if (!has_begun_) return error{errc::corrupt, "the server did not say which event log it has"};
        if (auto added = into_.add(std::move(contents)); !added) return added;
        if (into_.is_due()) return into_.keep();
        return {};
      }
      case frame_kind::head: {
        const auto head = read_head_json(contents);
        if (!head) return head.error();
        how_.progress(into_.added().number, head->commit);
        if (!how_.once || into_.added().number < head->commit) return {};
        if (auto kept = into_.keep(); !kept) return kept;
        is_caught_up_ = true;
        return error{errc::unavailable, "caught up"};  // ends the stream, which would go on
      }
      case frame_kind::end:
        return error{errc::unavailable, "the server has ended the stream: " + contents};
    }
    return error{errc::corrupt, "the server sends what this version does not know: use a newer one"};
  }

  archive_writer& into_;
  const following& how_;
  bool has_begun_ = false, is_caught_up_ = false;
};

}  // namespace

result<> follow(archive_writer& into, const following& how) {
  auto pause = how.first_pause;
  int attempts = 0;
  while (!is_stopped(how.stop)) {
    server_client server(how.server, how.stop);
    conversation now(into, how);
    const auto ended = now.run(server);
    if (now.is_caught_up()) return {};
    if (is_stopped(how.stop)) break;
    if (ended.error().code == errc::stale) {
      return error{errc::stale, ended.error().detail +
                                    ". The archive is right up to the moment that the server's log was restored to. "
                                    "Keep it, and begin another one in an empty directory"};
    }
    if (ended.error().code != errc::unavailable) return ended;
    if (now.has_begun()) {
      pause = how.first_pause;
      attempts = 0;
    }
    if (how.once && ++attempts == attempts_of_once_max) return ended;
    how.told(ended.error().detail + "; trying again in " + std::to_string(pause.count()) + " ms");
    if (!wait_for(pause, how.stop)) break;
    pause = std::min(2 * pause, how.longest_pause);
  }
  return into.keep();
}

}  // namespace weir::backup
