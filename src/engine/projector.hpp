#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/follower.hpp"

namespace weir {

/// The followers of all projections that are async or being built. Concurrency: every function from any thread.
class projector {
 public:
  projector(follower_dependencies with, const catalog& domains);
  ~projector();

  /// Starts the followers that the registry asks for.
  void start();
  /// Stops all followers and waits for them. They continue from their checkpoints at the next start.
  void stop();

  /// Rebuilds a projection beside the rows that serve. Errors: errc::not_found; errc::in_use if it is being built
  /// already; errc::unavailable if it is stopping; errc::io.
  [[nodiscard]] result<> rebuild(std::string_view name);

  [[nodiscard]] std::vector<projection_status> status() const;

 private:
  struct followers {
    const domain* of;
    const projection_type* projection;
    std::shared_ptr<follower> serving, building;
  };
  void begin_serving(followers& of, view_family family);
  void begin_building(followers& of, view_family family);
  void now_serves(const std::string& name);
  void take_over(followers& of);
  void reap();

  const follower_dependencies with_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::vector<std::string> order_;
  std::map<std::string, followers, std::less<>> all_;
  std::vector<std::shared_ptr<follower>> replaced_;  ///< which end by themselves
};

}  // namespace weir
