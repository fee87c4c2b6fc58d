#pragma once

#include <condition_variable>
#include <mutex>
#include <variant>

#include "users/domain.hpp"

namespace weir::testing {

/// The users domain, whose listUsers can be made to wait once it has all of its rows. One at a time.
class held_query {
 public:
  held_query() { state() = {}; }

  [[nodiscard]] static domain users() {
    domain made = users::users();
    for (auto& query : made.queries) {
      if (query->name != "listUsers") continue;
      state().answer = query->answer;
      query->answer = answer;
    }
    return made;
  }

  void hold() {
    const std::lock_guard lock(mutex());
    state().hold = true;
  }
  void release() {
    const std::lock_guard lock(mutex());
    state().hold = false;
    changed().notify_all();
  }
  /// Waits until a query is held; whether one was within ten seconds.
  [[nodiscard]] bool await() {
    std::unique_lock lock(mutex());
    return changed().wait_for(lock, std::chrono::seconds(10), [] { return state().held > 0; });
  }
  /// How often a query was begun.
  [[nodiscard]] int begun() const {
    const std::lock_guard lock(mutex());
    return state().begun;
  }

 private:
  using answer_function = decltype(query_type::answer);
  struct what_is {
    bool hold = false;
    int held = 0, begun = 0;
    answer_function answer = nullptr;
  };
  static what_is& state() {
    static what_is is;
    return is;
  }
  static std::mutex& mutex() {
    static std::mutex one;
    return one;
  }
  static std::condition_variable& changed() {
    static std::condition_variable one;
    return one;
  }

  static std::variant<std::string, refusal> answer(std::string_view compact, const query_context& context) {
    {
      const std::lock_guard lock(mutex());
      ++state().begun;
    }
    auto found = state().answer(compact, context);  // leaves here if it may not look at so many rows
    std::unique_lock lock(mutex());
    ++state().held;
    changed().notify_all();
    changed().wait(lock, [] { return !state().hold; });
    --state().held;
    return found;
  }
};

}  // namespace weir::testing
