#include "backup/service.hpp"

#include <algorithm>

#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include "backup/files.hpp"
#include "base/scheduling.hpp"
#include "log/log_rows.hpp"

namespace weir::backup {
namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point then) { return std::chrono::duration<double>(steady::now() - then).count(); }

}  // namespace

/// A copy in a folder of the data directory.
class service::local_source : public source {
 public:
  local_source(service& of, std::filesystem::path folder, description what)
      : of_(of), folder_(std::move(folder)), what_(std::move(what)) {}
  [[nodiscard]] const description& what() const override { return what_; }
  [[nodiscard]] result<std::string> digest_of(const copied_file& file) override {
    return of_.digest_of(folder_ / file.name);
  }
  [[nodiscard]] result<> read(const copied_file& file, const std::function<result<>(std::string_view)>& take) override {
    return read_pieces(folder_ / file.name, 0, take);
  }

 private:
  service& of_;
  const std::filesystem::path folder_;
  const description what_;
};

service::service(store& of, const log_identity& log, service_options options)
    : store_(of), log_(log), options_(std::move(options)) {
  state_.has_directory = !options_.directory.empty();
  std::error_code ec;
  std::filesystem::remove_all(copies(), ec);  // of a process that was killed
  if (ec) spdlog::warn("cannot remove {}: {}", copies().string(), ec.message());
  thread_ = std::thread([this] { run(); });
}

service::~service() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
  std::error_code ignored;  // the next start removes what is left
  std::filesystem::remove_all(copies(), ignored);
}

service::status service::state() const {
  const std::lock_guard lock(mutex_);
  status now = state_;
  if (copy_) now.copy = copy_->what.id;
  return now;
}

void service::post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  wake_.notify_all();
}

/// To be called with the lock held.
error service::busy() const {
  if (state_.running_since) {
    return {errc::in_use, "A backup has been running since " + to_rfc3339(*state_.running_since).value_or("") + "."};
  }
  return {errc::in_use, "A client is taking a backup. It ends when the client does, at the latest " +
                            std::to_string(options_.lease.count()) + " s after the client's last request."};
}

