#include "server/restoration.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "backup/archive.hpp"
#include "backup/files.hpp"
#include "backup/set.hpp"
#include "base/ids.hpp"
#include "log/log_rows.hpp"
#include "server/descriptors.hpp"
#include "server/restored_keys.hpp"
#include "server/storage.hpp"
#include "state/view_builder.hpp"
#include "store/directory_lock.hpp"
#include "verify/stored_schema.hpp"
#include "verify/verify_store.hpp"

namespace weir {
namespace {

using backup::description;
using backup::hexadecimal;

using progress_function = std::function<void(std::string_view doing, std::uint64_t done, std::uint64_t all)>;

/// Calls it with the commits after a number, in order, until it returns false.
using take_commit = std::function<result<bool>(sealed_commit one)>;

std::string described(const log_head& head) {
  return "position " + std::to_string(head.last.value) + " (commit " + std::to_string(head.number) + " of " +
         to_rfc3339(head.committed_at).value_or("") + ")";
}

/// Where commits can be read from.
class commit_source {
 public:
  virtual ~commit_source() = default;
  [[nodiscard]] virtual result<> read(std::uint64_t after, const take_commit& take) const = 0;
  [[nodiscard]] virtual const log_identity& log() const = 0;
  [[nodiscard]] virtual const std::string& schema() const = 0;
};

class archived_commits : public commit_source {
 public:
  archived_commits(backup::archive in, backup::stream_beginning beginning)
      : in_(std::move(in)), beginning_(std::move(beginning)) {}
  [[nodiscard]] result<> read(std::uint64_t after, const take_commit& take) const override {
    return in_.read(after, take);
  }
  [[nodiscard]] const log_identity& log() const override { return beginning_.log; }
  [[nodiscard]] const std::string& schema() const override { return beginning_.schema; }

 private:
  const backup::archive in_;
  const backup::stream_beginning beginning_;
};

/// The event log in a backup, which is opened beside the data that is restored.
class commits_of_backup : public commit_source {
 public:
  static result<std::unique_ptr<commits_of_backup>> open(const backup::set& in, const description& which,
                                                         const std::filesystem::path& directory) {
    if (auto laid_out = backup::lay_out(in, which, directory, true, [](auto) {}); !laid_out) return laid_out.error();
    store_options options;
    options.directory = directory;
    options.families = applied_state::families();
    options.open_files_max = files_of_store_alone();
    auto opened = store::open_to_read(options);
    if (!opened) return opened.error();
    auto schema = stored_schema_text(**opened);
    if (!schema) return schema.error();
    std::unique_ptr<commits_of_backup> made(new commits_of_backup(std::move(*opened), std::move(*schema), which));
    return made;
  }

  [[nodiscard]] result<> read(std::uint64_t after, const take_commit& take) const override {
    constexpr std::size_t commits_max = 1'000, bytes_max = 4u << 20;
    const log_rows rows(*store_);
    while (after < which_.head.number) {
      auto some = rows.read_commits(after, which_.head.number, commits_max, bytes_max);
      if (!some) return some.error();
      for (std::string& bytes : *some) {
        auto one = read_commit(std::move(bytes));
        if (!one) return one.error();
        ++after;
        const auto taken = take(std::move(*one));
        if (!taken) return taken.error();
        if (!*taken) return {};
      }
    }
    return {};
  }
  [[nodiscard]] const log_identity& log() const override { return which_.log; }
  [[nodiscard]] const std::string& schema() const override { return schema_; }

 private:
  commits_of_backup(std::unique_ptr<store> opened, std::string schema, description which)
      : store_(std::move(opened)), schema_(std::move(schema)), which_(std::move(which)) {}
  const std::unique_ptr<store> store_;
  const std::string schema_;
  const description which_;
};

/// Finds the commit that a target means among heads that are looked at in order.
class search {
 public:
  search(const restore_target& target, std::optional<log_head> before) : target_(target), best_(std::move(before)) {}

