#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/commit_notifier.hpp"
#include "engine/projection_status.hpp"
#include "engine/promotion.hpp"
#include "state/view_builder.hpp"

namespace weir {

/// What a follower needs of the engine.
struct follower_dependencies {
  applied_state& state;
  commit_notifier& notifier;
  /// Has a promotion carried out by the sequencer between two of its batches; false if it does no more.
  std::function<bool(promotion)> between_batches;
};

/// Brings one family of a projection's rows up to the log, on a thread of its own: an async projection's, for as long
/// as it runs; one that is being built, until it can take its place.
///
/// Durability:   a batch's rows and the checkpoint behind them are one write. It is not synced: what a crash takes is
///               made again from the log.
/// Failure:      an event that the projection cannot take, or a read or write that fails, stops this projection alone.
///               It is in the diagnostic log and in now(), and is tried again with growing pauses; nothing is passed
///               over.
/// Replacement:  once another family has taken the place of this one, nothing more is written, and the thread ends by
///               itself. Nobody waits for that.
/// Pace:         while building, it rests as long as it worked whenever commands were carried out meanwhile. Of other
///               domains' events it passes over some milliseconds' worth at once.
/// Concurrency:  now(), ended() and the stops from any thread, but join(), which is for a thread that nothing waits
///               for: not the sequencer's, nor a follower's.
class follower {
 public:
  /// `serves` is called on the follower's thread once its family has taken its place.
  follower(follower_dependencies with, const domain& of, const projection_type& projection, view_family target,
           std::function<void()> serves);
  ~follower();
  follower(const follower&) = delete;
  follower& operator=(const follower&) = delete;

  void ask_to_stop();
  void join();
  /// Whether the thread does nothing more, so that join() returns at once.
  [[nodiscard]] bool ended() const;

  struct status {
    position reached;
    bool building = false;  ///< or catching up
    bool done = false;      ///< the rows are kept up by every commit now
    std::uint64_t events_done = 0;
    double events_per_second = 0;
    std::optional<projection_status::failure> failed;
  };
  [[nodiscard]] status now() const;

 private:
  enum class next { go_on, end };

  void run();
  void follow();
  [[nodiscard]] std::optional<view_builder::fault> advance(bool& changed);
  [[nodiscard]] result<log_part> next_part();
  [[nodiscard]] next promote();
  [[nodiscard]] std::optional<promotion_reply::value> promoted_by_whom_it_is_for();
  void fail(const view_builder::fault& why);
  void rest(std::chrono::steady_clock::duration time);
  void report_progress();
  [[nodiscard]] bool stopping() const;
  [[nodiscard]] position head() const { return with_.state.last(); }

  const follower_dependencies with_;
  const domain& domain_;
  const projection_type& projection_;
  const std::function<void()> serves_;
  // For the follower's thread.
  view_builder builder_;
  view_family target_;
  bool replaced_ = false;
  /// A part of the log on its way.
  struct reading {
    position after;
    std::future<result<log_part>> part;
  };
  std::optional<reading> ahead_;
  std::chrono::steady_clock::time_point begun_, reported_;

  mutable std::mutex mutex_;
  std::condition_variable asked_;
  bool stop_ = false, ended_ = false;
  std::shared_ptr<promotion_reply> awaited_;  ///< while the thread waits for the sequencer
  status now_;

  std::mutex joining_;
  std::thread thread_;
};

}  // namespace weir
