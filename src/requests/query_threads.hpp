#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include "base/limits.hpp"
#include "engine/engine.hpp"

namespace weir {

struct query_threads_options {
  std::size_t threads = limits::query_threads;
  std::size_t queued_max = limits::queued_queries_max;  ///< queries that wait for a thread
  std::size_t rows_max = limits::quick_query_rows_max;  ///< that a query may read on the caller's thread
};

/// Answers queries without blocking the caller's thread for long. A query that reads few rows is answered at once; one
/// that reads more is started again on a query thread. (The function that answers a query is pure.)
///
/// Limit:        at most `queued_max` queries wait; beyond that there is no answer, and the caller must try again.
/// Concurrency:  any thread.
/// Lifetime:     the engine outlives it. The destructor first answers the queries that wait; their callers outlive it.
class query_threads {
 public:
  explicit query_threads(const engine& over, query_threads_options options = {});
  ~query_threads();

  /// The answer if it takes few rows; nothing if it takes more. Errors: those of engine::answer().
  [[nodiscard]] result<std::optional<query_answer>> answer_at_once(const query_type& query, std::string_view compact,
                                                                   const caller& by) const;

  /// The result of a query; nothing if too many wait.
  using found = std::optional<result<query_answer>>;

  /// Answers a query of any size. To be awaited by a coroutine of any executor, which resumes there.
  [[nodiscard]] auto answer(const query_type& query, std::string compact, std::shared_ptr<const caller> by) {
    return boost::asio::async_initiate<const boost::asio::deferred_t&, void(found)>(
        [this, of = &query](auto&& done, std::string bytes, std::shared_ptr<const caller> who) {
          submit(*of, std::move(bytes), std::move(who), std::forward<decltype(done)>(done));
        },
        boost::asio::deferred, std::move(compact), std::move(by));
  }

 private:
  class implementation;
  void submit(const query_type& query, std::string compact, std::shared_ptr<const caller> by,
              boost::asio::any_completion_handler<void(found)> done);

  const std::unique_ptr<implementation> implementation_;
};

}  // namespace weir