void service::run() {
  use_batch_scheduling();
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto something = [this] { return stop_ || !jobs_.empty(); };
    if (copy_) {
      const auto ends = copy_->used + options_.lease;
      if (!wake_.wait_until(lock, ends, something)) {
        if (copy_ && steady::now() >= copy_->used + options_.lease) {
          const std::string id = copy_->what.id;
          copy_.reset();
          ++state_.failures;
          state_.last_failure = failure{wall_clock_now(), "the client that took the backup is gone"};
          lock.unlock();
          spdlog::warn("a client began to take backup {} and is gone: the copy is removed", id);
          remove(id);
          lock.lock();
        }
        continue;
      }
    } else {
      wake_.wait(lock, something);
    }
    if (jobs_.empty()) return;  // stopped
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

result<description> service::make_copy(const std::filesystem::path& to) {
  if (stop_) return error{errc::unavailable, "The server is stopping."};
  if (auto made = make_folder(copies()); !made) return made.error();
  description made;
  std::optional<error> fault;
  steady::time_point paused;
  const auto copied = store_.copy_to(to, [&] {
    paused = steady::now();
    const auto head = log_rows(store_).last_commit();
    if (head) {
      made.head = *head;
    } else {
      fault = head.error();
    }
  });
  if (!copied) return copied.error();
  const double pause = seconds_since(paused);
  if (fault) return *fault;
  {
    const std::lock_guard lock(mutex_);
    state_.last_pause_seconds = pause;
  }
  made.made_at = wall_clock_now();
  made.made_by = options_.version;
  made.id = new_id(made.head, made.made_at);
  made.log = log_;
  std::error_code ec;
  for (std::filesystem::directory_iterator each(to, ec), end; !ec && each != end; each.increment(ec)) {
    made.files.push_back({each->path().filename().string(), each->file_size(ec), {}});
  }
  if (ec) return error{errc::io, "cannot read " + to.string() + ": " + ec.message()};
  std::sort(made.files.begin(), made.files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return made;
}

result<> service::begin() {
  {
    const std::lock_guard lock(mutex_);
    if (!state_.has_directory) {
      return error{errc::not_found,
                   "This server has no directory for backups: its operator gives one with --backup-dir. `weir backup "
                   "--url URL --to DIR` takes a backup to another machine."};
    }
    if (state_.running_since || copying_ || copy_) return busy();
    state_.running_since = wall_clock_now();
    state_.done_bytes = state_.all_bytes = 0;
  }
  post([this] { back_up(); });
  return {};
}

void service::back_up() {
  const auto begun = steady::now();
  const auto folder = copies() / "own";
  const auto copied = make_copy(folder);
  result<set::written> done = error{errc::io, ""};
  if (copied) {
    local_source from(*this, folder, *copied);
    set::writing how;
    how.bytes_per_second = options_.bytes_per_second;
    how.keep = options_.keep;
    how.stop = &stop_;
    how.progress = [this](std::uint64_t bytes, std::uint64_t all) {
      const std::lock_guard lock(mutex_);
      state_.done_bytes = bytes;
      state_.all_bytes = all;
    };
    done = set(options_.directory).write(from, how);
  } else {
    done = copied.error();
  }
  std::error_code ignored;  // the next copy or start removes what is left
  std::filesystem::remove_all(folder, ignored);

  const std::lock_guard lock(mutex_);
  state_.running_since.reset();
  if (!done) {
    ++state_.failures;
    state_.last_failure = failure{wall_clock_now(), done.error().detail};
    spdlog::error("the backup to {} failed: {}", options_.directory.string(), done.error().detail);
    return;
  }
  ++state_.successes;
  state_.last_failure.reset();
  state_.last = success{
      done->what.id, done->what.head, wall_clock_now(), seconds_since(begun), done->what.bytes(), done->new_bytes,
      false};
  spdlog::info("backup {} is complete: position {}, {} bytes, of which {} are new; {} earlier ones were removed",
               done->what.id, done->what.head.last.value, done->what.bytes(), done->new_bytes, done->removed);
}

void service::begin_copy(std::function<void(result<description>)> done) {
  {
    const std::lock_guard lock(mutex_);
    if (state_.running_since || copying_ || copy_) {
      jobs_.push_back([done = std::move(done), why = busy()] { done(why); });
      wake_.notify_all();
      return;
    }
    copying_ = true;
  }
  post([this, done = std::move(done)] {
    const auto begun = steady::now();
    const auto folder = copies() / "client";
    std::error_code ignored;  // make_copy() says what is in the way
    std::filesystem::remove_all(folder, ignored);
    auto made = make_copy(folder);
    if (made) {
      std::error_code ec;
      std::filesystem::rename(folder, copies() / made->id, ec);
      if (ec) made = error{errc::io, "cannot rename " + folder.string() + ": " + ec.message()};
    }
    {
      const std::lock_guard lock(mutex_);
      copying_ = false;
      if (made) {
        copy_ = client_copy{*made, steady::now(), begun};
      } else {
        ++state_.failures;
        state_.last_failure = failure{wall_clock_now(), made.error().detail};
      }
    }
    if (!made) spdlog::error("cannot make a copy for a backup: {}", made.error().detail);
    done(std::move(made));
  });
}

void service::find_file(std::string id, std::string name, std::function<void(result<found_file>)> done) {
  post([this, id = std::move(id), name = std::move(name), done = std::move(done)] {
    copied_file found;
    {
      const std::lock_guard lock(mutex_);
      if (!copy_ || copy_->what.id != id) {
        return done(error{errc::not_found, "There is no copy " + id + ": it was ended, or was not used for too long."});
      }
      copy_->used = steady::now();
      const auto& all = copy_->what.files;
      const auto at = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.name == name; });
      if (at == all.end()) return done(error{errc::not_found, "The copy has no file " + name + "."});
      found = *at;
    }
    const auto path = copies() / id / name;
    auto digest = digest_of(path);
    if (!digest) return done(digest.error());
    found.digest = std::move(*digest);
    done(found_file{path, std::move(found)});
  });
}

void service::renew(std::string_view id) {
  const std::lock_guard lock(mutex_);
  if (copy_ && copy_->what.id == id) copy_->used = steady::now();
}

result<> service::end_copy(std::string_view id, bool complete) {
  {
    const std::lock_guard lock(mutex_);
    if (!copy_ || copy_->what.id != id) {
      return error{errc::not_found,
                   "There is no copy " + std::string(id) + ": it was ended, or was not used for too long."};
    }
    if (complete) {
      ++state_.successes;
      state_.last_failure.reset();
      state_.last = success{copy_->what.id,
                            copy_->what.head,
                            wall_clock_now(),
                            seconds_since(copy_->begun),
                            copy_->what.bytes(),
                            0,
                            true};
    } else {
      ++state_.failures;
      state_.last_failure = failure{wall_clock_now(), "the client that took the backup gave it up"};
    }
    copy_.reset();
  }
  remove(std::string(id));
  return {};
}

void service::remove(const std::string& id) const {
  std::error_code ec;
  std::filesystem::remove_all(copies() / id, ec);
  if (ec) spdlog::warn("cannot remove {}: {}", (copies() / id).string(), ec.message());
}

result<std::string> service::digest_of(const std::filesystem::path& file) {
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0) return file_error("look at", file);
  const std::string key = file.filename().string() + " " + std::to_string(about.st_ino) + " " +
                          std::to_string(about.st_size) + " " + std::to_string(about.st_mtim.tv_sec) + "." +
                          std::to_string(about.st_mtim.tv_nsec);
  if (const auto known = digests_.find(key); known != digests_.end()) return known->second;
  constexpr std::size_t digests_max = 100'000;
  if (digests_.size() >= digests_max) digests_.clear();
  auto made = digest_of_file(file);
  if (made) digests_.emplace(key, *made);
  return made;
}

}  // namespace weir::backup
