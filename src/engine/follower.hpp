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
  /// Asks the sequencer to carry out a promotion between two batches; false if the sequencer has stopped.
  std::function<bool(promotion)> between_batches;
};

/// Keeps one family of a projection's rows up to date with the event log, on a thread of its own: the family of an
/// async projection, as long as the engine runs; a family that is being built, until it serves.
///
/// Durability:   a batch's rows and the new checkpoint are one write. It is not synced: what is lost in a crash is
///               rebuilt from the event log.
/// Failure:      an event that the projection cannot apply, or a read or write that fails, stops this projection alone.
///               The failure is in the diagnostic log and in now(). The follower tries again with growing pauses; no
///               event is skipped.
/// Replacement:  once another family has replaced this one, nothing more is written, and the thread ends by itself.
/// Pace:         while building, it pauses as long as it worked, if commands were carried out meanwhile. It skips other
///               domains' events some milliseconds' worth at a time.
/// Concurrency:  now(), ended() and ask_to_stop() from any thread. join() not from the sequencer's or a follower's
///               thread.
class follower {
 public:
  /// `serves` is called on the follower's thread once its family serves.
  follower(follower_dependencies with, const domain& of, const projection_type& projection, view_family target,
           std::function<void()> serves);
  ~follower();
  follower(const follower&) = delete;
  follower& operator=(const follower&) = delete;

  void ask_to_stop();
  void join();
  /// Whether the thread has finished its work, so that join() returns at once.
  [[nodiscard]] bool ended() const;

  struct status {
    position reached;
    bool building = false;  ///< or catching up
    bool done = false;      ///< every commit updates the rows now
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
  /// A part of the event log that is being read.
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
