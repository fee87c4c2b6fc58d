#include <algorithm>
#include <future>

#include <benchmark/benchmark.h>

#include "micro/allocations.hpp"
#include "micro/gateway.hpp"
#include "state/memory_rows.hpp"

namespace weir::bench {
namespace {

/// What all projections make of one userCreated, over rows in memory.
void views_of_a_created_user(benchmark::State& state) {
  const catalog all(users_alone());
  const recorded_event event = user_created(all, 42);
  const auto place = *all.find_event(event.type);
  const std::any happened = place.type().decode(event.payload);
  const recording recorded{event.position, event.stream, event.sequence, event.recorded_at};
  memory_rows rows;
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) {
    for (const projection_type& projection : place.of->projections) {
      if (!projection.on[place.index]) continue;
      memory_sink sink(rows, projection.view);
      projection.on[place.index](happened, recorded, sink);
    }
  }
}
BENCHMARK(views_of_a_created_user);

void user_by_id(benchmark::State& state) {
  gateway weir;
  std::promise<outcome> promised;
  weir.running->submit(weir.create_user(42), [&promised](outcome how) { promised.set_value(std::move(how)); });
  promised.get_future().wait();
  const auto& queries = weir.all.domains().front().queries;
  const auto query = std::find_if(queries.begin(), queries.end(), [](const auto& q) { return q->name == "getUser"; });
  const std::string bytes = compact(R"({"userId":")" + name_of_user(42) + "\"}", *(*query)->shape);
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(weir.running->answer(**query, bytes, *anonymous()));
}
BENCHMARK(user_by_id);

}  // namespace
}  // namespace weir::bench
