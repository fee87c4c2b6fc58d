#include "verify/verify_store.hpp"

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "state/applied_state.hpp"
#include "state/personal_keys.hpp"
#include "verify/files.hpp"
#include "verify/keys.hpp"
#include "verify/meta.hpp"
#include "verify/stream_walk.hpp"
#include "verify/view_fold.hpp"

namespace weir {
namespace {

/// Pieces of the log between the thread that reads it and the one that folds it.
class piece_queue {
 public:
  /// Waits while there are many. False: nobody takes them any more.
  bool push(log_piece piece) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return pieces_.size() < pieces_max || closed_; });
    if (closed_) return false;
    pieces_.push_back(std::move(piece));
    changed_.notify_all();
    return true;
  }
  /// Nothing: there are no more.
  std::optional<log_piece> pop() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !pieces_.empty() || closed_; });
    if (pieces_.empty()) return std::nullopt;
    log_piece piece = std::move(pieces_.front());
    pieces_.pop_front();
    changed_.notify_all();
    return piece;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  static constexpr std::size_t pieces_max = 4;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<log_piece> pieces_;
  bool closed_ = false;
};

/// Work on a thread of its own. join() throws what the work has thrown.
class worker {
 public:
  template <class Work>
  explicit worker(Work work) {
    thread_ = std::thread([this, work = std::move(work)] {
      try {
        work();
      } catch (...) {
        thrown_ = std::current_exception();
      }
    });
  }
  ~worker() {
    if (thread_.joinable()) thread_.join();
  }
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  void join() {
    if (thread_.joinable()) thread_.join();
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

 private:
  std::exception_ptr thrown_;
  std::thread thread_;
};

/// A directory that is not there yet.
result<std::filesystem::path> new_directory(const std::filesystem::path& in) {
  std::error_code ec;
  const auto parent = in.empty() ? std::filesystem::temp_directory_path(ec) : in;
  std::string form = (parent / "weir-verify-XXXXXX").string();
  if (ec || !mkdtemp(form.data())) {
    return error{errc::io, "cannot make a temporary directory in " + parent.string() +
                               "; choose another place with --temporary, or TMPDIR"};
  }
  return std::filesystem::path(form);
}

/// One verification of an opened store.
class run {
 public:
  run(const store& in, const std::filesystem::path& directory, const catalog& domains,
      const verification_options& options, findings& found, pace& speed, verification_report& report)
      : directory_(directory),
        options_(options),
        at_(in.take_snapshot()),
        shared_{in,          at_,   domains,
                found,       speed, options.is_live ? store::reading::once : store::reading::normal,
                options.keys},
        report_(report) {}

  result<> all() {
    bool has_all_families = true;
    check_families(shared_, has_all_families);
    report_.log = check_meta(shared_);
    if (!has_all_families) {
      shared_.found.note("the event log and the views were not read, because families are missing");
      read_files();
      return {};
    }
    open_personal_keys();
    check_keys(shared_, options_.is_live);
    if (options_.threads < 2) {
      read_files();
      stream_walk streams(shared_, log_end());
      streams.run();
      note_counts(streams);
      return read_log();
    }
    worker beside([this] {
      read_files();
      stream_walk streams(shared_, log_end());
      streams.run();
      note_counts(streams);
    });
    auto done = read_log();
    beside.join();
    return done;
  }

 private:
  void open_personal_keys() {
    if (shared_.keys || !shared_.domains.is_personal()) return;
    auto opened = open_keys_to_read(shared_.in);
    if (!opened) {
      shared_.fault("", "", opened.error().detail, "keys");
      return;
    }
    keys_ = std::move(*opened);
    shared_.keys = keys_.get();
  }

  /// A log that was restored keeps the history that it had under its earlier names.
  void check_id(const log_checkpoint& checkpoint, const log_identity& which) const {
    bool is_known = checkpoint.log == which.id;
    for (const log_branch& each : which.branches) is_known = is_known || checkpoint.log == each.id;
    if (is_known) return;
    shared_.fault("meta", "log", "this is another event log than that of the checkpoint, " + checkpoint.log);
  }

  [[nodiscard]] position log_end() const {
    // Faults of these rows are reported by the walk through the log.
    findings ignored(0);
    const verification quiet{shared_.in, at_, shared_.domains, ignored, shared_.speed, shared_.point_reads, nullptr};
    return position{numbered_rows(quiet, "positions", "position").last()};
  }

  void read_files() {
    const auto read = check_files(directory_, shared_.in.table_files(), options_.is_live, shared_.found, shared_.speed);
    report_.read.files = read.files;
    report_.read.bytes = read.bytes;
  }

  void note_counts(const stream_walk& streams) {
    report_.read.streams = streams.streams();
    report_.read.snapshots = streams.snapshots();
  }