  /// False: no later head can be it.
  bool look_at(const log_head& head) {
    if (is_after(head)) {
      beyond_ = head;
      return false;
    }
    const auto* by_hash = std::get_if<restore_target::at_hash>(&target_.moment);
    last_ = head;
    if (by_hash == nullptr || by_hash->hash == head.hash) best_ = head;
    return by_hash == nullptr || !best_;
  }

  [[nodiscard]] const std::optional<log_head>& best() const { return best_; }
  [[nodiscard]] const std::optional<log_head>& beyond() const { return beyond_; }

  /// Whether a head is later than the target. By hash nobody knows.
  [[nodiscard]] bool is_after(const log_head& head) const {
    struct {
      const log_head& head;
      bool operator()(const restore_target::end&) const { return false; }
      bool operator()(const restore_target::at_position& to) const { return to.at < head.last; }
      bool operator()(const restore_target::at_time& to) const { return to.at < head.committed_at; }
      bool operator()(const restore_target::at_hash&) const { return false; }
    } visitor{head};
    return std::visit(visitor, target_.moment);
  }

 private:
  const restore_target& target_;
  std::optional<log_head> best_, beyond_, last_;
};

/// The directory in which everything is made. It is removed with this object.
class workshop {
 public:
  static result<std::unique_ptr<workshop>> open(const std::filesystem::path& data) {
    const auto itself = data.has_filename() ? data : data.parent_path();
    const std::filesystem::path directory = itself.string() + ".unfinished";
    std::error_code ec;
    if (std::filesystem::exists(directory, ec) && !std::filesystem::exists(directory / marker, ec)) {
      return error{errc::invalid, directory.string() + " is in the way, and no restore has made it: rename it"};
    }
    if (auto made = backup::make_folder(directory); !made) return made.error();
    auto lock = directory_lock::take(directory);
    if (!lock) {
      if (lock.error().code != errc::in_use) return lock.error();
      return error{errc::in_use, "another restore to " + itself.string() + " is running"};
    }
    if (auto marked = backup::write_whole(directory / marker, "weir restore works here\n"); !marked) {
      return marked.error();
    }
    for (const char* left : {"data", "source", "scratch"}) std::filesystem::remove_all(directory / left, ec);
    if (ec) return error{errc::io, "cannot clear " + directory.string() + ": " + ec.message()};
    return std::unique_ptr<workshop>(new workshop(directory, std::move(*lock)));
  }
  ~workshop() {
    std::error_code ignored;  // the next restore clears it
    std::filesystem::remove_all(directory_ / "data", ignored);
    std::filesystem::remove_all(directory_, ignored);
  }
  workshop(const workshop&) = delete;
  workshop& operator=(const workshop&) = delete;

  [[nodiscard]] std::filesystem::path data() const { return directory_ / "data"; }
  [[nodiscard]] std::filesystem::path source() const { return directory_ / "source"; }
  [[nodiscard]] std::filesystem::path scratch() const { return directory_ / "scratch"; }

 private:
  static constexpr const char* marker = "restoring";
  workshop(std::filesystem::path directory, std::unique_ptr<directory_lock> lock)
      : directory_(std::move(directory)), lock_(std::move(lock)) {}
  const std::filesystem::path directory_;
  const std::unique_ptr<directory_lock> lock_;
};

/// Reads commits on a thread of its own while others are applied: a few groups ahead.
class commits_ahead {
 public:
  commits_ahead(const commit_source& from, std::uint64_t after, std::uint64_t last)
      : thread_([this, &from, after, last] { read(from, after, last); }) {}
  ~commits_ahead() {
    {
      const std::lock_guard lock(mutex_);
      is_given_up_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  commits_ahead(const commits_ahead&) = delete;
  commits_ahead& operator=(const commits_ahead&) = delete;

  using group = std::vector<sealed_commit>;
  /// The next commits; none at the end.
  result<group> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !groups_.empty() || ended_; });
    if (!groups_.empty()) {
      group first = std::move(groups_.front());
      groups_.pop_front();
      changed_.notify_all();
      return first;
    }
    if (!*ended_) return ended_->error();
    return group{};
  }

