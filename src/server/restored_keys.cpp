#include "server/restored_keys.hpp"

#include <algorithm>

#include "backup/files.hpp"
#include "server/descriptors.hpp"

namespace weir {
namespace {

result<> copy_one(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code failed;
  std::filesystem::copy_file(from, to, failed);
  if (failed) return error{errc::io, "cannot copy " + from.string() + " to " + to.string() + ": " + failed.message()};
  auto made = backup::output_file::append_to(to);
  if (!made) return made.error();
  return made->sync();
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
  for (const auto& folder : {data, to}) {
    if (const auto made = backup::make_folder(folder); !made) return made;
  }
  // The list last: an erasure that is made meanwhile is in it before its key is destroyed.
  for (const char* name : {"keys.1", "keys.2", "erasures"}) {
    if (!std::filesystem::exists(from / name, failed)) continue;
    if (const auto copied = copy_one(from / name, to / name); !copied) return copied;
  }
  return backup::sync_folder(to);
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
