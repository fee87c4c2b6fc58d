#include "verify/verifier.hpp"

#include <algorithm>
#include <fstream>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include "base/scheduling.hpp"
#include "verify/report_text.hpp"
#include "verify/verify_store.hpp"

namespace weir {
namespace {

constexpr const char* file_name = "last-verification";
constexpr const char* scratch_name = "verifying";
constexpr std::uintmax_t file_bytes_max = 16u << 20;
constexpr std::size_t logged_faults_max = 10;
constexpr std::chrono::hours retry_after_failure{1};

/// The rows of all views are written once more, beside the data. That must not fill the disk.
result<> need_space(const store& of, const std::filesystem::path& directory) {
  constexpr std::uint64_t spare_bytes = 16u << 20;
  std::uint64_t needed = spare_bytes;
  for (const table_file& each : of.table_files()) {
    if (each.family.starts_with("view.")) needed += 2 * each.bytes;
  }
  std::error_code unknown;
  const auto space = std::filesystem::space(directory, unknown);
  if (unknown || space.available >= needed) return {};
  return error{errc::io, "a verification needs " + std::to_string(needed) + " bytes of " + directory.string() +
                             " for a while, and " + std::to_string(space.available) + " are free"};
}

/// A report as JSON, read back.
std::optional<verifier::ended_run> read_report(const nlohmann::ordered_json& json) {
  const auto began = from_rfc3339(json.at("began").get<std::string>());
  const auto ended = from_rfc3339(json.at("ended").get<std::string>());
  if (!began || !ended) return std::nullopt;
  verifier::ended_run made;
  made.is_sound = json.at("result") == "sound";
  made.faults = json.at("faultsFound");
  made.events = json.at("read").at("events");
  made.bytes = json.at("read").at("bytes");
  made.began = *began;
  made.ended = *ended;
  made.report = json.dump();
  return made;
}

}  // namespace

verifier::verifier(applied_state& of, verifier_options how)
    : state_(of), how_(std::move(how)), since_(wall_clock_now()) {
  std::error_code ignored;  // of a process that was killed; if it stays, it only takes space
  std::filesystem::remove_all(how_.directory / scratch_name, ignored);
  read_file();
  write_file();
  thread_ = std::jthread([this](const std::stop_token& stopping) { work(stopping); });
}

verifier::~verifier() { stop(); }

void verifier::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

bool verifier::begin() {
  const std::lock_guard lock(mutex_);
  if (thread_.get_stop_token().stop_requested()) return false;
  if (!status_.running_since) {
    asked_ = true;
    status_.running_since = wall_clock_now();
    status_.progress = {};
  }
  changed_.notify_all();
  return true;
}

verifier::status verifier::now() const {
  const std::lock_guard lock(mutex_);
  status made = status_;
  made.next = next_by_itself();
  return made;
}

std::optional<timestamp> verifier::next_by_itself() const {
  if (how_.every.count() == 0) return std::nullopt;
  const timestamp due = (status_.last ? status_.last->ended : since_) + how_.every;
  return not_before_ ? std::max(due, *not_before_) : due;
}

void verifier::work(const std::stop_token& stopping) {
  use_low_priority();
  while (!stopping.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      const auto is_asked = [this] { return asked_; };
      if (const auto next = next_by_itself()) {
        static_cast<void>(changed_.wait_until(lock, stopping, *next, is_asked));
      } else {
        static_cast<void>(changed_.wait(lock, stopping, is_asked));
      }
      if (stopping.stop_requested()) return;
      const auto next = next_by_itself();
      if (!asked_ && (!next || wall_clock_now() < *next)) continue;
      asked_ = false;
      if (!status_.running_since) status_.running_since = wall_clock_now();
      status_.progress = {};
    }
    verify(stopping);
  }
}

void verifier::verify(const std::stop_token& stopping) {
  verification_options options;
  options.threads = 1;
  options.is_live = true;
  options.bytes_per_second = how_.bytes_per_second;
  options.scratch = how_.directory / scratch_name;
  options.stop = stopping;
  options.keys = state_.keys();
  options.progress = [this](const verification_progress& reached) {
    const std::lock_guard lock(mutex_);
    status_.progress = reached;
  };
  // The views first: rows of a family that is held can be read, whatever takes its place meanwhile.
  options.views.emplace();
  for (const auto& [tag, view] : state_.views().current()->entries) {
    if (!view.family_name.empty()) options.views->push_back({view.family_name, view.rows, view.lease});
  }
  std::error_code ec;
  const auto has_space = need_space(state_.store(), how_.directory);
  if (has_space) std::filesystem::create_directory(options.scratch, ec);
  const auto verified = [&]() -> result<verification_report> {
    if (!has_space) return has_space.error();
    if (ec) return error{errc::io, "cannot make " + options.scratch.string() + ": " + ec.message()};
    return verify_store(state_.store(), how_.directory, state_.domains(), options);
  };
  const auto report = verified();
  std::filesystem::remove_all(options.scratch, ec);

  const std::lock_guard lock(mutex_);
  status_.running_since.reset();
  if (!report) {
    status_.failure = report.error().detail;
    not_before_ = wall_clock_now() + retry_after_failure;
    spdlog::warn("the data could not be verified: {}", report.error().detail);
    return;
  }
  if (!report->completed && report->faults_found == 0) return;  // the server stops
  status_.failure.clear();
  not_before_.reset();
  ++status_.completed;
  ended_run ended{report->is_sound(), report->faults_found, report->read.events, report->read.bytes,
                  report->began,      report->ended,        as_json(*report)};
  if (ended.is_sound) {
    spdlog::info("the data was verified: no faults in {} events and {} bytes of files", ended.events, ended.bytes);
  } else {
    spdlog::error("the data was verified: {} faults; GET /admin/verify has the report", ended.faults);
    for (std::size_t i = 0; i < std::min(logged_faults_max, report->faults.size()); ++i) {
      const store_fault& each = report->faults[i];
      spdlog::error("fault in file '{}', family '{}', key '{}': {}", each.file, each.family, printable_key(each.key),
                    each.what);
    }
  }
  status_.last = std::move(ended);
  write_file();
}

void verifier::read_file() {
  const auto file = how_.directory / file_name;
  std::error_code unknown;
  const auto size = std::filesystem::file_size(file, unknown);
  if (unknown) return;  // there is none yet
  try {
    if (size > file_bytes_max) throw std::runtime_error("it is too large");
    std::ifstream in(file, std::ios::binary);
    const auto json = nlohmann::ordered_json::parse(in);
    since_ = std::min(since_, from_rfc3339(json.at("since").get<std::string>()).value_or(since_));
    if (json.contains("report")) status_.last = read_report(json["report"]);
  } catch (const std::exception& e) {
    spdlog::warn("{} cannot be read, so the last verification is forgotten: {}", file.string(), e.what());
  }
}

void verifier::write_file() const {
  nlohmann::ordered_json json{{"since", to_rfc3339(since_).value_or("")}};
  if (status_.last) json["report"] = nlohmann::ordered_json::parse(status_.last->report);
  const auto file = how_.directory / file_name;
  const auto unfinished = file.string() + ".unfinished";
  std::error_code ec;
  {
    std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
    out << json.dump() << '\n';
    if (!out.flush()) ec = std::make_error_code(std::errc::io_error);
  }
  if (!ec) std::filesystem::rename(unfinished, file, ec);
  if (ec)
    spdlog::warn("{} cannot be written, so a restart forgets the last verification: {}", file.string(), ec.message());
}

}  // namespace weir