 private:
  static constexpr std::size_t groups_max = 4, group_events = 2'000, group_bytes = 4u << 20, group_commits = 1'000;

  void read(const commit_source& from, std::uint64_t after, std::uint64_t last) {
    group now;
    std::size_t events = 0, bytes = 0;
    auto ended = from.read(after, [&](sealed_commit one) -> result<bool> {
      const bool is_last = one.value.number == last;
      events += one.value.events.size();
      bytes += one.bytes.size();
      now.push_back(std::move(one));
      if (is_last || events >= group_events || bytes >= group_bytes || now.size() >= group_commits) {
        if (!put(std::move(now))) return false;
        now = {};
        events = bytes = 0;
      }
      return !is_last;
    });
    const std::lock_guard lock(mutex_);
    ended_ = std::move(ended);
    changed_.notify_all();
  }
  bool put(group full) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return groups_.size() < groups_max || is_given_up_; });
    if (is_given_up_) return false;
    groups_.push_back(std::move(full));
    changed_.notify_all();
    return true;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<group> groups_;  ///< guarded by mutex_, as are the next ones
  std::optional<result<>> ended_;
  bool is_given_up_ = false;
  std::thread thread_;  // last
};

/// Brings the rows of a family up to the end of the event log.
result<view_family> advance_to_end(view_builder& builder, view_family family, position end) {
  while (family.checkpoint && *family.checkpoint < end) {
    const auto part = builder.read(*family.checkpoint);
    if (!part) return part.error();
    const auto advanced = builder.advance(family, *part);
    if (advanced.stop) {
      return error{errc::corrupt, "the rows of " + family.name + " cannot be made: position " +
                                      std::to_string(advanced.stop->at.value) + ": " + advanced.stop->why.detail};
    }
    family.checkpoint = advanced.reached;
  }
  return family;
}

/// Views that commits do not update: async ones, and those that are being built.
result<> bring_views_up(applied_state& state) {
  for (const domain& each : state.domains().domains()) {
    for (const projection_type& projection : each.projections) {
      view_builder builder(state, each, projection);
      const auto work = state.views().work_for(projection);
      for (const auto& family : {work.serving, work.building}) {
        if (!family) continue;
        auto reached = advance_to_end(builder, *family, state.last());
        if (!reached) return reached.error();
        if (family->serving) continue;
        const auto promoted = builder.promote(*reached);
        if (const auto* fault = std::get_if<view_builder::fault>(&promoted)) return fault->why;
      }
    }
  }
  return {};
}

/// Whether the next start of a server finds what was asked for.
result<> check_start(const storage& in, const log_head& expected) {
  if (in.log->head() != expected) {
    return error{errc::corrupt, "the restored event log ends at " + described(in.log->head()) + ", not at " +
                                    described(expected) + ", or has another hash"};
  }
  const auto at_end = in.store->take_snapshot();
  for (const domain& each : in.state->domains().domains()) {
    for (const projection_type& projection : each.projections) {
      const auto work = in.state->views().work_for(projection);
      if (work.building) return error{errc::corrupt, "the view " + projection.name + " is not whole"};
      if (!work.serving) continue;
      const auto reached = view_registry::checkpoint_of(*in.store, work.serving->name, at_end);
      if (!reached) return reached.error();
      if (*reached && **reached != expected.last) {
        return error{errc::corrupt, "the view " + projection.name + " is at position " +
                                        std::to_string((*reached)->value) + ", not at the end"};
      }
    }
  }
  return {};
}

