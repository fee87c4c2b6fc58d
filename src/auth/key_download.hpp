#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "auth/access_file.hpp"
#include "base/error.hpp"

namespace weir::auth {

/// Why keys must not be fetched from a URL; nothing if they may. A URL is https, or http on loopback, and holds neither
/// user nor fragment.
[[nodiscard]] std::optional<std::string> key_url_fault(const std::string& url);

/// Fetches the document of a key source, by libcurl. Redirects are not followed. A document has at most 256 KiB and
/// takes at most 10 s. The server's certificate is verified.
///
/// Concurrency: one thread fetches; any other may cancel.
class key_download {
 public:
  explicit key_download(key_source source);
  ~key_download();
  key_download(const key_download&) = delete;
  key_download& operator=(const key_download&) = delete;

  /// Error errc::unavailable, with the reason.
  [[nodiscard]] result<std::string> fetch();

  /// Ends the fetch that is under way, and every later one at once.
  void cancel();

 private:
  struct multi_handle;
  key_source source_;
  std::unique_ptr<multi_handle> multi_;
  std::atomic<bool> cancelled_{false};
};

}  // namespace weir::auth
