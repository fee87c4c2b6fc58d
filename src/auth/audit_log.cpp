#include "auth/audit_log.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/time.hpp"

namespace weir::auth {
namespace {

constexpr std::size_t waiting_lines_max = 8192;
constexpr std::size_t file_bytes_max = 64u << 20;
constexpr std::size_t older_files_max = 9;
constexpr std::uint64_t limited_lines_per_second = 100;

std::string_view name_of(caller::credential which) {
  switch (which) {
    case caller::credential::none:
      return "none";
    case caller::credential::api_token:
      return "apiToken";
    case caller::credential::access_token:
      return "accessToken";
    case caller::credential::client_certificate:
      return "clientCertificate";
  }
  return "none";
}

std::string line_of(const audit_entry& entry) {
  nlohmann::ordered_json line;
  line["time"] = to_rfc3339(wall_clock_now()).value_or("");
  if (entry.who != nullptr && !entry.who->name.empty()) {
    line["caller"] = entry.who->name;
    line["roles"] = entry.who->roles;
    line["authenticatedBy"] = name_of(entry.who->authenticated_by);
  }
  if (!entry.address.empty()) line["address"] = entry.address;
  line["action"] = entry.action;
  if (!entry.subject.empty()) line["subject"] = entry.subject;
  line["outcome"] = entry.outcome;
  if (entry.status != 0) line["status"] = entry.status;
  if (!entry.detail.empty()) line["detail"] = entry.detail;
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
  const int made = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (made < 0) return cannot_write(file, std::strerror(errno));
  ::close(made);
  try {
    spdlog::file_event_handlers on;
    on.after_open = [](const spdlog::filename_t&, std::FILE* opened) {
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
    log->set_error_handler([file](const std::string& why) {
      spdlog::error("the audit log {} cannot be written: {}", file.string(), why);
    });
    return std::unique_ptr<audit_log>(new audit_log(std::move(writer), std::move(log)));
  } catch (const spdlog::spdlog_ex& e) {
    return cannot_write(file, e.what());
  }
}

audit_log::audit_log(std::shared_ptr<spdlog::details::thread_pool> writer, std::shared_ptr<spdlog::logger> log)
    : writer_(std::move(writer)), log_(std::move(log)), second_begun_(std::chrono::steady_clock::now()) {}

audit_log::~audit_log() = default;

void audit_log::write(const audit_entry& entry) {
  ++lines_;
  log_->info(line_of(entry));
}

void audit_log::write_limited(const audit_entry& entry) {
  std::uint64_t untold = 0;
  {
    const std::lock_guard lock(limit_);
    const auto now = std::chrono::steady_clock::now();
    if (now - second_begun_ >= std::chrono::seconds{1}) {
      second_begun_ = now;
      in_this_second_ = 0;
      untold = std::exchange(left_out_in_this_second_, 0);
    }
    if (++in_this_second_ > limited_lines_per_second) {
      ++left_out_in_this_second_;
      ++left_out_;
      return;
    }
  }
  if (untold > 0) {
    const std::string detail = std::to_string(untold) + " more lines like the ones before were left out";
    write({.action = "limit", .outcome = "left out", .detail = detail});
  }
  write(entry);
}

std::uint64_t audit_log::dropped() const { return writer_->overrun_counter(); }

}  // namespace weir::auth