/// Reads everything back, as weir verify does.
result<> verify_restored(const std::filesystem::path& data, const catalog& domains,
                         const std::filesystem::path& scratch, const progress_function& progress) {
  verification_options options;
  options.threads = std::max(1u, std::thread::hardware_concurrency());
  options.scratch = scratch;
  options.open_files_max = files_of_store_alone();
  std::mutex telling;
  options.progress = [&](const verification_progress& now) {
    const std::lock_guard lock(telling);
    progress("verified", now.done, now.total);
  };
  const auto report = verify_directory(data, domains, options);
  if (!report) return report.error();
  if (report->is_sound()) return {};
  std::string text =
      "what was restored is not sound, and was removed; " + std::to_string(report->faults_found) + " faults:";
  for (const store_fault& each : report->faults) text += "\n  " + each.family + ": " + each.what;
  return error{errc::corrupt, std::move(text)};
}

class restoration {
 public:
  restoration(const restore_settings& settings, const catalog& domains, const progress_function& progress)
      : settings_(settings), domains_(domains), progress_(progress), set_(settings.from) {}

  result<restored> run() {
    if (auto checked = check_target_directory(); !checked) return checked.error();
    if (auto found = find_sources(); !found) return found.error();
    if (auto chosen = choose(); !chosen) return chosen.error();
    if (base_) {
      auto checked = set_.check(*base_, [this](std::uint64_t done) { progress_("checked", done, base_->bytes()); });
      if (!checked) return checked.error();
    }
    if (auto made = make(); !made) return made.error();
    return std::move(done_);
  }

 private:
  [[nodiscard]] result<> check_target_directory() const {
    std::error_code ec;
    if (!std::filesystem::exists(settings_.data, ec)) return {};
    if (std::filesystem::is_directory(settings_.data, ec) && std::filesystem::is_empty(settings_.data, ec)) return {};
    return error{errc::invalid,
                 settings_.data.string() +
                     " is there and not empty: nothing is overwritten. Restore to another directory, and "
                     "rename both"};
  }

  /// Which backups and which archive there are, of one event log.
  [[nodiscard]] result<> find_sources() {
    std::optional<log_identity> newest;
    if (!settings_.archive.empty()) {
      const backup::archive in(settings_.archive);
      auto beginning = in.beginning();
      if (!beginning) return beginning.error();
      const auto first = in.first();
      if (!first) return first.error();
      archive_first_ = *first;
      newest = beginning->log;
      archive_ = std::make_unique<archived_commits>(in, std::move(*beginning));
    }
    if (settings_.from.empty()) {
      if (archive_) return {};
      return error{errc::invalid, "there is nothing to restore from: give --from, or --archive, or both"};
    }
    auto listed = set_.list();
    if (!listed) return listed.error();
    if (!settings_.backup.empty()) {
      const auto named = std::find_if(listed->begin(), listed->end(),
                                      [this](const auto& each) { return each.id == settings_.backup; });
      if (named == listed->end()) {
        std::string ids;
        for (const description& each : *listed) ids += "\n  " + each.id + ": " + described(each.head);
        return error{errc::not_found, "there is no backup " + settings_.backup + " in " + settings_.from.string() +
                                          "; there are:" + ids};
      }
      listed = std::vector<description>{*named};
    }
    if (!newest) {
      newest = std::max_element(listed->begin(), listed->end(), [](const auto& a, const auto& b) {
                 return a.made_at < b.made_at;
               })->log;
    }
    for (description& each : *listed) {
      if (each.log.id != newest->id) {
        return error{errc::invalid, "the backup " + each.id + " is of another event log than " +
                                        (archive_ ? "the archive" : "later backups") + ": " + each.log.id + " and " +
                                        newest->id};
      }
      if (backup::continues(*newest, each.log, each.head.last)) {
        backups_.push_back(std::move(each));
      } else {
        done_.notes.push_back("the backup " + each.id +
                              " was not used: it holds history that was given up when the log "
                              "was restored to an earlier moment. --backup " +
                              each.id + " uses it");
      }
    }
    std::sort(backups_.begin(), backups_.end(),
              [](const auto& a, const auto& b) { return a.head.number < b.head.number; });
    return {};
  }

