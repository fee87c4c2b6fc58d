#pragma once

#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include "engine/engine.hpp"

namespace weir {

/// Lets the engine carry out a submission. To be awaited by a coroutine of any executor, which resumes there with the
/// outcome. A submission cannot be cancelled. The engine outlives it.
[[nodiscard]] inline auto execute(engine& by, submission work) {
  return boost::asio::async_initiate<const boost::asio::deferred_t&, void(outcome)>(
      [to = &by](auto&& done, submission given) { to->submit(std::move(given), std::forward<decltype(done)>(done)); },
      boost::asio::deferred, std::move(work));
}

}  // namespace weir
