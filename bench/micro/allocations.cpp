#include "micro/allocations.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> allocated{0}, allocated_bytes{0};

void* counted(std::size_t bytes) {
  allocated.fetch_add(1, std::memory_order_relaxed);
  allocated_bytes.fetch_add(bytes, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes)) return memory;
  throw std::bad_alloc();
}

}  // namespace

void* operator new(std::size_t bytes) { return counted(bytes); }
void* operator new[](std::size_t bytes) { return counted(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace weir::bench {

allocations::allocations(benchmark::State& state, std::int64_t items_of_an_iteration)
    : state_(state), items_(items_of_an_iteration), count_(allocated), bytes_(allocated_bytes) {}

void allocations::pause() {
  state_.PauseTiming();
  paused_count_ = allocated;
  paused_bytes_ = allocated_bytes;
}

void allocations::resume() {
  count_ += allocated - paused_count_;
  bytes_ += allocated_bytes - paused_bytes_;
  state_.ResumeTiming();
}

allocations::~allocations() {
  const auto items = static_cast<double>(state_.iterations() * items_);
  state_.SetItemsProcessed(state_.iterations() * items_);
  if (items == 0) return;
  state_.counters["allocations"] = static_cast<double>(allocated - count_) / items;
  state_.counters["bytes"] = static_cast<double>(allocated_bytes - bytes_) / items;
}

}  // namespace weir::bench
