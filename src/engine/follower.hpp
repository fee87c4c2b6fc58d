#pragma once

#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "engine/engine.hpp"
#include "state/view_registry.hpp"

namespace weir {

/// What a follower needs of the engine around it.
struct follower_dependencies {
  weir::store& store;
  const weir::journal& journal;
  const catalog& domains;
  view_registry& registry;
  commit_notifier& notifier;
  /// Has something done by the sequencer between two of its batches; false if it does no more.
  std::function<bool(std::function<void()>)> between_batches;
};

/// Brings one family of a projection's rows up to the log, on a thread of its own: an async projection's, for as long
/// as it runs; one that is being built, until it can take its place.
///
/// Durability:   a batch's rows and the checkpoint behind them are one write. It is not synced: what a crash takes is
/// made
///               again from the log.
/// Failure:      an event that the projection cannot take, or a read or write that fails, stops this projection alone.
///               It is in the log and in status(), and is tried again with growing pauses; nothing is passed over.
/// Pace:         while building, it rests as long as it worked whenever commands were carried out meanwhile. Of other
///               domains' events it passes over some milliseconds' worth at once.
/// Concurrency:  status() and the stops from any thread.
class follower {
 public:
  /// `replace` is called on the follower's thread before its family takes the serving one's place: nobody may write to
  /// that one afterwards.
  follower(follower_dependencies around, const domain& of, const projection_type& projection, view_family target,
           std::function<void()> replace);
  ~follower();
  follower(const follower&) = delete;
  follower& operator=(const follower&) = delete;

  void ask_to_stop();
  void join();

  struct status {
    position reached;
    bool building = false;  ///< or catching up
    bool done = false;      ///< the rows are kept up by every commit now, and the thread has ended
    std::uint64_t events_done = 0;
    double events_per_second = 0;
    std::optional<projection_status::failure> failed;
  };
  [[nodiscard]] status now() const;

 private:
  void run();
  [[nodiscard]] result<bool> advance();
  [[nodiscard]] result<log_part> next_part();
  [[nodiscard]] result<log_part> read_log(position after) const;
  [[nodiscard]] result<> apply(store::batch& changes, const std::vector<stored_record>& records, position& reached);
  [[nodiscard]] result<bool> finish();
  [[nodiscard]] result<bool> promote();
  void fail(const error& why);
  void rest(std::chrono::steady_clock::duration time);
  void report_progress();
  [[nodiscard]] bool stopping() const;

  const follower_dependencies with_;
  const domain& domain_;
  const projection_type& projection_;
  const std::string category_;
  const std::function<void()> replace_;
  view_family target_;  ///< used by the follower's thread, or while that waits for the sequencer
  /// A part of the log on its way; for the follower's thread, as what follows.
  struct reading {
    position after;
    std::future<result<log_part>> part;
  };
  std::optional<reading> ahead_;
  position failing_at_;
  std::chrono::steady_clock::time_point begun_, reported_;
  std::uint64_t events_before_ = 0;

  mutable std::mutex mutex_;
  std::condition_variable asked_;
  bool stop_ = false;
  status now_;

  std::mutex joining_;
  std::thread thread_;
};

}  // namespace weir
