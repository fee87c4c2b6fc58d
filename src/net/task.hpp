#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace weir::net {

/// Where the coroutines of a connection run: the one thread that the connection lives on.
using executor = boost::asio::io_context::executor_type;

/// A coroutine of a connection. It always resumes on the connection's own thread.
template <class T = void>
using task = boost::asio::awaitable<T, executor>;

}  // namespace weir::net
