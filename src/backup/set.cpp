#include "backup/set.hpp"

#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backup/files.hpp"
#include "backup/waiting.hpp"
#include "base/digest.hpp"
#include "log/log_rows.hpp"
#include "state/applied_state.hpp"
#include "store/file_checks.hpp"
#include "store/store.hpp"

namespace weir::backup {
namespace {

constexpr std::string_view description_extension = ".backup", unfinished_extension = ".unfinished";
constexpr std::size_t description_bytes_max = 64u << 20;
constexpr std::size_t faults_max = 10;
constexpr std::size_t looking_cache_bytes = 8u << 20, looking_buffer_bytes = 8u << 20;

error stopped() { return {errc::unavailable, "the backup was stopped before it was complete"}; }

bool is_table(const copied_file& file) { return file.name.ends_with(".sst"); }

/// Whether a file of a set has a name that content gives.
bool is_digest(const std::string& name) {
  return name.size() == 64 && name.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Opens a directory as a store and compares its end with what it should be.
result<> check_end(const std::filesystem::path& directory, const log_head& expected) {
  store_options options;
  options.directory = directory;
  options.families = applied_state::families();
  options.cache_bytes = looking_cache_bytes;
  options.write_buffer_bytes = looking_buffer_bytes;
  const auto opened = store::open_to_read(options);
  if (!opened) return opened.error();
  const auto head = log_rows(**opened).head();
  if (!head) return head.error();
  if (*head == expected) return {};
  return error{errc::corrupt, "its event log ends at commit " + std::to_string(head->number) + " with hash " +
                                  hexadecimal(head->hash) + ", not at commit " + std::to_string(expected.number) +
                                  " with hash " + hexadecimal(expected.hash)};
}

}  // namespace

bool pace::go_on(std::size_t bytes) {
  bytes_ += bytes;
  if (rate_ == 0) return !is_stopped(stop_);
  return wait_until(
      begun_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                   std::chrono::duration<double>(static_cast<double>(bytes_) / static_cast<double>(rate_))),
      stop_);
}

result<description> set::read(const std::filesystem::path& file) const {
  const auto damaged = [&](const std::string& why) {
    return error{errc::corrupt, "the backup " + file.string() + " is damaged: " + why};
  };
  const auto bytes = read_whole(file, description_bytes_max);
  if (!bytes) return bytes.error();
  const auto end = bytes->find('\n');
  if (end == bytes->npos || bytes->substr(end + 1) != hexadecimal(sha256(bytes->substr(0, end))) + "\n") {
    return damaged("its checksum differs");
  }
  auto made = read_description_json(std::string_view(*bytes).substr(0, end));
  if (!made) return made.error().code == errc::corrupt ? damaged(made.error().detail) : made.error();
  if (made->id + std::string(description_extension) != file.filename()) return damaged("it has another name");
  for (const copied_file& each : made->files) {
    if (each.digest.empty()) return damaged(each.name + " has no checksum");
  }
  return made;
}

result<std::vector<description>> set::list() const {
  std::vector<description> all;
  std::error_code ec;
  for (std::filesystem::directory_iterator each(backups(), ec), end; !ec && each != end; each.increment(ec)) {
    if (each->path().extension() != description_extension) continue;
    auto one = read(each->path());
    if (!one) return one.error();
    all.push_back(std::move(*one));
  }
  if (ec == std::errc::no_such_file_or_directory || (!ec && all.empty())) {
    return error{errc::not_found, "there is no backup in " + directory_.string()};
  }
  if (ec) return error{errc::io, "cannot read " + backups().string() + ": " + ec.message()};
  std::sort(all.begin(), all.end(), [](const description& a, const description& b) { return a.id < b.id; });
  return all;
}

result<> set::check(const description& which, const std::function<void(std::uint64_t)>& progress) const {
  std::vector<std::string> faults;
  std::uint64_t done = 0;
  for (const copied_file& each : which.files) {
    const auto found = digest_of_file(path_of(each));
    if (!found) {
      faults.push_back(path_of(each).string() + " (" + each.name + "): " + found.error().detail);
    } else if (*found != each.digest) {
      faults.push_back(path_of(each).string() + " (" + each.name + ") is not what was written");
    }
    if (faults.size() == faults_max) break;
    progress(done += each.size);
  }
  if (faults.empty()) return {};
  std::string text = "the backup " + file_of(which.id).string() + " is damaged; choose another one with --backup:";
  for (const std::string& each : faults) text += "\n  " + each;
  return error{errc::corrupt, std::move(text)};
}

/// Removes what earlier backups have not finished.
result<> set::prepare() const {
  for (const auto& folder : {directory_, backups(), files()}) {
    if (auto made = make_folder(folder); !made) return made;
    std::error_code ec;
    std::vector<std::filesystem::path> unfinished;
    for (std::filesystem::directory_iterator each(folder, ec), end; !ec && each != end; each.increment(ec)) {
      if (each->path().extension() == unfinished_extension) unfinished.push_back(each->path());
    }
    for (const auto& each : unfinished) std::filesystem::remove_all(each, ec);
    if (ec) return error{errc::io, "cannot remove what is unfinished in " + folder.string() + ": " + ec.message()};
  }
  return {};
}

/// Whether a file is there as it should be. A damaged one is taken anew.
result<bool> set::has(const copied_file& file, pace& at, const writing& how) const {
  std::error_code ec;
  const auto size = std::filesystem::file_size(path_of(file), ec);
  if (ec) return false;
  sha256_of_pieces digest;
  if (size == file.size) {
    const auto read = read_pieces(path_of(file), 0, [&](std::string_view piece) -> result<> {
      digest.add(piece);
      return at.go_on(piece.size()) ? result<>{} : result<>{stopped()};
    });
    if (!read && is_stopped(how.stop)) return read.error();
    if (read && hexadecimal(digest.digest()) == file.digest) return true;
  }
  spdlog::warn("{} ({}) is damaged, and is taken anew: earlier backups need it too", path_of(file).string(), file.name);
  return false;
}

result<> set::take(source& from, const copied_file& file, pace& at) const {
  const std::filesystem::path unfinished = path_of(file).string() + std::string(unfinished_extension);
  auto out = output_file::create(unfinished);
  if (!out) return out.error();
  sha256_of_pieces digest;
  const auto read = from.read(file, [&](std::string_view piece) -> result<> {
    digest.add(piece);
    if (!at.go_on(piece.size())) return stopped();
    return out->write(piece);
  });
  if (!read) return read;
  if (hexadecimal(digest.digest()) != file.digest) {
    return error{errc::io, file.name + " has changed on its way; try again"};
  }
  if (auto synced = out->sync(); !synced) return synced;
  // From the disk, not from memory.
  out->forget_cached();
  const auto read_back = digest_of_file(unfinished);
  if (!read_back) return read_back.error();
  if (*read_back != file.digest) {
    return error{errc::io,
                 unfinished.string() + " was read back with other contents than were written: the disk is bad"};
  }
  if (is_table(file)) {
    if (auto checked = check_table_file(unfinished); !checked) {
      return error{checked.error().code, "the server's file " + file.name + " is damaged: " + checked.error().detail};
    }
  }
  if (::rename(unfinished.c_str(), path_of(file).c_str()) != 0) return file_error("rename", unfinished);
  return {};
}

result<set::written> set::write(source& from, const writing& how) {
  if (auto made = make_folder(directory_); !made) return made.error();
  const auto lock = directory_lock::take(directory_);
  if (!lock) {
    if (lock.error().code != errc::in_use) return lock.error();
    return error{errc::in_use, "another backup is being written to " + directory_.string()};
  }
  if (auto prepared = prepare(); !prepared) return prepared.error();
  auto there = list();
  if (!there && there.error().code != errc::not_found) return there.error();
  std::vector<description> all = there ? std::move(*there) : std::vector<description>{};
  written done{from.what()};
  for (const description& each : all) {
    if (each.log.id != done.what.log.id) {
      return error{errc::invalid, directory_.string() + " has backups of another event log, " + each.log.id +
                                      "; this one is " + done.what.log.id + ": choose another directory"};
    }
  }

  pace at(how.bytes_per_second, how.stop);
  std::uint64_t bytes = 0;
  const std::uint64_t of = done.what.bytes();
  for (copied_file& each : done.what.files) {
    auto digest = from.digest_of(each);
    if (!digest) return digest.error();
    each.digest = std::move(*digest);
    if (!is_digest(each.digest)) return error{errc::io, "the digest of " + each.name + " is none"};
    const auto present = has(each, at, how);
    if (!present) return present.error();
    if (!*present) {
      if (auto taken = take(from, each, at); !taken) return taken.error();
      done.new_bytes += each.size;
    }
    how.progress(bytes += each.size, of);
  }
  if (auto synced = sync_folder(files()); !synced) return synced.error();

  const std::filesystem::path opened = directory_ / "opened.unfinished";
  auto laid_out = lay_out(*this, done.what, opened, true, [](auto) {});
  auto checked = laid_out ? check_end(opened, done.what.head) : laid_out;
  std::error_code ec;
  std::filesystem::remove_all(opened, ec);
  if (!checked) {
    return error{checked.error().code, "the backup was written, but cannot be used: " + checked.error().detail};
  }
  if (ec) return error{errc::io, "cannot remove " + opened.string() + ": " + ec.message()};

  const std::string text = description_json(done.what);
  if (auto named = write_whole(file_of(done.what.id), text + "\n" + hexadecimal(sha256(text)) + "\n"); !named) {
    return named.error();
  }
  all.push_back(done.what);
  const auto removed = prune(std::move(all), how.keep);
  if (!removed) return error{removed.error().code, "the backup is complete, but " + removed.error().detail};
  done.removed = *removed;
  return done;
}

/// Removes the backups that were made earliest, then files that no other backup has.
result<std::size_t> set::prune(std::vector<description> all, std::size_t keep) const {
  std::sort(all.begin(), all.end(), [](const description& a, const description& b) { return a.made_at < b.made_at; });
  const std::size_t gone = keep == 0 || all.size() <= keep ? 0 : all.size() - keep;
  std::error_code ec;
  for (std::size_t i = 0; i < gone && !ec; ++i) std::filesystem::remove(file_of(all[i].id), ec);
  if (gone > 0) {
    // Before the files: a backup must not look whole without them.
    if (auto synced = sync_folder(backups()); !synced) return synced.error();
  }
  std::set<std::string> needed;
  for (std::size_t i = gone; i < all.size(); ++i) {
    for (const copied_file& each : all[i].files) needed.insert(each.digest);
  }
  std::vector<std::filesystem::path> unneeded;
  for (std::filesystem::directory_iterator each(files(), ec), end; !ec && each != end; each.increment(ec)) {
    const std::string name = each->path().filename().string();
    if (is_digest(name) && !needed.contains(name)) unneeded.push_back(each->path());
  }
  for (const auto& each : unneeded) {
    if (!ec) std::filesystem::remove(each, ec);
  }
  if (ec) return error{errc::io, "earlier ones cannot be removed from " + directory_.string() + ": " + ec.message()};
  return gone;
}

result<> lay_out(const set& in, const description& which, const std::filesystem::path& directory, bool linked,
                 const std::function<void(std::uint64_t)>& progress) {
  if (auto made = make_folder(directory); !made) return made;
  std::uint64_t done = 0;
  for (const copied_file& each : which.files) {
    const auto target = directory / each.name;
    if (linked && is_table(each)) {
      std::error_code ec;
      std::filesystem::create_symlink(std::filesystem::absolute(in.path_of(each)), target, ec);
      if (ec) return error{errc::io, "cannot make the link " + target.string() + ": " + ec.message()};
      continue;
    }
    auto out = output_file::create(target);
    if (!out) return out.error();
    sha256_of_pieces digest;
    const auto copied = read_pieces(in.path_of(each), 0, [&](std::string_view piece) -> result<> {
      digest.add(piece);
      return out->write(piece);
    });
    if (!copied) return copied;
    if (hexadecimal(digest.digest()) != each.digest) {
      return error{errc::corrupt, in.path_of(each).string() + " (" + each.name + ") has changed while it was read"};
    }
    if (auto synced = out->sync(); !synced) return synced;
    progress(done += each.size);
  }
  return sync_folder(directory);
}

}  // namespace weir::backup
