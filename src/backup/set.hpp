#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "backup/description.hpp"
#include "backup/source.hpp"
#include "base/error.hpp"
#include "store/directory_lock.hpp"

namespace weir::backup {

/// Slows work down to a number of bytes a second.
class pace {
 public:
  /// 0: as quick as it goes. `stop`: ends the wait; may be null.
  explicit pace(std::uint64_t bytes_per_second, const std::atomic<bool>* stop = nullptr)
      : rate_(bytes_per_second), stop_(stop) {}
  /// Waits until so many further bytes are due. False: it was stopped.
  [[nodiscard]] bool go_on(std::size_t bytes);

 private:
  const std::uint64_t rate_;
  const std::atomic<bool>* const stop_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::uint64_t bytes_ = 0;
};

/// A directory of backups.
///
///   backups/<id>.backup   what the backup is: one line of JSON, and one line with the SHA-256 of the first
///   files/<SHA-256>       a file of one or several backups; its name is its contents'
///   *.unfinished          what was not finished; the next backup removes it
///   LOCK                  held by whoever writes
///
/// Wholeness:    a backup is there once its file in backups/ has its name: after all files that it needs are on disk
///               under their names and were read back. So an interrupted or failed backup leaves the earlier ones as
///               they were, and never looks whole.
/// Sharing:      a file that several backups have is there once.
/// Exclusion:    one writer at a time; readers need no lock.
class set {
 public:
  explicit set(std::filesystem::path directory) : directory_(std::move(directory)) {}

  /// All backups, the oldest commit first. Errors: errc::corrupt with the file's name; errc::io; errc::not_found if the
  /// directory holds none.
  [[nodiscard]] result<std::vector<description>> list() const;

  /// Reads all files of a backup, and compares them with their digests. Errors: errc::corrupt, which names each file
  /// that is missing or damaged, at most ten; errc::io.
  [[nodiscard]] result<> check(const description& which,
                               const std::function<void(std::uint64_t bytes)>& progress) const;

  /// Where a file of a backup is.
  [[nodiscard]] std::filesystem::path path_of(const copied_file& file) const { return files() / file.digest; }

  struct writing {
    std::uint64_t bytes_per_second = 0;       ///< 0: as quick as it goes
    std::size_t keep = 0;                     ///< how many backups are left afterwards; 0: all
    const std::atomic<bool>* stop = nullptr;  ///< ends the work if it becomes true
    std::function<void(std::uint64_t done, std::uint64_t all)> progress = [](auto, auto) {};  ///< in bytes
  };
  struct written {
    description what;
    std::uint64_t new_bytes = 0;  ///< of files that were not there
    std::size_t removed = 0;      ///< backups that `keep` did not leave
  };

  /// Makes a backup of a copy: takes the files that are missing or damaged here, reads everything back, opens the
  /// result, and removes backups beyond `keep`. Errors: errc::in_use; errc::invalid if the directory has backups of
  /// another event log; errc::corrupt, errc::io, errc::unavailable: then nothing has changed but that files may be there
  /// that the next backup uses.
  [[nodiscard]] result<written> write(source& from, const writing& how);

 private:
  [[nodiscard]] std::filesystem::path backups() const { return directory_ / "backups"; }
  [[nodiscard]] std::filesystem::path files() const { return directory_ / "files"; }
  [[nodiscard]] std::filesystem::path file_of(const std::string& id) const { return backups() / (id + ".backup"); }
  [[nodiscard]] result<description> read(const std::filesystem::path& file) const;
  [[nodiscard]] result<> prepare() const;
  [[nodiscard]] result<bool> has(const copied_file& file, pace& at, const writing& how) const;
  [[nodiscard]] result<> take(source& from, const copied_file& file, pace& at) const;
  [[nodiscard]] result<std::size_t> prune(std::vector<description> all, std::size_t keep) const;

  const std::filesystem::path directory_;
};

/// Makes a data directory from the files of a backup, which must have been checked. `linked`: with symbolic links to the
/// large files that never change, for a directory that is only looked at; otherwise everything is copied.
[[nodiscard]] result<> lay_out(const set& in, const description& which, const std::filesystem::path& directory,
                               bool linked, const std::function<void(std::uint64_t bytes)>& progress);

}  // namespace weir::backup
