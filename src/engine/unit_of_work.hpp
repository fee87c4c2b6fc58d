#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/aggregate_cache.hpp"
#include "engine/batch_in_progress.hpp"
#include "engine/submission.hpp"
#include "state/applied_state.hpp"

namespace weir {

/// What a unit of work needs of the engine.
struct unit_dependencies {
  const applied_state& state;
  aggregate_cache& cache;
};

/// One submission being carried out on a batch: all of its commands, or none.
///
/// Atomicity:    until keep(), the cache and the batch's events, position and time are unchanged. The destructor of a
///               unit that was not kept removes its rows from the batch.
/// Visibility:   each command sees the states and rows that earlier commands of the unit and the batch left.
class unit_of_work {
 public:
  unit_of_work(unit_dependencies around, batch_in_progress& batch, const submission& work, timestamp now);
  ~unit_of_work();
  unit_of_work(const unit_of_work&) = delete;
  unit_of_work& operator=(const unit_of_work&) = delete;

  /// Carries out all commands. Returns an acceptance (nothing is kept yet), or the reason why not. Throws fatal_error
  /// if the store cannot be read, and whatever the domain throws.
  [[nodiscard]] outcome carry_out();

  /// Adds the unit's changes to the batch and the cache, and the answer of its idempotency key, if it has one.
  void keep(std::optional<idempotent_answer> answer);

  /// First and last position of the events added; first > last if there are none.
  [[nodiscard]] position first() const { return batch_.last.next(); }
  [[nodiscard]] position last() const { return last_; }

 private:
  [[nodiscard]] std::optional<outcome> carry_out(std::size_t index);
  [[nodiscard]] const aggregate_entry& present(const std::string& stream);
  [[nodiscard]] aggregate_entry& changing(const std::string& stream);
  [[nodiscard]] aggregate_entry load(const std::string& stream);
  void record_event(const std::string& stream, const std::any& event);
  [[nodiscard]] bool erase(const std::string& subject);

  unit_dependencies with_;
  batch_in_progress& batch_;
  const submission& work_;
  timestamp now_;
  position last_;
  std::string command_id_;
  std::int32_t events_of_command_ = 0;
  std::unordered_map<std::string, aggregate_entry> changed_;
  std::vector<stored_event> events_;
  std::vector<event_times> times_;
  std::vector<keyed_subject> subjects_, erasures_;
  acceptance accepted_;
  bool rows_touched_ = false;
  bool kept_ = false;
};

}  // namespace weir
