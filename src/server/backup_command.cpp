#include "server/backup_command.hpp"

#include <iostream>

#include "backup/files.hpp"
#include "backup/remote_source.hpp"
#include "backup/set.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/stop_flag.hpp"

namespace weir {
namespace {

/// Longer than a server keeps the copy of a client that is gone.
constexpr std::chrono::seconds patience{150};

}  // namespace

result<> take_backup(const backup_settings& settings) {
  set_up_logging(log_format::automatic, "warn");
  auto server = server_of(settings.from);
  if (!server) return server.error();
  server->bytes_per_second = settings.rate_mebibytes << 20;
  const stop_flag stop;
  auto from = backup::remote_source::open(
      *server, patience, [](const std::string& why) { std::cerr << "weir: waiting: " << why << '\n'; }, stop.flag());
  if (!from) return from.error();
  progress shown("backed up", "MiB");
  backup::set::writing how;
  how.keep = settings.keep;
  how.bytes_per_second = server->bytes_per_second;
  how.stop = stop.flag();
  how.progress = [&shown](std::uint64_t done, std::uint64_t all) { shown.show(done >> 20, all >> 20); };
  const auto done = backup::set(settings.to).write(**from, how);
  if (!done) return done.error();
  (*from)->complete();
  std::cout << "backup " << done->what.id << " in " << settings.to.string() << ": position "
            << done->what.head.last.value << ", commit " << done->what.head.number << ", hash "
            << backup::hexadecimal(done->what.head.hash) << ", " << done->what.bytes() << " bytes, of which "
            << done->new_bytes << " are new";
  if (done->removed > 0) std::cout << "; " << done->removed << " earlier ones were removed";
  std::cout << std::endl;
  return {};
}

}  // namespace weir
