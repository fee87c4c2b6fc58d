#include "server/archive_command.hpp"

#include <iostream>

#include <spdlog/spdlog.h>

#include "backup/files.hpp"
#include "backup/follower.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/stop_flag.hpp"

namespace weir {

result<> archive_log(const archive_settings& settings) {
  set_up_logging(log_format::automatic, settings.once ? "warn" : "info");
  const auto server = server_of(settings.from);
  if (!server) return server.error();
  const stop_flag stop;
  backup::archive_writer::limits limits;
  limits.segment_bytes = settings.segment_mebibytes << 20;
  auto into = backup::archive_writer::open(settings.to, limits);
  if (!into) return into.error();
  progress shown("archived", "commits");
  backup::following how;
  how.server = *server;
  how.once = settings.once;
  how.stop = stop.flag();
  how.told = [](const std::string& sentence) { spdlog::info("{}", sentence); };
  if (settings.once) {
    how.told = [](const std::string&) {};
    how.progress = [&shown](std::uint64_t done, std::uint64_t of) { shown.show(done, of); };
  }
  const auto ended = backup::follow(**into, how);
  if (!ended) return ended;
  const log_head& head = (*into)->head();
  std::cout << "archived in " << settings.to.string() << ": position " << head.last.value << ", commit " << head.number
            << ", hash " << backup::hexadecimal(head.hash) << std::endl;
  return {};
}

}  // namespace weir
