#include "server/reloads.hpp"

#include <spdlog/spdlog.h>
#include <sys/stat.h>

namespace weir {

void reloads::add(std::string what, std::vector<std::filesystem::path> files, std::function<result<>()> load) {
  one made{std::move(what), std::move(files), std::move(load), {}, {}};
  made.loaded = made.seen = look_at(made);
  all_.push_back(std::move(made));
}

void reloads::all() {
  for (one& each : all_) {
    each.seen = look_at(each);
    load_again(each);
  }
}

void reloads::changed() {
  for (one& each : all_) {
    const state now = look_at(each);
    const bool settled = now == each.seen;
    each.seen = now;
    if (settled && now != each.loaded) load_again(each);
  }
}

reloads::state reloads::look_at(const one& which) {
  state looked;
  for (const auto& file : which.files) {
    struct stat told {};
    file_state& made = looked.emplace_back();
    if (::stat(file.c_str(), &told) != 0) continue;
    made = {told.st_dev, told.st_ino, static_cast<std::uint64_t>(told.st_size), told.st_mtim.tv_sec,
            told.st_mtim.tv_nsec};
  }
  return looked;
}

/// The state was read before this: a change during the load is noticed by the next call.
void reloads::load_again(one& which) {
  which.loaded = which.seen;
  if (const auto loaded = which.load(); !loaded) {
    spdlog::error("{} was not reloaded, the previous one stays in use: {}", which.what, loaded.error().detail);
    return;
  }
  spdlog::info("{} was reloaded", which.what);
}

}  // namespace weir
