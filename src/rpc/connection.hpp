#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>

#include "base/memory_budget.hpp"
#include "rpc/task.hpp"

namespace weir::rpc {

class worker;

using tcp_socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, executor>;
using steady_clock = std::chrono::steady_clock;

/// Thrown once the connection is gone: there is nobody to answer.
struct connection_lost {};

/// A connection's socket, the bytes that have arrived on it, and the deadline of what it waits for.
///
/// Deadlines:    each wait states its own. The worker looks at all of its connections now and then and cancels what is
///               overdue.
/// Concurrency:  lives on the thread of its worker.
/// Lifetime:     unlinks itself from its worker's list.
class connection : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  connection(tcp_socket socket, memory_budget& bodies);

  /// What has arrived and was not consumed.
  [[nodiscard]] std::string_view input() const { return {input_.get() + input_begin_, input_end_ - input_begin_}; }
  /// Forgets the first bytes of the input. What is left stays where it is until room().
  void consume(std::size_t bytes);
  /// Where the next bytes can be received: at least one byte, at most what makes `bytes_max` together with the input.
  /// Nothing if that takes memory which other messages have.
  [[nodiscard]] std::optional<boost::asio::mutable_buffer> room(std::size_t bytes_max);

  /// Receives into room() what comes until the deadline. The number of bytes; 0 if there is nothing more, or not in
  /// time.
  [[nodiscard]] task<std::size_t> receive(boost::asio::mutable_buffer room, steady_clock::time_point deadline);
  /// Whether the last wait was ended by its deadline.
  [[nodiscard]] bool overdue() const { return overdue_; }

  /// Whether there is memory for a reply of so many bytes until the client has taken it.
  [[nodiscard]] bool try_hold_for_reply(std::size_t bytes);
  /// Sends all, waiting for the client as long as until the deadline. Throws connection_lost.
  [[nodiscard]] task<> send(std::string_view first, std::string_view second, steady_clock::time_point deadline);

  /// Closes in a way that lets the client read all that was sent: says that nothing more comes, and reads on for a
  /// while.
  [[nodiscard]] task<> linger(std::chrono::milliseconds for_at_most);

  /// While true, a stop of the server closes the connection at once: nothing is asked of it.
  void set_idle(bool idle) { idle_ = idle; }
  /// Whether the server stops: the answer in progress is the connection's last.
  [[nodiscard]] bool stopping() const { return stopping_; }
  [[nodiscard]] bool has_unread_bytes();

  // From here on: for the worker.
  void end_overdue_wait(steady_clock::time_point now);
  void ask_to_stop();
  void cut();

 private:
  /// What the input holds of the memory for bodies.
  [[nodiscard]] std::size_t input_bytes() const;
  void cancel_waits();
  void begin_wait(steady_clock::time_point deadline);
  void end_wait() { deadline_ = steady_clock::time_point::max(); }

  tcp_socket socket_;
  memory_budget::share memory_;
  std::unique_ptr<char[]> input_;
  std::size_t capacity_ = 0, input_begin_ = 0, input_end_ = 0;
  steady_clock::time_point deadline_ = steady_clock::time_point::max();
  bool overdue_ = false, idle_ = false, stopping_ = false;
};

}  // namespace weir::rpc
