#include "server/restore_command.hpp"

#include <iostream>
#include <map>
#include <stdexcept>

#include "backup/files.hpp"
#include "base/hexadecimal.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/restoration.hpp"

namespace weir {
namespace {

/// The settings have been checked.
restore_target target_of(const restore_command_settings& settings) {
  restore_target made;
  if (settings.position) made.moment = restore_target::at_position{{*settings.position}};
  if (!settings.time.empty()) made.moment = restore_target::at_time{from_rfc3339(settings.time).value()};
  if (!settings.hash.empty()) {
    std::string bytes;
    if (!append_from_hexadecimal(bytes, settings.hash)) throw std::logic_error("a hash was not checked");
    made.moment = restore_target::at_hash{std::move(bytes)};
  }
  return made;
}

}  // namespace

result<> restore_data(const restore_command_settings& settings, const catalog& domains) {
  set_up_logging(log_format::automatic, "warn");
  std::map<std::string, progress, std::less<>> shown;
  const auto done = restore(
      {settings.from, settings.archive, settings.data, target_of(settings), settings.backup, settings.keys}, domains,
      [&shown](std::string_view doing, std::uint64_t count, std::uint64_t of) {
        const bool is_bytes = doing != "applied" && doing != "looked through";
        progress& line =
            shown.try_emplace(std::string(doing), std::string(doing), is_bytes ? "MiB" : "commits").first->second;
        const int shift = is_bytes ? 20 : 0;
        if (of == 0) return line.show(count >> shift);
        line.show(count >> shift, of >> shift);
      });
  shown.clear();
  if (!done) return done.error();
  for (const std::string& each : done->notes) std::cerr << "weir: note: " << each << '\n';
  std::cout << "restored " << settings.data.string() << ": position " << done->head.last.value << ", commit "
            << done->head.number << ", hash " << backup::hexadecimal(done->head.hash) << ", of "
            << to_rfc3339(done->head.committed_at).value_or("") << "; "
            << (done->backup ? "backup " + *done->backup : std::string("nothing")) << " and " << done->replayed
            << " commits after it; verified. The log is now " << done->log.current() << ", a branch of " << done->log.id
            << std::endl;
  return {};
}

}  // namespace weir
