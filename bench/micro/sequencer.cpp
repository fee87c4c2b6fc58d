#include <condition_variable>
#include <mutex>

#include <benchmark/benchmark.h>

#include "micro/allocations.hpp"
#include "micro/gateway.hpp"

namespace weir::bench {
namespace {

/// Waits until so many submissions have ended.
class tally {
 public:
  void expect(std::size_t count) { left_ = count; }
  void ended(const outcome& how) {
    const std::lock_guard lock(mutex_);
    if (!std::holds_alternative<acceptance>(how)) refused_ = true;
    if (--left_ == 0) none_left_.notify_one();
  }
  /// Whether all were accepted.
  [[nodiscard]] bool wait() {
    std::unique_lock lock(mutex_);
    none_left_.wait(lock, [this] { return left_ == 0; });
    return !refused_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t left_ = 0;
  bool refused_ = false;
};

/// So many callers at once, each of whom creates a user and waits; from the queue to the sync and back, decoded before.
void sequencer_creates_users(benchmark::State& state) {
  gateway weir;
  tally open;
  const auto callers = static_cast<std::size_t>(state.range(0));
  std::uint64_t next = 0;
  allocations counted(state, state.range(0));
  for ([[maybe_unused]] auto _ : state) {
    counted.pause();
    std::vector<submission> all;
    for (std::size_t i = 0; i < callers; ++i) all.push_back(weir.create_user(next++));
    open.expect(callers);
    counted.resume();
    for (auto& work : all) {
      weir.running->submit(std::move(work), [&open](const outcome& how) { open.ended(how); });
    }
    if (!open.wait()) {
      state.SkipWithError("a command was not accepted");
      break;
    }
  }
}
BENCHMARK(sequencer_creates_users)->Arg(1)->Arg(64)->Arg(256)->Arg(1024)->UseRealTime();

}  // namespace
}  // namespace weir::bench
