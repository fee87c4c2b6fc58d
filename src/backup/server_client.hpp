#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace weir::backup {

struct server_settings {
  std::string url;                     ///< http://127.0.0.1:8080
  std::string token;                   ///< empty: no credential is sent
  std::string ca_file;                 ///< empty: the system's authorities
  bool insecure = false;               ///< a token may be sent without encryption to another machine
  std::uint64_t bytes_per_second = 0;  ///< at most so many are received; 0: any number
};

/// Why a URL is none that a token could be sent to; nothing if it is one.
[[nodiscard]] std::optional<std::string> server_fault(const server_settings& settings);

/// Requests to a server, one after another on one connection, by libcurl. Redirects are not followed. The server's
/// certificate is verified.
///
/// Errors:       errc::unavailable: the server cannot be reached, is too busy or is stopping: trying again may help;
///               errc::stale for 410; errc::not_found for 404; errc::invalid for any other refusal. The detail has the
///               server's own words.
/// Concurrency:  one thread.
class server_client {
 public:
  explicit server_client(const server_settings& settings, const std::atomic<bool>* stop = nullptr);
  ~server_client();
  server_client(const server_client&) = delete;
  server_client& operator=(const server_client&) = delete;

  struct answer {
    int status = 0;
    std::string body;
    std::string digest;  ///< of Repr-Digest: SHA-256 as hexadecimal digits; "" if there is none
  };
  /// A request whose answer is small.
  [[nodiscard]] result<answer> send(std::string_view method, const std::string& path);

  /// The status of the last answer; 0: there was none.
  [[nodiscard]] int last_status() const { return last_status_; }

  /// A GET whose answer is taken piece by piece. `take` ends it with an error. `idle` is called about ten times a second
  /// while nothing comes, and may end it too.
  [[nodiscard]] result<> stream(const std::string& path, std::uint64_t from,
                                const std::function<result<>(std::string_view)>& take,
                                const std::function<result<>()>& idle = {});

 private:
  struct handles;
  struct receiving;
  [[nodiscard]] result<answer> perform(std::string_view method, const std::string& path, receiving& into);

  const server_settings settings_;
  const std::atomic<bool>* const stop_;
  std::unique_ptr<handles> handles_;
  int last_status_ = 0;
};

}  // namespace weir::backup
