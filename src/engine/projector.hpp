#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/follower.hpp"

namespace weir {

/// All projections that are not simply written with each commit: those that follow the log, and those being built.
/// Concurrency: every function from any thread.
class projector {
 public:
  projector(follower_dependencies with, const catalog& domains);
  ~projector();

  /// Begins what the registry says has to be done.
  void start();
  /// Returns once no follower runs any more. They go on from their checkpoints at the next start.
  void stop();

  /// Builds a projection anew beside the rows that serve. Errors: errc::not_found; errc::in_use if that is being done
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
  void reap();

  const follower_dependencies with_;
  mutable std::mutex mutex_;
  bool stopping_ = false;
  std::vector<std::string> order_;
  std::map<std::string, followers, std::less<>> all_;
  std::vector<std::shared_ptr<follower>> replaced_;  ///< which end by themselves
};

}  // namespace weir
