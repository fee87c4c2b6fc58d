#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "log/commit.hpp"
#include "log/log_identity.hpp"

/// Commits as `GET /log/commits` sends them: frames, one after another.
///
///   frame  | kind, 1 byte | length, 4 bytes, highest first | SHA-256 of the contents, 32 bytes | contents |
///
///   kind   contents
///   'L'    first of all: which log it is and what its stored events mean, as JSON: {"format", "log", "schema"}
///   'C'    a commit, its stored bytes: the SHA-256 is the commit's hash
///   'H'    where the log ends now, as JSON: {"commit", "position"}. Sent when everything up to there was sent, and as a
///          heartbeat
///   'X'    the stream ends, and why: a problem (RFC 9457)
namespace weir::backup {

inline constexpr std::string_view commit_stream_media_type = "application/vnd.weir.commits";

enum class frame_kind : char { log = 'L', commit = 'C', head = 'H', end = 'X' };

void append_frame(std::string& to, frame_kind kind, std::string_view contents);
/// `hash`: of the commit.
void append_commit_frame(std::string& to, std::string_view bytes, std::string_view hash);

/// What the first frame says.
struct stream_beginning {
  log_identity log;
  std::string schema;  ///< of the stored events, as the store keeps it
};
[[nodiscard]] std::string beginning_json(const stream_beginning& of);
[[nodiscard]] result<stream_beginning> read_beginning_json(std::string_view text);

struct stream_head {
  std::uint64_t commit = 0;
  position last;
};
[[nodiscard]] std::string head_json(const stream_head& of);
[[nodiscard]] result<stream_head> read_head_json(std::string_view text);

/// Finds the frames in bytes that come piece by piece.
class frame_reader {
 public:
  /// Calls `take` for each whole frame, in order. Error errc::corrupt if the bytes are no frames; those of `take`.
  [[nodiscard]] result<> add(std::string_view piece,
                             const std::function<result<>(frame_kind, std::string contents)>& take);

 private:
  std::string rest_;
};

}  // namespace weir::backup
