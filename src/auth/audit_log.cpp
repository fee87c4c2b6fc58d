#include "auth/audit_log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/session.hpp"
#include "base/time.hpp"

namespace weir::auth {
namespace {

constexpr std::size_t file_bytes_max = 64u << 20;
constexpr std::size_t older_files_max = 9;
constexpr std::size_t text_bytes_max = 256;
constexpr std::size_t usual_line_bytes = 320;
constexpr std::chrono::milliseconds gathering_time{20};

/// Whether it stands in JSON as it is. All of it is looked at, so that the compiler can take many bytes at once.
bool is_plain(std::string_view text) {
  bool other = false;
  for (const char c : text) other |= c < ' ' || c > '~' || c == '"' || c == '\\';
  return !other;
}

/// A text that may come from a client.
void append_text(std::string& line, std::string_view text) {
  text = text.substr(0, text_bytes_max);
  if (is_plain(text)) {
    line.append(1, '"').append(text).append(1, '"');
    return;
  }
  // Names and paths come from clients: what is not UTF-8 must not end the line.
  line += nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// `name`: with its quotes and colon, and with the comma before it.
void append_member(std::string& line, std::string_view name, std::string_view text) {
  line += name;
  append_text(line, text);
}

std::string line_of(const audit_entry& entry) {
  std::string line;
  line.reserve(usual_line_bytes);
  line.append(R"({"time":")").append(to_rfc3339(wall_clock_now()).value_or(""));
  line += '"';
  if (entry.who != nullptr && !entry.who->name.empty()) {
    append_member(line, R"(,"caller":)", entry.who->name);
    std::string_view before = R"(,"roles":[)";
    for (const std::string& role : entry.who->roles) append_member(line, std::exchange(before, ","), role);
    if (entry.who->roles.empty()) line += before;
    line += ']';
    append_member(line, R"(,"authenticatedBy":)", name_of(entry.who->authenticated_by));
  }
  if (!entry.address.empty()) append_member(line, R"(,"address":)", entry.address);
  append_member(line, R"(,"action":)", entry.action);
  if (!entry.subject.empty()) append_member(line, R"(,"subject":)", entry.subject);
  append_member(line, R"(,"outcome":)", entry.outcome);
  if (entry.status != 0) line.append(R"(,"status":)").append(std::to_string(entry.status));
  if (!entry.detail.empty()) append_member(line, R"(,"detail":)", entry.detail);
  if (!entry.trace.empty()) append_member(line, R"(,"trace":)", entry.trace);
  line += "}\n";
  return line;
}

/// For the owner only, before the first line is in it.
error cannot_write(const std::filesystem::path& file, const std::string& why) {
  return {errc::io, "cannot write the audit log " + file.string() + ": " + why +
                        "; choose another file with --audit-log, or give this user the right to write there"};
}

}  // namespace

result<std::unique_ptr<audit_log>> audit_log::open(const std::filesystem::path& file, std::size_t waiting_bytes_max) {
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
    sink->set_pattern("%v");
    return std::unique_ptr<audit_log>(new audit_log(file, std::move(sink), waiting_bytes_max));
  } catch (const spdlog::spdlog_ex& e) {
    return cannot_write(file, e.what());
  }
}

audit_log::audit_log(std::filesystem::path file, std::shared_ptr<spdlog::sinks::sink> sink,
                     std::size_t waiting_bytes_max)
    : file_(std::move(file)),
      sink_(std::move(sink)),
      waiting_bytes_max_(waiting_bytes_max),
      writer_([this] { keep_writing(); }) {}

audit_log::~audit_log() {
  tell_what_was_left_out(true);
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  writer_.join();
}

void audit_log::write(const audit_entry& entry) {
  if (something_was_left_out_.load(std::memory_order_relaxed)) tell_what_was_left_out(false);
  add(entry);
}

void audit_log::add(const audit_entry& entry) {
  const std::string line = line_of(entry);
  ++lines_;
  bool is_first = false;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > waiting_bytes_max_) {
      ++dropped_;
      return;
    }
    is_first = waiting_.empty();
    waiting_ += line;
  }
  if (is_first) changed_.notify_one();
}

void audit_log::keep_writing() {
  std::string lines;
  for (bool more = true; more;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return ends_ || !waiting_.empty(); });
      changed_.wait_for(lock, gathering_time, [this] { return ends_; });
      lines.swap(waiting_);
      more = !ends_;
    }
    if (!lines.empty()) write_to_file(lines);
    lines.clear();
  }
}

void audit_log::write_to_file(const std::string& lines) try {
  // The sink ends it with a line feed of its own.
  const std::string_view text = std::string_view(lines).substr(0, lines.size() - 1);
  sink_->log(spdlog::details::log_msg("audit", spdlog::level::info, {text.data(), text.size()}));
  sink_->flush();
  if (std::exchange(failing_, false)) spdlog::info("the audit log {} is written again", file_.string());
} catch (const std::exception& e) {
  dropped_ += static_cast<std::uint64_t>(std::count(lines.begin(), lines.end(), '\n'));
  // Once, not fifty times a second on a full disk. The metric counts the lines.
  if (std::exchange(failing_, true)) return;
  spdlog::error("the audit log {} cannot be written, its lines are lost until it can: {}", file_.string(), e.what());
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
  something_was_left_out_ = true;
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
      something_was_left_out_ = strangers_.left_out + known_.left_out > 0;
    }
    if (count == 0) continue;
    const std::string detail = std::to_string(count) + " refusals of " + std::string(each->of) + " were left out";
    add({.action = "limit", .outcome = "left out", .detail = detail});
  }
}

}  // namespace weir::auth
