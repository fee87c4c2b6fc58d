#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/intrusive/list.hpp>

#include "base/memory_budget.hpp"
#include "net/protocol.hpp"
#include "net/stream.hpp"

namespace weir::net {

class worker;

using steady_clock = std::chrono::steady_clock;

/// Thrown once the connection is gone: there is nobody to answer.
struct connection_lost {};

/// A connection's socket, the bytes that have arrived on it, and the deadline of what it waits for.
///
/// Memory:       a buffer of 1 KiB, more for a client that sends more at once. What is longer than
///               memory_budget::uncounted_bytes is of the memory for bodies.
/// Deadlines:    each wait states its own. The worker looks at all of its connections now and then and cancels what is
///               overdue: one timer a thread, where one a connection would cost more than the requests.
/// Concurrency:  lives on the thread of its worker.
/// Lifetime:     made and watched by its worker, owned by the coroutine that serves it.
class connection : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  connection(worker& home, tcp_socket socket);
  ~connection();

  /// Of the thread that it lives on.
  [[nodiscard]] boost::asio::io_context& context() const;

  /// What has arrived and was not consumed.
  [[nodiscard]] std::string_view input() const { return {input_.get() + input_begin_, input_end_ - input_begin_}; }
  /// Forgets the first bytes of the input. They stay readable where they are until room() or replace_input().
  void consume(std::size_t bytes) { input_begin_ += bytes; }
  /// Where the next bytes can be received: at least one byte, at most what makes `bytes_max` together with the input.
  /// Nothing if that takes memory which others have.
  [[nodiscard]] std::optional<boost::asio::mutable_buffer> room(std::size_t bytes_max);
  /// The input goes on with this many bytes, which were received into room().
  void received(std::size_t bytes) {
    input_end_ += bytes;
    was_filled_ = input_end_ == capacity_;
  }
  /// The input is all consumed, and goes on with these bytes, which were received elsewhere.
  void replace_input(std::string_view bytes);
  /// Gives back a long buffer, if all input is consumed. What was consumed is gone then.
  void give_back_input();

  /// Whether there is memory for so many bytes beside the input, until hold() says how many it is.
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
  /// Ends the wait of a receive(), if there is one, as its deadline would. Not while something is being sent, which
  /// cannot be told from it: then nothing happens.
  void end_receiving();
  /// Whether the last wait was ended by its deadline.
  [[nodiscard]] bool overdue() const { return overdue_; }

  /// Bytes that go one after another, from where they are.
  using parts = std::array<std::string_view, 3>;
  /// Sends as much as goes without waiting; the number of bytes. Throws connection_lost.
  [[nodiscard]] std::size_t send_now(const parts& bytes);
  /// Sends all, waiting for the client as long as until the deadline, while a receive() may wait too. Throws
  /// connection_lost.
  [[nodiscard]] task<> send(parts bytes, steady_clock::time_point deadline);

  /// Closes in a way that lets the client read all that was sent: says that nothing more comes, and reads on for a
  /// while.
  [[nodiscard]] task<> linger(std::chrono::milliseconds for_at_most);

  /// While true, a stop of the server closes the connection at once: nothing is asked of it.
  void set_idle(bool idle) { idle_ = idle; }
  /// Whether the server stops: the answer in progress is the connection's last.
  [[nodiscard]] bool stopping() const { return stopping_; }
  /// What ends a handler's own wait when the server stops or the connection is cut; an empty function for none.
  void on_interrupt(std::function<void()> wake) { wake_ = std::move(wake); }
  [[nodiscard]] bool has_unread_bytes() { return stream_.has_unread_bytes(); }

  /// Notices from now on if the client ends its half of the connection while nothing is read from it, and then calls
  /// what on_interrupt() was given. A request that is sent ahead hides the end.
  void watch_for_end();
  [[nodiscard]] bool client_ended() const { return client_ended_; }

  // From here on: for the worker.
  void end_overdue_wait(steady_clock::time_point now);
  void ask_to_stop();
  void cut();

 private:
  /// What the input holds of the memory for bodies.
  [[nodiscard]] std::size_t input_bytes() const;
  void look_for_end();

  worker& home_;
  observer& counts_;
  stream stream_;
  memory_budget::share memory_;
  std::size_t held_beside_input_ = 0;
  std::unique_ptr<char[]> input_;
  std::size_t capacity_ = 0, input_begin_ = 0, input_end_ = 0;
  bool was_filled_ = false;  ///< by what was received last: there is more, most likely
  steady_clock::time_point receive_deadline_ = steady_clock::time_point::max();
  steady_clock::time_point send_deadline_ = steady_clock::time_point::max();
  bool overdue_ = false, idle_ = false, stopping_ = false, watched_ = false, client_ended_ = false;
  std::function<void()> wake_;
  std::shared_ptr<connection*> self_;  ///< for what may be called when the connection is no more: null then
};

}  // namespace weir::net
