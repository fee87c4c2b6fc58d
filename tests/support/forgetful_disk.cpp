#include "support/forgetful_disk.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace weir::testing {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;

IOStatus no_power() { return IOStatus::IOError("the test's disk has no power"); }

IOStatus failed(failure how) {
  if (how == failure::io_error || how == failure::torn) return IOStatus::IOError("the test's disk has failed");
  auto full = IOStatus::NoSpace("the test's disk is full");
  full.SetRetryable(true);  // as RocksDB's own file system says
  return full;
}

std::optional<std::string> content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream all;
  all << in.rdbuf();
  return all.str();
}

}  // namespace

const char* name_of(survival what) {
  switch (what) {
    case survival::nothing:
      return "nothing";
    case survival::names:
      return "names";
    case survival::torn:
      return "torn";
    case survival::zeroed:
      return "zeroed";
    case survival::odd_pages:
      return "odd pages";
    case survival::even_pages:
      return "even pages";
    case survival::newest:
      return "newest";
    case survival::everything:
      return "everything";
  }
  throw std::logic_error("no such survival");
}

const char* name_of(operation what) {
  switch (what) {
    case operation::write:
      return "write";
    case operation::sync:
      return "sync of a file";
    case operation::make:
      return "making of a file";
    case operation::rename:
      return "renaming";
    case operation::remove:
      return "deletion";
    case operation::sync_directory:
      return "sync of a directory";
    case operation::read:
      return "read";
  }
  throw std::logic_error("no such operation");
}

const char* name_of(failure how) {
  switch (how) {
    case failure::io_error:
      return "EIO";
    case failure::no_space:
      return "ENOSPC";
    case failure::cut_short:
      return "cut short";
    case failure::torn:
      return "torn";
  }
  throw std::logic_error("no such failure");
}

class forgetful_disk::tracked_file : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  tracked_file(forgetful_disk& disk, std::unique_ptr<rocksdb::FSWritableFile> file, const std::string& name,
               std::shared_ptr<contents> of)
      : FSWritableFileOwnerWrapper(std::move(file)), disk_(disk), name_(name), contents_(std::move(of)) {}

  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return write_at(contents_->length, data, [&] { return FSWritableFileOwnerWrapper::Append(data, options, debug); });
  }
  IOStatus Append(const rocksdb::Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo& info,
                  IODebugContext* debug) override {
    return write_at(contents_->length, data,
                    [&] { return FSWritableFileOwnerWrapper::Append(data, options, info, debug); });
  }
  IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t at, const IOOptions& options,
                            IODebugContext* debug) override {
    return write_at(at, data, [&] { return FSWritableFileOwnerWrapper::PositionedAppend(data, at, options, debug); });
  }
  IOStatus PositionedAppend(const rocksdb::Slice& data, std::uint64_t at, const IOOptions& options,
                            const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
    return write_at(at, data,
                    [&] { return FSWritableFileOwnerWrapper::PositionedAppend(data, at, options, info, debug); });
  }
  /// Of what is written ahead, when a file is closed.
  IOStatus Truncate(std::uint64_t length, const IOOptions& options, IODebugContext* debug) override {
    return write_at(length, {}, [&] {
      const auto status = FSWritableFileOwnerWrapper::Truncate(length, options, debug);
      contents_->length = length;
      return status;
    });
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    return disk_.step(operation::sync, [&] {
      if (disk_.liar_.empty() || !name_.ends_with(disk_.liar_)) contents_->unsynced.clear();
      return IOStatus::OK();
    });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }
  // Hints to the kernel, which promise nothing.
  IOStatus RangeSync(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  /// What stands from there on is kept first: all of it where the file is cut.
  IOStatus write_at(std::uint64_t at, const rocksdb::Slice& data, const std::function<IOStatus()>& act) {
    return disk_.step(
        operation::write,
        [&] {
          remember(at, data.size());
          return act();
        },
        [&](failure how) {
          const std::size_t half = data.size() / 2;
          const bool is_first = how == failure::cut_short;
          const rocksdb::Slice part(data.data() + (is_first ? 0 : half), is_first ? half : data.size() - half);
          if (part.empty() || (!is_first && how != failure::torn)) return;
          const std::uint64_t part_at = at + (is_first ? 0 : half);
          remember(part_at, part.size());
          const auto written = target()->PositionedAppend(part, part_at, {}, nullptr);
          if (!written.ok()) throw std::logic_error("a write in part: " + written.ToString());
        });
  }

  void remember(std::uint64_t at, std::uint64_t bytes) {
    write one{at, bytes, {}};
    if (at < contents_->length) {
      one.before.resize(bytes == 0 ? contents_->length - at : std::min(bytes, contents_->length - at));
      std::ifstream in(name_, std::ios::binary);
      in.seekg(static_cast<std::streamoff>(at));
      in.read(one.before.data(), static_cast<std::streamsize>(one.before.size()));
    }
    contents_->unsynced.push_back(std::move(one));
    contents_->length = std::max(contents_->length, at + bytes);
  }

  forgetful_disk& disk_;
  const std::string name_;
  const std::shared_ptr<contents> contents_;
};

