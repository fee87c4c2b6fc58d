#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/intrusive/list.hpp>

#include "base/limits.hpp"
#include "base/memory_budget.hpp"
#include "net/handshake_fault.hpp"
#include "net/peer_certificate.hpp"
#include "net/protocol.hpp"
#include "net/stream.hpp"
#include "net/turns.hpp"

namespace weir::net {

class tls_identity;
class worker;

using steady_clock = std::chrono::steady_clock;

/// Thrown once the connection is closed: there is no client left to answer.
struct connection_lost {};

/// A connection: its socket, the bytes that have arrived, and the deadline of its current wait.
///
/// Memory:       a buffer of 1 KiB, larger for a client that sends more at once. A buffer larger than
///               memory_budget::uncounted_bytes counts against the memory budget for bodies.
/// Deadlines:    each wait sets its own. The worker checks all of its connections periodically and cancels overdue
///               waits: one timer per thread, because one per connection would cost more than the requests.
/// Concurrency:  lives on the thread of its worker.
/// Lifetime:     made and watched by its worker; owned by the coroutine that serves it.
class connection : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  connection(worker& home, tcp_socket socket);
  ~connection();

  /// Of the thread that it lives on.
  [[nodiscard]] boost::asio::io_context& context() const;

  /// Whether the connection uses TLS.
  [[nodiscard]] bool secure() const { return stream_.tls() != nullptr; }
  /// The client's address and port: 192.0.2.1:40000; "" if it was not connected any more when it was asked for first.
  [[nodiscard]] const std::string& address() { return stream_.peer_address(); }
  /// The certificate that the client showed; null if it showed none. It may outlive the connection.
  [[nodiscard]] const std::shared_ptr<const peer_certificate>& peer() const { return peer_; }

  /// The bytes that have arrived and were not consumed.
  [[nodiscard]] std::string_view input() const { return {input_.get() + input_begin_, input_end_ - input_begin_}; }
  /// Removes the first bytes of the input. They stay readable in place until room() or replace_input().
  void consume(std::size_t bytes) { input_begin_ += bytes; }
  /// Where the next bytes can be received: at least one byte, and at most `bytes_max` together with the input. Nothing
  /// if the memory budget has not enough left.
  [[nodiscard]] std::optional<boost::asio::mutable_buffer> room(std::size_t bytes_max);
  /// Appends this many bytes, which were received into room(), to the input.
  void received(std::size_t bytes) {
    input_end_ += bytes;
    was_filled_ = input_end_ == capacity_;
  }
  /// Replaces the input, which must be consumed, by these bytes, which were received elsewhere.
  void replace_input(std::string_view bytes);
  /// Frees a large buffer if all input is consumed. Consumed bytes are not readable after that.
  void give_back_input();

  /// Reserves memory for so many bytes beside the input, until hold() sets their number. False if there is not enough.
  [[nodiscard]] bool try_hold(std::size_t bytes);
  void hold(std::size_t bytes);

  /// To be co_awaited: a tuple of an error code and the number of bytes. Stands between begin_wait() and end_wait().
  [[nodiscard]] auto receive(boost::asio::mutable_buffer into) { return stream_.read_some(into); }

  void begin_wait(steady_clock::time_point deadline) {
    receive_deadline_ = deadline;
    overdue_ = false;
  }
  /// `received`: what came of it.
  void end_wait(std::size_t received) {
    receive_deadline_ = steady_clock::time_point::max();
    if (received > 0) counts_.received(received);
  }
  /// Ends the wait of a receive(), if there is one, as its deadline would. Does nothing while something is being sent,
  /// because the two waits cannot be distinguished.
  void end_receiving();
  /// Whether the last wait was ended by its deadline.
  [[nodiscard]] bool overdue() const { return overdue_; }

  /// Buffers that are sent one after another, without copying.
  using parts = std::array<std::string_view, 3>;
  /// Sends as much as possible without waiting. Returns the number of bytes. Throws connection_lost.
  [[nodiscard]] std::size_t send_now(const parts& bytes);
  /// Sends everything; waits for the client until the deadline. A receive() may wait at the same time. Throws
  /// connection_lost. What the client does not take at once is sent in turns.
  [[nodiscard]] task<> send(parts bytes, steady_clock::time_point deadline);

  /// Whether the kernel keeps little for the client that is not under way: for answers without an end to clients that may
  /// not keep up. By default it keeps megabytes, which a client needs that sends a long request before it reads.
  void keep_little_unsent(bool little) { stream_.limit_unsent(little ? limits::unsent_bytes_max : 0); }

  /// Waits for a turn of the thread, for a piece of work that a client can make long.
  [[nodiscard]] task<turn> take_turn(turn_queue::rank of);

  /// Closes so that the client can read everything that was sent: shuts down sending, and reads on for a while.
  [[nodiscard]] task<> linger(std::chrono::milliseconds for_at_most);

  /// While true, the connection has no request in progress, and a stop of the server closes it at once.
  void set_idle(bool idle) { idle_ = idle; }
  /// Whether the server is stopping: the answer in progress is the connection's last.
  [[nodiscard]] bool stopping() const { return stopping_; }
  /// Sets the function that ends a handler's own wait when the server stops or the connection is cut, and lets it look
  /// again at server::wake_all(); empty for none.
  void on_interrupt(std::function<void()> wake) { wake_ = std::move(wake); }
  [[nodiscard]] bool has_unread_bytes() { return stream_.has_unread_bytes(); }

  /// From now on, detects that the client ends its half of the connection while nothing is read from it, and then calls
  /// the function of on_interrupt(). A pipelined request hides the end.
  void watch_for_end();
  [[nodiscard]] bool client_ended() const { return client_ended_; }

  // From here on: for the worker.
  /// Does a TLS handshake. After a fault the connection is plain again, and bytes that are not TLS can still be read.
  /// `protocols`: for tls_session; they outlive the connection.
  [[nodiscard]] task<std::optional<handshake_fault>> shake_hands(const tls_identity& as,
                                                                 const std::vector<std::string>& protocols,
                                                                 steady_clock::time_point deadline);
  void end_overdue_wait(steady_clock::time_point now);
  void ask_to_stop();
  void cut();
  void wake() {
    if (wake_) wake_();
  }

 private:
  /// The input's share of the memory budget for bodies.
  [[nodiscard]] std::size_t input_bytes() const;
  void look_for_end();

  worker& home_;
  observer& counts_;
  stream stream_;
  std::shared_ptr<const peer_certificate> peer_;
  memory_budget::share memory_;
  std::size_t held_beside_input_ = 0;
  std::unique_ptr<char[]> input_;
  std::size_t capacity_ = 0, input_begin_ = 0, input_end_ = 0;
  bool was_filled_ = false;  ///< by the last receive: most likely there is more
  steady_clock::time_point receive_deadline_ = steady_clock::time_point::max();
  steady_clock::time_point send_deadline_ = steady_clock::time_point::max();
  bool overdue_ = false, idle_ = false, stopping_ = false, watched_ = false, client_ended_ = false;
  std::function<void()> wake_;
  std::shared_ptr<connection*> self_;  ///< for callbacks that may outlive the connection: null then
};

}  // namespace weir::net