  /// The newest backup that is not after the target.
  [[nodiscard]] const description* base_for(const std::function<bool(const log_head&)>& is_after) const {
    const description* found = nullptr;
    for (const description& each : backups_) {
      if (!is_after(each.head)) found = &each;
    }
    return found;
  }

  /// Finds the commit that is meant, and from what it can be made.
  [[nodiscard]] result<> choose() {
    if (std::holds_alternative<restore_target::at_hash>(settings_.to.moment)) return choose_by_hash();
    search looking(settings_.to, std::nullopt);
    base_ = base_for([&](const log_head& head) { return looking.is_after(head); });
    search from_base(settings_.to, base_ ? std::optional(base_->head) : std::nullopt);
    const std::uint64_t after = base_ ? base_->head.number : 0;
    const description* later = nullptr;
    for (const description& each : backups_) {
      if (later == nullptr && each.head.number > after) later = &each;
    }
    if (archive_ && archive_first_ <= after + 1) {
      if (auto looked = look(*archive_, after, from_base); !looked) return looked;
      log_ = archive_.get();
    }
    if (!from_base.beyond() && later != nullptr) {
      // The archive does not reach so far, or there is none: the log is in the later backup too.
      if (auto opened = open_log_of(*later); !opened) return opened;
      if (auto looked = look(*log_, after, from_base); !looked) return looked;
    }
    if (!from_base.best()) return nothing_there(from_base);
    target_ = *from_base.best();
    if (auto right = check_found(from_base); !right) return right;
    if (target_.number == after) log_ = nullptr;
    return {};
  }

  [[nodiscard]] result<> choose_by_hash() {
    const auto& hash = std::get<restore_target::at_hash>(settings_.to.moment).hash;
    std::optional<log_head> found;
    for (const description& each : backups_) {
      if (each.head.hash == hash) found = each.head;
    }
    search looking(settings_.to, std::nullopt);
    if (!found && archive_) {
      if (auto looked = look(*archive_, archive_first_ - 1, looking); !looked) return looked;
      found = looking.best();
      log_ = archive_.get();
    }
    if (!found && !backups_.empty()) {
      if (auto opened = open_log_of(backups_.back()); !opened) return opened;
      if (auto looked = look(*log_, 0, looking); !looked) return looked;
      found = looking.best();
    }
    if (!found) {
      return error{errc::invalid, "no commit has the hash " + hexadecimal(hash) +
                                      " in what is given. GET /log, the "
                                      "lines of weir backup and weir archive show such hashes"};
    }
    target_ = *found;
    base_ = base_for([this](const log_head& head) { return target_.number < head.number; });
    const std::uint64_t after = base_ ? base_->head.number : 0;
    if (after == target_.number) {
      log_ = nullptr;
    } else if (log_ == archive_.get() && archive_first_ > after + 1) {
      return gap(after);
    }
    return {};
  }

