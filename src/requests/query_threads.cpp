#include "requests/query_threads.hpp"

#include <atomic>

#include <boost/asio/any_completion_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/execution/blocking.hpp>
#include <boost/asio/execution/outstanding_work.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/system_executor.hpp>
#include <boost/asio/thread_pool.hpp>
#include <spdlog/spdlog.h>

namespace weir {

class query_threads::implementation {
 public:
  implementation(const engine& of, const query_threads_options& with) : over(of), options(with), pool(with.threads) {}

  /// A domain that throws answers this query with an error, and no other one.
  [[nodiscard]] result<query_answer> answer(const query_type& query, std::string_view compact, const caller& by) const {
    try {
      return over.answer(query, compact, by);
    } catch (const std::exception& e) {
      return error{errc::invalid, "the domain's code failed on " + query.name + ": " + e.what()};
    }
  }

  const engine& over;
  const query_threads_options options;
  std::atomic<std::size_t> unanswered{0};  ///< that wait for a thread or have one
  boost::asio::thread_pool pool;
};

namespace {

using executor = boost::asio::any_completion_executor;

/// Never in place: the waiting coroutine resumes on its own thread.
template <class Function>
void call(const executor& where, Function function) {
  boost::asio::prefer(where, boost::asio::execution::blocking.never).execute(std::move(function));
}

}  // namespace

query_threads::query_threads(const engine& over, query_threads_options options)
    : implementation_(std::make_unique<implementation>(over, options)) {}

query_threads::~query_threads() { implementation_->pool.join(); }

result<std::optional<query_answer>> query_threads::answer_at_once(const query_type& query, std::string_view compact,
                                                                  const caller& by) const {
  return implementation_->over.answer_within(query, compact, by, implementation_->options.rows_max);
}

void query_threads::submit(const query_type& query, std::string compact, std::shared_ptr<const caller> by,
                           boost::asio::any_completion_handler<void(found)> done) {
  implementation& with = *implementation_;
  const executor where = boost::asio::get_associated_executor(done, boost::asio::system_executor());
  if (with.unanswered.fetch_add(1) >= with.options.threads + with.options.queued_max) {
    with.unanswered.fetch_sub(1);
    call(where, [done = std::move(done)]() mutable { std::move(done)(found{}); });
    return;
  }
  // The executor has work as long as the query waits: its thread does not end before the answer is there.
  const executor kept_going = boost::asio::prefer(where, boost::asio::execution::outstanding_work.tracked);
  boost::asio::post(with.pool, [&with, &query, bytes = std::move(compact), who = std::move(by), done = std::move(done),
                                where, kept_going]() mutable {
    found answered = with.answer(query, bytes, *who);
    with.unanswered.fetch_sub(1);
    call(where,
         [done = std::move(done), answered = std::move(answered)]() mutable { std::move(done)(std::move(answered)); });
  });
}

}  // namespace weir