class forgetful_disk::tracked_directory : public rocksdb::FSDirectory {
 public:
  tracked_directory(forgetful_disk& disk, path name) : disk_(disk), name_(std::move(name)) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return disk_.step(operation::sync_directory, [&] {
      disk_.synced(name_);
      return IOStatus::OK();
    });
  }
  IOStatus Close(const IOOptions&, IODebugContext*) override { return IOStatus::OK(); }

 private:
  forgetful_disk& disk_;
  const path name_;
};

class forgetful_disk::read_file : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  read_file(forgetful_disk& disk, std::unique_ptr<rocksdb::FSSequentialFile> file)
      : FSSequentialFileOwnerWrapper(std::move(file)), disk_(disk) {}
  IOStatus Read(std::size_t bytes, const IOOptions& options, rocksdb::Slice* read, char* room,
                IODebugContext* debug) override {
    return disk_.read([&] { return FSSequentialFileOwnerWrapper::Read(bytes, options, read, room, debug); });
  }

 private:
  forgetful_disk& disk_;
};

class forgetful_disk::read_table : public rocksdb::FSRandomAccessFileOwnerWrapper {
 public:
  read_table(forgetful_disk& disk, std::unique_ptr<rocksdb::FSRandomAccessFile> file)
      : FSRandomAccessFileOwnerWrapper(std::move(file)), disk_(disk) {}
  IOStatus Read(std::uint64_t at, std::size_t bytes, const IOOptions& options, rocksdb::Slice* read, char* room,
                IODebugContext* debug) const override {
    return disk_.read([&] { return FSRandomAccessFileOwnerWrapper::Read(at, bytes, options, read, room, debug); });
  }
  IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count, const IOOptions& options,
                     IODebugContext* debug) override {
    for (std::size_t i = 0; i < count; ++i) {
      requests[i].status =
          Read(requests[i].offset, requests[i].len, options, &requests[i].result, requests[i].scratch, debug);
    }
    return IOStatus::OK();
  }

 private:
  forgetful_disk& disk_;
};

forgetful_disk::forgetful_disk(path attic)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), attic_(std::move(attic)) {
  std::filesystem::create_directories(attic_);
}

void forgetful_disk::stand_beside(const path& file) {
  const std::lock_guard lock(mutex_);
  besides_.push_back({file, {content_of(file)}});
}

void forgetful_disk::lose_power_after(std::uint64_t steps) {
  const std::lock_guard lock(mutex_);
  remember_besides();
  last_step_ = steps_ + steps;
  if (steps == 0) powered_ = false;
}

void forgetful_disk::lose_power() { lose_power_after(0); }

std::optional<std::uint64_t> forgetful_disk::steps_left() const {
  const std::lock_guard lock(mutex_);
  if (!last_step_) return std::nullopt;
  return *last_step_ - steps_;
}

bool forgetful_disk::has_power() const {
  const std::lock_guard lock(mutex_);
  return powered_;
}

std::uint64_t forgetful_disk::steps() const {
  const std::lock_guard lock(mutex_);
  return steps_;
}

std::uint64_t forgetful_disk::made(const std::string& suffix) const {
  const std::lock_guard lock(mutex_);
  const auto found = made_.find(suffix);
  return found == made_.end() ? 0 : found->second;
}

void forgetful_disk::fail(disk_fault fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
}

void forgetful_disk::mend() {
  const std::lock_guard lock(mutex_);
  fault_.reset();
}

bool forgetful_disk::has_failed() const {
  const std::lock_guard lock(mutex_);
  return has_failed_;
}

std::uint64_t forgetful_disk::done(operation what) const {
  const std::lock_guard lock(mutex_);
  const auto found = done_.find(what);
  return found == done_.end() ? 0 : found->second;
}