  [[nodiscard]] result<> look(const commit_source& in, std::uint64_t after, search& with) const {
    std::uint64_t seen = 0;
    return in.read(after, [&](const sealed_commit& one) -> result<bool> {
      if (++seen % 1'000 == 0) progress_("looked through", seen, 0);
      return with.look_at(one.head());
    });
  }

  [[nodiscard]] result<> open_log_of(const description& which) {
    if (auto checked = set_.check(which, [&](std::uint64_t done) { progress_("checked", done, which.bytes()); });
        !checked) {
      return checked;
    }
    if (auto ready = open_workshop(); !ready) return ready;
    auto opened = commits_of_backup::open(set_, which, workshop_->source());
    if (!opened) return opened.error();
    backup_log_ = std::move(*opened);
    log_ = backup_log_.get();
    return {};
  }

  [[nodiscard]] result<> open_workshop() {
    if (workshop_) return {};
    auto opened = workshop::open(settings_.data);
    if (!opened) return opened.error();
    workshop_ = std::move(*opened);
    return {};
  }

  [[nodiscard]] error gap(std::uint64_t after) const {
    std::string text =
        "commits are missing: the archive begins with commit " + std::to_string(archive_first_) + ", and ";
    text += base_ ? "the newest backup that is not after the target, " + base_->id + ", ends with commit " +
                        std::to_string(after)
                  : std::string("there is no backup that is not after the target");
    text += ". Give the backups or the archive that have commits " + std::to_string(after + 1) + " to " +
            std::to_string(archive_first_ - 1);
    return {errc::not_found, std::move(text)};
  }

  [[nodiscard]] error nothing_there(const search& found) const {
    if (archive_ && archive_first_ > 1) return gap(0);
    if (found.beyond()) {
      return {errc::invalid, "the target is before the first commit, which ends at " + described(*found.beyond())};
    }
    return {errc::invalid, "there is no commit in what is given"};
  }

  /// Whether the commit that was found is the one that is meant.
  [[nodiscard]] result<> check_found(const search& found) {
    const std::uint64_t after = base_ ? base_->head.number : 0;
    const bool is_gap = archive_ && archive_first_ > after + 1 && !found.beyond();
    if (const auto* to = std::get_if<restore_target::at_position>(&settings_.to.moment)) {
      if (target_.last == to->at) return {};
      if (found.beyond()) {
        return error{errc::invalid, "position " + std::to_string(to->at.value) +
                                        " is inside a commit, and a commit is there whole or not at all. Restore to " +
                                        "position " + std::to_string(target_.last.value) + " or " +
                                        std::to_string(found.beyond()->last.value)};
      }
      if (is_gap) return gap(after);
      return error{errc::invalid, "position " + std::to_string(to->at.value) +
                                      " is not in what is given: that ends at " + described(target_)};
    }
    if (is_gap) return gap(after);
    if (std::holds_alternative<restore_target::at_time>(settings_.to.moment) && !found.beyond()) {
      done_.notes.push_back("what is given ends at " + described(target_) +
                            ", before the target: if there were later commits, they are missing");
    }
    return {};
  }

  [[nodiscard]] result<storage> open_data() const {
    serve_settings opening;
    opening.data = workshop_->data();
    return open_storage(opening, files_of_store_alone(), domains_, [](position, position) { return true; });
  }

  [[nodiscard]] result<> make() {
    if (auto ready = open_workshop(); !ready) return ready;
    if (base_) {
      auto copied = backup::lay_out(set_, *base_, workshop_->data(), false,
                                    [this](std::uint64_t done) { progress_("copied", done, base_->bytes()); });
      if (!copied) return copied;
      done_.backup = base_->id;
    }
    if (auto ready = prepare_keys(); !ready) return ready;
    if (auto replayed = replay(); !replayed) return replayed;
    {
      // As the next start of a server sees it.
      const auto opened = open_data();
      if (!opened) return opened.error();
      if (auto checked = check_start(*opened, target_); !checked) return checked;
      if (auto flushed = opened->store->flush(); !flushed) return flushed;
    }
    if (auto made = backup::make_folder(workshop_->scratch()); !made) return made;
    if (auto verified = verify_restored(workshop_->data(), domains_, workshop_->scratch(), progress_); !verified) {
      return verified;
    }
    backup_log_.reset();
    if (auto synced = sync_all(workshop_->data()); !synced) return synced;
    const auto to = settings_.data.has_filename() ? settings_.data : settings_.data.parent_path();
    if (std::rename(workshop_->data().c_str(), to.c_str()) != 0) return backup::file_error("rename to", to);
    done_.head = target_;
    const auto parent = to.parent_path();
    return backup::sync_folder(parent.empty() ? std::filesystem::path(".") : parent);
  }

  [[nodiscard]] result<> prepare_keys() const {
    if (settings_.keys.empty()) return domains_.is_personal() ? need_no_keys(workshop_->data()) : result<>{};
    return copy_keys(settings_.keys, workshop_->data());
  }

  /// Applies the commits behind the backup, and names the branch.
  [[nodiscard]] result<> replay() {
    const auto opened = open_data();
    if (!opened) return opened.error();
    applied_state& state = *opened->state;
    const log_head begun = state.applied();
    if (log_ != nullptr) {
      commits_ahead ahead(*log_, begun.number, target_.number);
      for (;;) {
        const auto group = ahead.next();
        if (!group) return group.error();
        if (group->empty()) break;
        if (settings_.keys.empty()) {
          if (auto needs_none = need_no_keys(*group); !needs_none) return needs_none;
        }
        if (auto applied = state.apply(*group); !applied) {
          return error{errc::corrupt, "the commits behind " + described(state.applied()) +
                                          " cannot be applied: " + applied.error().detail};
        }
        progress_("applied", state.applied().number - begun.number, target_.number - begun.number);
      }
    }
    done_.replayed = state.applied().number - begun.number;
    if (auto views = bring_views_up(state); !views) return views;
    done_.log = log_ != nullptr ? log_->log() : base_->log;
    if (auto left = leave_later_branches(log_rows(*opened->store)); !left) return left;
    const timestamp now = wall_clock_now();
    done_.log.branches.push_back({uuid_text(new_uuid(now)), target_.last, target_.hash, now});
    auto changes = opened->store->begin();
    put_log_identity(*opened->store, changes, done_.log);
    if (!settings_.keys.empty()) leave_given_keys(changes, state);
    if (!base_ && !log_->schema().empty()) put_stored_schema_text(*opened->store, changes, log_->schema());
    if (auto written = opened->store->write(changes, store::durability::durable); !written) return written;
    return opened->store->flush();
  }

  /// Of the log's branches those that begin behind the target are no part of what is restored.
  [[nodiscard]] result<> leave_later_branches(const log_rows& restored) {
    // One that begins at the target's position may begin with a later commit, which has no events.
    std::vector<std::string> hashes;
    for (std::uint64_t number = target_.number; number > 0; --number) {
      auto bytes = restored.read_commits(number - 1, number, 1, 1);
      if (!bytes) return bytes.error();
      result<sealed_commit> one = bytes->empty()
                                      ? error{errc::corrupt, "commit " + std::to_string(number) + " is missing"}
                                      : read_commit(std::move(bytes->front()));
      if (!one) return one.error();
      if (one->head().last < target_.last) break;
      hashes.push_back(one->hash);
    }
    std::erase_if(done_.log.branches, [&](const log_branch& each) {
      const bool is_at_target =
          each.at == target_.last && std::find(hashes.begin(), hashes.end(), each.hash) != hashes.end();
      return each.at >= target_.last && !is_at_target;
    });
    return {};
  }

  [[nodiscard]] static result<> sync_all(const std::filesystem::path& directory) {
    std::error_code ec;
    for (std::filesystem::directory_iterator each(directory, ec), end; !ec && each != end; each.increment(ec)) {
      if (!each->is_regular_file(ec)) continue;
      auto file = backup::output_file::append_to(each->path());
      if (!file) return file.error();
      if (auto synced = file->sync(); !synced) return synced;
    }
    if (ec) return error{errc::io, "cannot read " + directory.string() + ": " + ec.message()};
    return backup::sync_folder(directory);
  }

  const restore_settings& settings_;
  const catalog& domains_;
  const progress_function& progress_;
  const backup::set set_;
  std::vector<description> backups_;  ///< of the history that is restored, the earliest first
  std::unique_ptr<archived_commits> archive_;
  std::uint64_t archive_first_ = 0;
  const description* base_ = nullptr;
  std::unique_ptr<workshop> workshop_;
  std::unique_ptr<commits_of_backup> backup_log_;  ///< closed before its directory goes
  const commit_source* log_ = nullptr;             ///< what is replayed; null: nothing
  log_head target_;
  restored done_;
};

}  // namespace

result<restored> restore(const restore_settings& settings, const catalog& domains, const progress_function& progress) {
  return restoration(settings, domains, progress).run();
}

}  // namespace weir
