#include <benchmark/benchmark.h>

#include "micro/allocations.hpp"
#include "micro/gateway.hpp"

namespace weir::bench {
namespace {

void command_from_json(benchmark::State& state) {
  const catalog all(users_alone());
  const std::string json = create_user_json(42);
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(codec::from_json(json, commands_of(all)));
}
BENCHMARK(command_from_json);

void event_to_json(benchmark::State& state) {
  const catalog all(users_alone());
  const recorded_event event = user_created(all, 42);
  const schema::structure& shape = *all.find_event(event.type)->type().shape;
  std::string json;
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) {
    json.clear();
    benchmark::DoNotOptimize(codec::to_json(event.payload, shape, json));
  }
}
BENCHMARK(event_to_json);

void command_to_struct(benchmark::State& state) {
  const catalog all(users_alone());
  const std::string bytes = compact(create_user_json(42), commands_of(all));
  const auto member = codec::member_of(bytes, commands_of(all)).value();
  const command_type& type = *all.find_command(member.field->name);
  const allocations counted(state);
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(type.decode(member.bytes));
}
BENCHMARK(command_to_struct);

}  // namespace
}  // namespace weir::bench
