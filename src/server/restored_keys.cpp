#include "server/restored_keys.hpp"

#include <algorithm>

#include "personal/file.hpp"
#include "server/descriptors.hpp"

namespace weir {
namespace {

constexpr std::size_t copied_at_once = 1u << 20;

result<> copy_one(const std::filesystem::path& from, const std::filesystem::path& to) {
  const auto source = personal::file::open_to_read(from);
  if (!source) return source.error();
  const auto made = personal::file::open(to, true);
  if (!made) return made.error();
  for (std::uint64_t at = 0;;) {
    const auto bytes = source->read(at, copied_at_once);
    if (!bytes) return bytes.error();
    if (bytes->empty()) return made->sync();
    if (const auto written = made->write(at, *bytes); !written) return written;
    at += bytes->size();
  }
}

error keys_needed() {
  return {errc::invalid,
          "there is personal data in what is to be restored, and backups and archives do not hold its keys: give "
          "--keys, the directory keys of the data, or the newest copy of it (docs/personal-data.md)"};
}

}  // namespace

result<> copy_keys(const std::filesystem::path& from, const std::filesystem::path& data) {
  std::error_code failed;
  if (!std::filesystem::exists(from / "keys.1", failed) && !std::filesystem::exists(from / "keys.2", failed)) {
    return error{errc::invalid, "there are no keys in " + from.string() +
                                    ": --keys must name a directory with the files keys.1, keys.2 and erasures"};
  }
  const std::filesystem::path to = data / "keys";
  std::filesystem::create_directories(to, failed);
  if (!failed) std::filesystem::permissions(to, std::filesystem::perms::owner_all, failed);
  if (failed) return error{errc::io, "cannot make " + to.string() + ": " + failed.message()};
  // The list last: an erasure that is made meanwhile is in it before its key is destroyed.
  for (const char* name : {"keys.1", "keys.2", "erasures"}) {
    if (!std::filesystem::exists(from / name, failed)) continue;
    if (const auto copied = copy_one(from / name, to / name); !copied) return copied;
  }
  return personal::sync_directory(to);
}

result<> need_no_keys(const std::filesystem::path& data) {
  std::error_code unknown;
  if (!std::filesystem::exists(data / "CURRENT", unknown)) return {};
  store_options options;
  options.directory = data;
  options.families = applied_state::families();
  options.open_files_max = files_of_store_alone();
  const auto opened = store::open_to_read(options);
  if (!opened) return opened.error();
  if ((*opened)->names(subjects::family_needed().name).empty()) return {};
  const auto given = subjects(**opened).last_given();
  if (!given) return given.error();
  return *given ? result<>{keys_needed()} : result<>{};
}

result<> need_no_keys(std::span<const sealed_commit> commits) {
  const bool needs = std::any_of(commits.begin(), commits.end(),
                                 [](const sealed_commit& each) { return !each.value.subjects.empty(); });
  return needs ? result<>{keys_needed()} : result<>{};
}

void leave_given_keys(store::batch& changes, const applied_state& restored) {
  const personal::vault* const keys = restored.keys();
  if (keys) restored.known_subjects().put_given(changes, {keys->keys() - 1, keys->id()});
}

}  // namespace weir
