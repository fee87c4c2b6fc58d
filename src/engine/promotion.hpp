#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>

#include "state/view_builder.hpp"

namespace weir {

/// The result of a promotion, from the sequencer to the follower that asked for it. The follower may give up waiting;
/// the sequencer never waits.
class promotion_reply {
 public:
  using value = std::variant<view_builder::promoted, view_builder::fault>;

  void tell(value what) {
    {
      const std::lock_guard lock(mutex_);
      value_ = std::move(what);
    }
    told_.notify_all();
  }

  /// Ends the wait of wait().
  void give_up() {
    {
      const std::lock_guard lock(mutex_);
      given_up_ = true;
    }
    told_.notify_all();
  }

  /// Nothing if the wait was given up.
  [[nodiscard]] std::optional<value> wait() {
    std::unique_lock lock(mutex_);
    told_.wait(lock, [this] { return value_ || given_up_; });
    return std::move(value_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable told_;
  std::optional<value> value_;
  bool given_up_ = false;
};

/// A family of rows that has nearly caught up with the event log: between two batches it is completed and made to
/// serve. A value: it holds nothing that the sequencer could wait for.
struct promotion {
  const domain* of;
  const projection_type* projection;
  view_family target;
  std::shared_ptr<promotion_reply> reply;
};

}  // namespace weir
