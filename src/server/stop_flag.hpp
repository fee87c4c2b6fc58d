#pragma once

#include <atomic>

namespace weir {

/// While it is there, SIGTERM and SIGINT do not end the process, but set a flag that long work looks at. A second one ends
/// the process.
class stop_flag {
 public:
  stop_flag();
  ~stop_flag();
  stop_flag(const stop_flag&) = delete;
  stop_flag& operator=(const stop_flag&) = delete;

  [[nodiscard]] const std::atomic<bool>* flag() const;
};

}  // namespace weir
