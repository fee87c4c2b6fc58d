#include <benchmark/benchmark.h>

#include "event_text/recorded_event_json.hpp"
#include "micro/allocations.hpp"
#include "micro/gateway.hpp"

namespace weir::bench {
namespace {

void event_to_log(benchmark::State& state) {
  const catalog all(users_alone());
  const recorded_event event = user_created(all, 42);
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(encode_recorded(event));
}
BENCHMARK(event_to_log);

void event_from_log(benchmark::State& state) {
  const catalog all(users_alone());
  const recorded_event event = user_created(all, 42);
  const std::string bytes = encode_recorded(event);
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(decode_recorded(bytes, event.stream, event.sequence));
  }
}
BENCHMARK(event_from_log);

/// A page of a feed, or as many lines of NDJSON, as far as it is text.
void feed_page(benchmark::State& state) {
  const catalog all(users_alone());
  std::vector<recorded_event> events;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    events.push_back(user_created(all, static_cast<std::uint64_t>(i)));
  }
  std::string json;
  const allocations counted(state, state.range(0));
  for ([[maybe_unused]] auto _ : state) {
    json.clear();
    for (const auto& event : events) {
      benchmark::DoNotOptimize(event_text::append_recorded_event(json, event, all));
      json += '\n';
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(json.size()));
}
BENCHMARK(feed_page)->Arg(100)->Arg(1000);

}  // namespace
}  // namespace weir::bench