void forgetful_disk::come_back(survival what) {
  const std::lock_guard lock(mutex_);
  std::size_t kept_changes = changes_.size();
  if (what == survival::nothing) kept_changes = 0;
  if (what == survival::torn) kept_changes = changes_.size() / 2;
  while (changes_.size() > kept_changes) {
    undo(changes_.back());
    changes_.pop_back();
  }
  std::uint64_t last_made = 0;
  for (const auto& [file, of] : files_) last_made = std::max(last_made, of->made);
  for (const auto& [file, of] : files_) {
    const bool spared = what == survival::newest && of->made == last_made;
    forget(file, *of, spared ? survival::everything : what);
  }
  for (beside& one : besides_) {
    std::size_t found = one.contents.size() - 1;
    if (what == survival::nothing) found = 0;
    if (what == survival::torn) found /= 2;
    const auto content = one.contents[found];
    std::filesystem::remove(one.file);
    if (content) std::ofstream(one.file, std::ios::binary) << *content;
    one.contents = {content};
  }
  changes_.clear();
  files_.clear();  // what is left of them is as if it had been synced
  for (const auto& left : std::filesystem::directory_iterator(attic_)) std::filesystem::remove(left.path());
  last_step_.reset();
  powered_ = true;
}

namespace {

void overwrite(const std::filesystem::path& file, std::uint64_t at, std::string_view bytes) {
  std::fstream out(file, std::ios::binary | std::ios::in | std::ios::out);
  out.seekp(static_cast<std::streamoff>(at));
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

constexpr std::uint64_t page_bytes = 4096;

}  // namespace

/// Turns a file into what is left of it.
void forgetful_disk::forget(const path& file, const contents& of, survival what) const {
  if (of.unsynced.empty() || what == survival::everything) return;
  const auto undo_write = [&](const write& one) {
    overwrite(file, one.at, one.before);
    // Beyond what stood there before, there was nothing; or, of a cut, all that stood there.
    if (one.bytes > one.before.size()) std::filesystem::resize_file(file, one.at + one.before.size());
  };
  const write& last = of.unsynced.back();
  if (what == survival::torn) {
    const write half{last.at + last.bytes / 2, last.bytes - last.bytes / 2,
                     last.before.size() > last.bytes / 2 ? last.before.substr(last.bytes / 2) : ""};
    if (last.bytes > 0) undo_write(half);
    return;
  }
  if (what == survival::zeroed) {
    overwrite(file, last.at, std::string(last.bytes, '\0'));
    return;
  }
  const auto now = content_of(file).value();
  for (auto one = of.unsynced.rbegin(); one != of.unsynced.rend(); ++one) undo_write(*one);
  if (what != survival::odd_pages && what != survival::even_pages) return;
  // The length reached the disk, and every other page.
  std::filesystem::resize_file(file, now.size());
  for (std::uint64_t at = what == survival::odd_pages ? page_bytes : 0; at < now.size(); at += 2 * page_bytes) {
    overwrite(file, at, std::string_view(now).substr(at, page_bytes));
  }
}

IOStatus forgetful_disk::when_powered(const std::function<IOStatus()>& act) const {
  if (!has_power()) return no_power();
  return act();
}

/// The next operation of this kind begins: how it fails, if it does. `mutex_` is held.
std::optional<failure> forgetful_disk::fails_now(operation what) {
  const std::uint64_t now = ++done_[what];
  if (!fault_ || fault_->of != what || now < fault_->nth || (now > fault_->nth && !fault_->lasting))
    return std::nullopt;
  has_failed_ = true;
  return fault_->how;
}

IOStatus forgetful_disk::read(const std::function<IOStatus()>& act) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto how = fails_now(operation::read)) return failed(*how);
  }
  return act();
}

IOStatus forgetful_disk::step(operation what, const std::function<IOStatus()>& act,
                              const std::function<void(failure)>& act_in_part) {
  const std::lock_guard lock(mutex_);
  if (!powered_) return no_power();
  remember_besides();
  if (const auto how = fails_now(what)) {
    if (act_in_part) act_in_part(*how);
    return failed(*how);
  }
  const auto status = act();
  ++steps_;
  if (steps_ == last_step_) powered_ = false;
  return status;
}

void forgetful_disk::remember_besides() {
  for (beside& one : besides_) {
    auto now = content_of(one.file);
    if (now != one.contents.back()) one.contents.push_back(std::move(now));
  }
}

void forgetful_disk::synced(const path& directory) {
  std::erase_if(changes_, [&](const change& one) {
    if ((one.now ? *one.now : *one.before).parent_path() != directory) return false;
    if (one.kept) {
      files_.erase(*one.kept);
      std::filesystem::remove(*one.kept);
    }
    return true;
  });
  for (beside& one : besides_) {
    if (one.file.parent_path() != directory || !one.contents.back()) continue;
    std::erase_if(one.contents, [](const auto& content) { return !content; });
  }
}

forgetful_disk::path forgetful_disk::put_away(const path& file) {
  const path kept = attic_ / std::to_string(++put_away_);
  std::filesystem::rename(file, kept);
  const auto known = files_.extract(file);
  if (!known.empty()) files_[kept] = known.mapped();
  return kept;
}

