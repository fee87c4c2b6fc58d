#include "server/verify_command.hpp"

#include <algorithm>
#include <iostream>
#include <optional>
#include <thread>

#include "auth/file_access.hpp"
#include "server/descriptors.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/signals.hpp"
#include "verify/report_text.hpp"
#include "verify/verify_store.hpp"

namespace weir {
namespace {

result<std::optional<log_checkpoint>> given_checkpoint(const verify_settings& settings) {
  if (settings.checkpoint.empty()) return std::optional<log_checkpoint>{};
  const auto read = [](const std::filesystem::path& file) -> result<std::string> {
    auto text = auth::read_whole_file(file);
    if (!text) return error{errc::invalid, file.string() + ": " + text.error().detail};
    return text;
  };
  const auto text = read(settings.checkpoint);
  if (!text) return text.error();
  const auto key = read(settings.public_key);
  if (!key) return key.error();
  auto checkpoint = read_checkpoint(*text, *key);
  if (!checkpoint) return error{errc::invalid, settings.checkpoint.string() + ": " + checkpoint.error().detail};
  return std::optional(std::move(*checkpoint));
}

}  // namespace

result<bool> verify_data(const verify_settings& settings, const catalog& domains, std::ostream& to) {
  set_up_logging(log_format::automatic, "warn");
  const server_signals signals;
  std::stop_source stop;
  std::optional<progress> shown(std::in_place, "verified", "events");
  verification_options options;
  options.threads = std::max(1u, std::thread::hardware_concurrency());
  options.faults_max = settings.faults_max;
  options.scratch = settings.temporary;
  options.open_files_max = files_of_store_alone();
  auto checkpoint = given_checkpoint(settings);
  if (!checkpoint) return checkpoint.error();
  options.checkpoint = std::move(*checkpoint);
  options.stop = stop.get_token();
  options.progress = [&](const verification_progress& now) {
    if (signals.stop_is_pending()) stop.request_stop();
    shown->show_with_time_left(now.events, now.done, now.total);
  };
  const auto report = verify_directory(settings.data, domains, options);
  shown.reset();
  if (!report) {
    if (report.error().code == errc::not_found) return error{errc::invalid, report.error().detail};
    if (report.error().code != errc::in_use) return report.error();
    return error{errc::in_use,
                 settings.data.string() +
                     " is in use by a server: POST /admin/verify verifies it while it runs; or stop it first"};
  }
  to << (settings.json ? as_json(*report) + "\n" : as_text(*report));
  if (options.checkpoint && report->is_sound() && !settings.json) {
    to << "the history up to position " << options.checkpoint->position.value
       << " is the one of the checkpoint, signed at " << to_rfc3339(options.checkpoint->time).value_or("") << "\n";
  }
  to << std::flush;
  if (!to) return error{errc::io, "the report cannot be written"};
  return report->is_sound();
}

}  // namespace weir
