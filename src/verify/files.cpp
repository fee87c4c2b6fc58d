#include "verify/files.hpp"

#include <algorithm>
#include <fstream>

#include "store/file_checks.hpp"

namespace weir {
namespace {

/// Bytes of a file, in steps of the progress.
constexpr std::uint64_t bytes_per_step = 4'096;

bool is_record_file(const std::string& name) {
  return name.ends_with(".log") && name.find_first_not_of("0123456789") == name.size() - 4;
}

/// The MANIFEST that is in use.
std::string current_manifest(const std::filesystem::path& directory) {
  std::ifstream current(directory / "CURRENT");
  std::string name;
  std::getline(current, name);
  return name.starts_with("MANIFEST-") && name.find('/') == name.npos ? name : "";
}

class file_walk {
 public:
  file_walk(const std::filesystem::path& directory, bool is_live, findings& found, pace& speed)
      : directory_(directory), is_live_(is_live), found_(found), speed_(speed) {}

  void check_table(const table_file& one) {
    const auto path = directory_ / one.name;
    std::error_code unknown;
    const auto size = std::filesystem::file_size(path, unknown);
    const auto checked = check_table_file(path);
    // A file that is not in use any more is removed while a store is written to.
    if (!checked && is_live_ && checked.error().code == errc::not_found) return;
    if (!unknown && size != one.bytes) {
      found_.add({one.name, one.family, "",
                  "the file has " + std::to_string(size) + " bytes instead of " + std::to_string(one.bytes)});
    } else if (!checked) {
      found_.add({one.name, one.family, "", checked.error().detail});
    }
    count(one.bytes);
  }

  /// `check`: check_wal_file or check_manifest_file.
  template <class Check>
  void check_records(const std::string& name, Check check) {
    auto fault = check(directory_ / name);
    if (is_live_ && fault && *fault) {
      // The end of a file that is written to may look damaged for a moment. Damage stays where it is.
      const auto again = check(directory_ / name);
      if (!again || !*again || (*again)->offset != (*fault)->offset || !(*again)->is_damage)
        fault = again ? result<std::optional<record_fault>>(std::nullopt) : again;
    }
    std::error_code unknown;
    const auto size = std::filesystem::file_size(directory_ / name, unknown);
    if (!unknown) count(size);
    if (!fault) {
      if (!is_live_ || fault.error().code != errc::not_found) found_.add({name, "", "", fault.error().detail});
      return;
    }
    if (!*fault) return;
    const std::string place = " after byte " + std::to_string((*fault)->offset) + " of the file";
    if ((*fault)->is_damage) {
      found_.add({name, "", "", "records cannot be read" + place});
    } else if (name.starts_with("MANIFEST")) {
      found_.add(
          {name, "", "",
           "the last record is incomplete" + place +
               ": either it is damaged, or the machine lost its power while it was written; in the latter case a start "
               "of the server settles it"});
    } else {
      found_.note("the last record of " + name + " is incomplete" + place +
                  ": a write that had not ended when the process did; the next start of the server drops it");
    }
  }

  [[nodiscard]] const files_read& so_far() const { return read_; }

 private:
  void count(std::uint64_t bytes) {
    ++read_.files;
    read_.bytes += bytes;
    speed_.read(bytes);
    speed_.advance(bytes / bytes_per_step);
  }

  const std::filesystem::path& directory_;
  const bool is_live_;
  findings& found_;
  pace& speed_;
  files_read read_;
};

}  // namespace

files_read check_files(const std::filesystem::path& directory, const std::optional<std::vector<table_file>>& tables,
                       bool is_live, findings& found, pace& speed) {
  std::vector<std::string> names;
  std::error_code ec;
  for (std::filesystem::directory_iterator file(directory, ec), end; !ec && file != end; file.increment(ec)) {
    names.push_back(file->path().filename().string());
  }
  if (ec) found.add({"", "", "", "cannot list " + directory.string() + ": " + ec.message()});
  std::sort(names.begin(), names.end());

  std::vector<table_file> all = tables.value_or(std::vector<table_file>{});
  if (!tables) {
    for (const std::string& name : names) {
      if (!name.ends_with(".sst")) continue;
      std::error_code unknown;
      all.push_back({name, "", std::filesystem::file_size(directory / name, unknown), 0});
    }
  }
  for (const table_file& each : all) speed.expect(each.bytes / bytes_per_step);
  file_walk walk(directory, is_live, found, speed);
  for (const table_file& each : all) walk.check_table(each);
  for (const std::string& name : names) {
    if (is_record_file(name)) walk.check_records(name, check_wal_file);
  }
  const std::string manifest = current_manifest(directory);
  if (manifest.empty()) {
    found.add({"CURRENT", "", "", "the file does not name a MANIFEST"});
  } else {
    walk.check_records(manifest, check_manifest_file);
  }
  return walk.so_far();
}

}  // namespace weir