void forgetful_disk::undo(const change& one) {
  const auto move = [this](const path& from, const path& to) {
    std::filesystem::rename(from, to);
    const auto known = files_.extract(from);
    if (!known.empty()) files_[to] = known.mapped();
  };
  if (one.now && one.before) move(*one.now, *one.before);
  if (one.now && !one.before) {
    std::filesystem::remove(*one.now);
    files_.erase(*one.now);
  }
  if (one.kept) move(*one.kept, one.now ? *one.now : *one.before);
}

bool forgetful_disk::is_diary(const path& file) { return file.filename().string().starts_with("LOG"); }

IOStatus forgetful_disk::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                         std::unique_ptr<rocksdb::FSWritableFile>* file, IODebugContext* debug) {
  if (is_diary(name)) return target()->NewWritableFile(name, options, file, debug);
  return step(operation::make, [&] {
    change made{std::nullopt, name, std::nullopt};
    if (std::filesystem::exists(name)) made.kept = put_away(name);
    const auto status = target()->NewWritableFile(name, options, file, debug);
    if (!status.ok()) return status;
    auto of = std::make_shared<contents>();
    of->made = ++files_made_;
    files_[name] = of;
    changes_.push_back(std::move(made));
    ++made_[path(name).extension()];
    *file = std::make_unique<tracked_file>(*this, std::move(*file), name, std::move(of));
    return status;
  });
}

IOStatus forgetful_disk::NewDirectory(const std::string& name, const IOOptions&,
                                      std::unique_ptr<rocksdb::FSDirectory>* directory, IODebugContext*) {
  return when_powered([&] {
    *directory = std::make_unique<tracked_directory>(*this, path(name + "/").parent_path());
    return IOStatus::OK();
  });
}

IOStatus forgetful_disk::RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                                    IODebugContext* debug) {
  if (is_diary(from)) return target()->RenameFile(from, to, options, debug);
  return step(operation::rename, [&] {
    change renamed{from, to, std::nullopt};
    if (std::filesystem::exists(to)) renamed.kept = put_away(to);
    const auto status = target()->RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    const auto known = files_.extract(from);
    if (!known.empty()) files_[to] = known.mapped();
    changes_.push_back(std::move(renamed));
    return status;
  });
}

IOStatus forgetful_disk::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) {
  if (is_diary(name) || !std::filesystem::exists(name)) return target()->DeleteFile(name, options, debug);
  return step(operation::remove, [&] {
    changes_.push_back({name, std::nullopt, put_away(name)});
    return IOStatus::OK();
  });
}

IOStatus forgetful_disk::NewSequentialFile(const std::string& name, const rocksdb::FileOptions& options,
                                           std::unique_ptr<rocksdb::FSSequentialFile>* file, IODebugContext* debug) {
  return when_powered([&] {
    auto status = target()->NewSequentialFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<read_file>(*this, std::move(*file));
    return status;
  });
}

IOStatus forgetful_disk::NewRandomAccessFile(const std::string& name, const rocksdb::FileOptions& options,
                                             std::unique_ptr<rocksdb::FSRandomAccessFile>* file,
                                             IODebugContext* debug) {
  return when_powered([&] {
    auto status = target()->NewRandomAccessFile(name, options, file, debug);
    if (status.ok()) *file = std::make_unique<read_table>(*this, std::move(*file));
    return status;
  });
}

IOStatus forgetful_disk::GetChildren(const std::string& directory, const IOOptions& options,
                                     std::vector<std::string>* names, IODebugContext* debug) {
  return when_powered([&] { return target()->GetChildren(directory, options, names, debug); });
}

IOStatus forgetful_disk::ReopenWritableFile(const std::string&, const rocksdb::FileOptions&,
                                            std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("the test's disk only appends to new files");
}

IOStatus forgetful_disk::ReuseWritableFile(const std::string&, const std::string&, const rocksdb::FileOptions&,
                                           std::unique_ptr<rocksdb::FSWritableFile>*, IODebugContext*) {
  return IOStatus::NotSupported("the test's disk only appends to new files");
}

IOStatus forgetful_disk::NewRandomRWFile(const std::string&, const rocksdb::FileOptions&,
                                         std::unique_ptr<rocksdb::FSRandomRWFile>*, IODebugContext*) {
  return IOStatus::NotSupported("the test's disk only appends");
}

IOStatus forgetful_disk::LinkFile(const std::string&, const std::string&, const IOOptions&, IODebugContext*) {
  return IOStatus::NotSupported("the test's disk makes no links");
}

}  // namespace weir::testing