  result<> read_log() {
    std::function<void(log_piece)> give;
    log_walk log(shared_, [&give](log_piece piece) { give(std::move(piece)); });
    auto scratch = new_directory(options_.scratch);
    if (!scratch) return scratch.error();
    auto made = view_fold::begin(shared_, check_stored_views(shared_, options_.views, log.last_position()), *scratch);
    if (!made) return made.error();
    view_fold& fold = **made;
    const auto& checkpoint = options_.checkpoint;
    if (checkpoint && report_.log) check_id(*checkpoint, *report_.log);
    const auto branches = report_.log ? report_.log->branches : std::vector<log_branch>{};
    result<> folded;
    if (options_.threads < 2) {
      give = [&](log_piece piece) {
        if (folded) folded = fold.take(piece);
      };
      log.run(branches, checkpoint);
    } else {
      folded = read_and_fold(log, fold, branches, checkpoint, give);
    }
    if (!folded) return folded;
    report_.head = log.head();
    report_.read.events = log.events();
    report_.read.commits = log.commits();
    // A commit that is missing may have any answer.
    if (!log.has_all_commits()) {
      shared_.found.note("answers that no commit has are not reported, because there are commits that cannot be read");
    }
    const auto compared =
        fold.compare(log.has_all_commits() ? log.without_answers() : log.last_position(), wall_clock_now());
    report_.read.views = fold.compared().views;
    report_.read.rows = fold.compared().rows;
    report_.read.answers = fold.compared().answers;
    return compared;
  }

  static result<> read_and_fold(log_walk& log, view_fold& fold, const std::vector<log_branch>& branches,
                                const std::optional<log_checkpoint>& checkpoint, std::function<void(log_piece)>& give) {
    piece_queue queue;
    result<> folded;
    worker folding([&] {
      // However it ends: whoever gives further pieces must not wait.
      const std::unique_ptr<piece_queue, void (*)(piece_queue*)> closed(&queue, [](piece_queue* one) { one->close(); });
      while (folded) {
        const auto piece = queue.pop();
        if (!piece) return;
        folded = fold.take(*piece);
      }
    });
    give = [&](log_piece piece) { static_cast<void>(queue.push(std::move(piece))); };
    {
      const std::unique_ptr<piece_queue, void (*)(piece_queue*)> closed(&queue, [](piece_queue* one) { one->close(); });
      log.run(branches, checkpoint);
    }
    folding.join();
    return folded;
  }

  const std::filesystem::path& directory_;
  const verification_options& options_;
  const store::snapshot at_;
  verification shared_;
  std::unique_ptr<personal::vault> keys_;
  verification_report& report_;
};

/// Runs the work, and completes the report with what was found.
template <class Work>
result<verification_report> reported(const verification_options& options, Work work) {
  verification_report report;
  report.began = wall_clock_now();
  findings found(options.faults_max);
  pace speed(options.bytes_per_second, options.stop, options.progress);
  try {
    const result<> done = work(found, speed, report);
    if (!done) return done.error();
    report.completed = true;
  } catch (const verification_stopped&) {
    found.note("the verification was stopped before it was complete");
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
  report.faults = found.faults();
  report.faults_found = found.count();
  report.notes = found.notes();
  report.ended = wall_clock_now();
  return report;
}

}  // namespace

result<verification_report> verify_store(const store& in, const std::filesystem::path& directory,
                                         const catalog& domains, const verification_options& options) {
  return reported(options, [&](findings& found, pace& speed, verification_report& report) -> result<> {
    if (const auto known = check_format(in); !known) {
      if (known.error().code != errc::corrupt) return known;
      found.add({file_named_in(known.error().detail), "meta", "format", known.error().detail});
      static_cast<void>(check_files(directory, in.table_files(), options.is_live, found, speed));
      return {};
    }
    return run(in, directory, domains, options, found, speed, report).all();
  });
}

result<verification_report> verify_directory(const std::filesystem::path& directory, const catalog& domains,
                                             const verification_options& options) {
  store_options opening;
  opening.directory = directory;
  opening.families = applied_state::families();
  opening.open_files_max = options.open_files_max;
  const auto opened = store::open_to_read(opening);
  if (opened) return verify_store(**opened, directory, domains, options);
  if (opened.error().code != errc::corrupt && opened.error().code != errc::io) return opened.error();
  return reported(options, [&](findings& found, pace& speed, verification_report& report) -> result<> {
    found.add(
        {file_named_in(opened.error().detail), "", "", "the database cannot be opened: " + opened.error().detail});
    found.note("the event log and the views were not read");
    const auto read = check_files(directory, std::nullopt, false, found, speed);
    report.read.files = read.files;
    report.read.bytes = read.bytes;
    return {};
  });
}

}  // namespace weir
