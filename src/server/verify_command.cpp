#include "server/verify_command.hpp"

#include <algorithm>
#include <iostream>
#include <optional>
#include <thread>

#include "server/descriptors.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/signals.hpp"
#include "verify/report_text.hpp"
#include "verify/verify_store.hpp"

namespace weir {

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
  to << (settings.json ? as_json(*report) + "\n" : as_text(*report)) << std::flush;
  if (!to) return error{errc::io, "the report cannot be written"};
  return report->is_sound();
}

}  // namespace weir
