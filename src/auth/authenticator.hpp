#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "auth/access_file.hpp"
#include "auth/access_token.hpp"
#include "auth/session.hpp"
#include "base/time.hpp"
#include "net/peer_certificate.hpp"

namespace weir::auth {

/// What happened in the background, for the diagnostic log.
struct notice {
  bool is_warning = false;
  std::string text;
};

struct authenticator_options {
  /// The server's names, so that misspelt grants are found.
  std::optional<known_names> names;
  /// Between two fetches of keys that unknown key ids ask for.
  std::chrono::milliseconds key_cool_down{30'000};
  /// How often files are looked at for changes.
  std::chrono::milliseconds watch_interval{1'000};
  std::size_t cached_sessions_max = 10'000;
  /// Called on threads of the authenticator, one at a time. They call nothing of the authenticator but
  /// `authenticate` and `check`.
  std::function<void(const notice&)> tell = [](const notice&) {};
  /// Something changed, so a session that was valid may not be any more: whoever keeps sessions checks them.
  std::function<void()> changed = [] {};
};

/// Turns credentials into callers, by the access file and the files that it names.
///
/// Snapshot:    access file, tokens and keys are one immutable snapshot. A request sees one of them, whole.
/// Reload:      when one of the files changes, and by reload(). If any of them is wrong, the old rules stay; the token file,
///              if that is right, counts all the same.
///              Keys that come from a URL are fetched in the background; if that fails, the old keys stay.
/// Concurrency: `authenticate` and `check` are called by any number of threads, never block on files or the network, and
///              take about a microsecond for a credential that was seen before.
/// Lifetime:    the destructor ends its threads. Sessions may outlive it.
class authenticator {
 public:
  /// Reads all files. Errors: all faults at once. Keys from URLs may still be missing when this returns: then their
  /// tokens get refusal::kind::try_again.
  [[nodiscard]] static outcome<std::unique_ptr<authenticator>> open(const std::filesystem::path& access_file,
                                                                    authenticator_options options);
  ~authenticator();
  authenticator(const authenticator&) = delete;
  authenticator& operator=(const authenticator&) = delete;

  using answer = std::variant<session, refusal>;

  /// Who has this API token or access token: what bearer_token() found in a header.
  [[nodiscard]] answer authenticate(std::string_view token, timestamp now);
  /// Who has this client certificate. TLS has verified it at the handshake.
  [[nodiscard]] answer authenticate(const net::peer_certificate& certificate, timestamp now);

  enum class standing { valid, expired, revoked };
  /// Whether a session still holds. Quick where nothing has changed: a feed may ask before each event. After a reload it
  /// brings the session up to date: its caller may then have other roles and permissions. `revoked`: the token is revoked
  /// or gone, its key is gone, its issuer is read by other rules, or the certificate fits no entry any more.
  [[nodiscard]] standing check(session& kept, timestamp now) const;

  /// Reads all files again. Errors: all faults at once, and everything but the tokens is as it was.
  [[nodiscard]] outcome<void> reload();

  /// Goes up whenever a snapshot takes the place of another.
  [[nodiscard]] std::uint64_t generation() const;

 private:
  class implementation;
  explicit authenticator(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::auth
