#include "server/storage.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>

#include "log/format_version.hpp"
#include "log/local_commit_log.hpp"
#include "verify/stored_schema.hpp"

namespace weir {

void warn_if_others_may_read(const std::filesystem::path& directory) {
  using std::filesystem::perms;
  std::error_code unknown;
  const auto mode = std::filesystem::status(directory, unknown).permissions();
  if (unknown || (mode & (perms::group_all | perms::others_all)) == perms::none) return;
  spdlog::warn("other users can access the data directory {}; chmod 0700 {} prevents this", directory.string(),
               directory.string());
}

namespace {

/// So that a small disk can be used too.
constexpr std::uint64_t smallest_share_of_disk = 8;

std::uint64_t disk_reserve_of(const serve_settings& settings) {
  std::error_code unknown;
  auto existing = std::filesystem::absolute(settings.data, unknown);
  while (!std::filesystem::exists(existing, unknown) && existing.has_relative_path()) existing = existing.parent_path();
  const auto space = std::filesystem::space(existing, unknown);
  const std::uint64_t wanted = std::uint64_t{settings.disk_reserve_mebibytes} << 20;
  return unknown ? wanted : std::min<std::uint64_t>(wanted, space.capacity / smallest_share_of_disk);
}

}  // namespace

result<storage> open_storage(const serve_settings& settings, int open_files_max, const catalog& domains,
                             const migration_progress& progress) {
  const auto in_directory = [&](const error& why) {
    return error{why.code, settings.data.string() + ": " + why.detail};
  };
  store_options options;
  options.directory = settings.data;
  options.cache_bytes = settings.cache_mebibytes << 20;
  options.write_buffer_bytes = settings.write_buffer_mebibytes << 20;
  options.open_files_max = open_files_max;
  options.families = applied_state::families();
  options.disk_reserve_bytes = disk_reserve_of(settings);
  options.read_only_if_full = true;

  auto opened = store::open(options);
  if (!opened) return opened.error();
  // Before anything is changed: a program that cannot read the events, or would misread them, leaves them as they are.
  if (const auto version = stored_format_version(**opened); !version) return in_directory(version.error());
  if (const auto checked = check_stored_schema(**opened, domains); !checked) return in_directory(checked.error());
  if (const auto migrated = migrate(**opened, progress); !migrated) return in_directory(migrated.error());
  auto log = local_commit_log::open(**opened);
  if (!log) return log.error();
  auto state = applied_state::open(**opened, domains);
  if (!state) return state.error();
  return storage{std::move(*opened), std::move(*log), std::move(*state)};
}

result<std::unique_ptr<store>> open_data_to_read(const std::filesystem::path& data, int open_files_max,
                                                 const catalog& domains) {
  store_options options;
  options.directory = data;
  options.families = applied_state::families();
  options.open_files_max = open_files_max;
  auto opened = store::open_to_read(options);
  if (!opened) return opened.error();
  if ((*opened)->names("meta").empty()) return error{errc::invalid, data.string() + " is no data directory of Weir"};
  const auto is_current = is_migrated(**opened);
  if (!is_current) return error{is_current.error().code, data.string() + ": " + is_current.error().detail};
  if (!*is_current) return error{errc::unavailable, data.string() + " is in an earlier format"};
  if (const auto checked = check_stored_schema(**opened, domains); !checked) {
    return error{checked.error().code, data.string() + ": " + checked.error().detail};
  }
  return opened;
}

}  // namespace weir
