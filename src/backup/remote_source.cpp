#include "backup/remote_source.hpp"

#include "backup/waiting.hpp"

namespace weir::backup {
namespace {

constexpr std::chrono::milliseconds pause{500};
constexpr int attempts_max = 5;
constexpr int status_busy = 503;

}  // namespace

result<std::unique_ptr<remote_source>> remote_source::open(const server_settings& settings,
                                                           std::chrono::seconds patience,
                                                           const std::function<void(const std::string&)>& waiting,
                                                           const std::atomic<bool>* stop) {
  std::unique_ptr<remote_source> made(new remote_source(settings, stop));
  const auto until = std::chrono::steady_clock::now() + patience;
  bool told = false;
  for (;;) {
    const auto answered = made->server_.send("POST", "/admin/backup/copies");
    if (answered) {
      auto what = read_description_json(answered->body);
      if (!what) return error{what.error().code, "the server's answer is not understood: " + what.error().detail};
      made->what_ = std::move(*what);
      return made;
    }
    const bool may_help = made->server_.last_status() == status_busy && std::chrono::steady_clock::now() < until;
    if (!may_help) return answered.error();
    if (!told) waiting(answered.error().detail);
    told = true;
    if (!wait_for(pause, stop)) return answered.error();
  }
}

remote_source::~remote_source() {
  if (what_.id.empty()) return;
  // If the server does not hear it, it removes the copy by itself a little later.
  server_client last(settings_);  // also where this was stopped
  static_cast<void>(last.send("DELETE", path() + (is_complete_ ? "?complete=true" : "")));
}

result<std::string> remote_source::digest_of(const copied_file& file) {
  for (int attempt = 1;; ++attempt) {
    auto answered = server_.send("HEAD", path() + "/files/" + file.name);
    if (answered && answered->digest.empty()) return error{errc::io, "the server has no digest of " + file.name};
    if (answered) return std::move(answered->digest);
    if (answered.error().code != errc::unavailable || attempt == attempts_max) return answered.error();
    if (!wait_for(attempt * pause, stop_)) return answered.error();
  }
}

result<> remote_source::read(const copied_file& file, const std::function<result<>(std::string_view)>& take) {
  std::uint64_t done = 0;
  for (int attempt = 1;; ++attempt) {
    auto read = server_.stream(path() + "/files/" + file.name, done, [&](std::string_view piece) -> result<> {
      if (piece.size() > file.size - done) return error{errc::io, file.name + " is longer than the server said"};
      done += piece.size();
      attempt = 0;  // it gets on
      return take(piece);
    });
    if (read && done == file.size) return {};
    if (read)
      read = error{errc::unavailable,
                   file.name + " ended after " + std::to_string(done) + " of " + std::to_string(file.size) + " bytes"};
    if (read.error().code != errc::unavailable || attempt >= attempts_max) return read;
    if (!wait_for((attempt + 1) * pause, stop_)) return read;
  }
}

}  // namespace weir::backup
