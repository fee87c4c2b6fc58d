#include "auth/audit_log.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/session.hpp"
#include "base/time.hpp"

namespace weir::auth {
namespace {

constexpr std::size_t waiting_lines_max = 8192;
constexpr std::size_t file_bytes_max = 64u << 20;
constexpr std::size_t older_files_max = 9;
constexpr std::size_t text_bytes_max = 256;

std::string_view cut(std::string_view text) { return text.substr(0, text_bytes_max); }

std::string line_of(const audit_entry& entry) {
  nlohmann::ordered_json line;
  line["time"] = to_rfc3339(wall_clock_now()).value_or("");
  if (entry.who != nullptr && !entry.who->name.empty()) {
    line["caller"] = entry.who->name;
    line["roles"] = entry.who->roles;
    line["authenticatedBy"] = name_of(entry.who->authenticated_by);
  }
  if (!entry.address.empty()) line["address"] = entry.address;
  line["action"] = cut(entry.action);
  if (!entry.subject.empty()) line["subject"] = cut(entry.subject);
  line["outcome"] = entry.outcome;
  if (entry.status != 0) line["status"] = entry.status;
  if (!entry.detail.empty()) line["detail"] = cut(entry.detail);
  if (!entry.trace.empty()) line["trace"] = entry.trace;
  // Names and paths come from clients: what is not UTF-8 must not end the line.
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

/// For the owner only, before the first line is in it.
error cannot_write(const std::filesystem::path& file, const std::string& why) {
  return {errc::io, "cannot write the audit log " + file.string() + ": " + why +
                        "; choose another file with --audit-log, or give this user the right to write there"};
}

}  // namespace

result<std::unique_ptr<audit_log>> audit_log::open(const std::filesystem::path& file) {
  const int made =
      ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, S_IRUSR | S_IWUSR);
  if (made < 0) return cannot_write(file, errno == ELOOP ? "it is a symbolic link" : std::strerror(errno));
  struct stat what {};
  const bool is_file = ::fstat(made, &what) == 0 && S_ISREG(what.st_mode);
  ::close(made);
  if (!is_file) return cannot_write(file, "it is not a file");
  try {
    spdlog::file_event_handlers on;
    on.after_open = [](const spdlog::filename_t&, std::FILE* opened) {
      // Never of what somebody has put in the place of the file.
      struct stat now {};
      if (::fstat(::fileno(opened), &now) != 0 || !S_ISREG(now.st_mode)) return;
      if (::fchmod(::fileno(opened), S_IRUSR | S_IWUSR) != 0) {
        spdlog::warn("the mode of the audit log cannot be set: {}", std::strerror(errno));
      }
    };
    auto sink = std::make_shared<spdlog::sinks::rotating_file_sink_mt>(file.string(), file_bytes_max, older_files_max,
                                                                       false, on);
    auto writer = std::make_shared<spdlog::details::thread_pool>(waiting_lines_max, 1);
    auto log = std::make_shared<spdlog::async_logger>("audit", std::move(sink), writer,
                                                      spdlog::async_overflow_policy::overrun_oldest);
    log->set_pattern("%v");
    log->set_level(spdlog::level::info);
    log->flush_on(spdlog::level::info);
    auto failed = std::make_shared<std::atomic<std::uint64_t>>(0);
    log->set_error_handler([file, failed](const std::string& why) {
      ++*failed;
      spdlog::error("the audit log {} cannot be written: {}", file.string(), why);
    });
    return std::unique_ptr<audit_log>(new audit_log(std::move(writer), std::move(log), std::move(failed)));
  } catch (const spdlog::spdlog_ex& e) {
    return cannot_write(file, e.what());
  }
}

audit_log::audit_log(std::shared_ptr<spdlog::details::thread_pool> writer, std::shared_ptr<spdlog::logger> log,
                     failures failed)
    : log_(std::move(log)), writer_(std::move(writer)), failed_(std::move(failed)) {}

audit_log::~audit_log() { tell_what_was_left_out(true); }

void audit_log::write(const audit_entry& entry) {
  tell_what_was_left_out(false);
  ++lines_;
  log_->info(line_of(entry));
}

void audit_log::write_limited(const audit_entry& entry) {
  const bool is_known = entry.who != nullptr && !entry.who->name.empty();
  if (!takes(is_known ? known_ : strangers_)) {
    ++left_out_;
    return;
  }
  write(entry);
}

bool audit_log::takes(allowance& from) {
  const std::lock_guard lock(limit_);
  const auto now = std::chrono::steady_clock::now();
  if (now - from.second_begun >= std::chrono::seconds{1}) {
    from.second_begun = now;
    from.in_this_second = 0;
  }
  if (++from.in_this_second <= from.per_second) return true;
  ++from.left_out;
  return false;
}

/// Once the second is over, or at once.
void audit_log::tell_what_was_left_out(bool all) {
  for (allowance* each : {&strangers_, &known_}) {
    std::uint64_t count = 0;
    {
      const std::lock_guard lock(limit_);
      const bool is_over = std::chrono::steady_clock::now() - each->second_begun >= std::chrono::seconds{1};
      if (all || is_over || each->in_this_second == 1) count = std::exchange(each->left_out, 0);
    }
    if (count == 0) continue;
    const std::string detail = std::to_string(count) + " refusals of " + std::string(each->of) + " were left out";
    ++lines_;
    log_->info(line_of({.action = "limit", .outcome = "left out", .detail = detail}));
  }
}

std::uint64_t audit_log::dropped() const { return writer_->overrun_counter() + *failed_; }

}  // namespace weir::auth
