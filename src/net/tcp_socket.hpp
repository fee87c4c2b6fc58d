#pragma once

#include <boost/asio/ip/tcp.hpp>

#include "net/task.hpp"

namespace weir::net {

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;

}  // namespace weir::net
