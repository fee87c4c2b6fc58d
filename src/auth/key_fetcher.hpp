#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.hpp"

namespace weir::auth {

/// Fetches the keys of one URL on a thread of its own: at once, then after each `refresh`, and when a token names a key
/// that is not there, but not more often than `cool_down` allows. After a failure it tries again with growing pauses.
///
/// Concurrency: any thread may ask. `take` is called on the thread of the fetcher.
/// Lifetime:    the destructor cancels a fetch and waits for the thread. It must not be called from `take`.
class key_fetcher {
 public:
  using clock = std::chrono::steady_clock;
  struct dependencies {
    std::function<result<std::string>()> fetch;
    std::function<void()> cancel;                   ///< makes a fetch that is under way return
    std::function<bool(result<std::string>)> take;  ///< whether the document was right
    std::function<clock::time_point()> now = clock::now;
  };
  struct pace {
    std::chrono::milliseconds refresh, cool_down;
  };

  key_fetcher(dependencies with, pace at);
  ~key_fetcher();
  key_fetcher(const key_fetcher&) = delete;
  key_fetcher& operator=(const key_fetcher&) = delete;

  /// Asks for fresh keys. True: they are being fetched, so it is worth trying again soon. False: the last fetch has ended
  /// so recently that nothing is done.
  bool want();

 private:
  void run();
  [[nodiscard]] std::chrono::milliseconds pause_after(bool good);

  const dependencies with_;
  const pace pace_;
  std::mutex mutex_;
  std::condition_variable wake_up_;
  clock::time_point ended_{};  ///< of the last fetch
  clock::time_point next_{};
  unsigned failures_ = 0;  ///< in a row
  bool fetching_ = true, wanted_ = false, stopping_ = false;
  std::thread thread_;
};

}  // namespace weir::auth
