#pragma once

#include <memory>

#include "rpc/message_finder.hpp"
#include "rpc/protocol.hpp"

namespace weir::rpc {

/// Serves one Thrift connection: finds messages one after another, lets the dispatcher carry them out, and sends the
/// replies.
///
/// Order:     the next message is read after the reply to the previous one: pipelined calls are answered in order.
/// Lifetime:  lives in the coroutine run(), which owns the connection.
class session {
 public:
  session(protocol& home, connection& over);
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() { connection_.on_interrupt({}); }

  /// Serves the connection to its end.
  [[nodiscard]] static task<> run(protocol& home, std::unique_ptr<connection> over);

 private:
  enum class next { another, close, lost };

  void admit_by_certificate();
  void end_with_credential();
  [[nodiscard]] steady_clock::time_point credential_ends() const;
  [[nodiscard]] task<next> serve_one();
  [[nodiscard]] task<message_finder::verdict> next_message();
  [[nodiscard]] task<next> refuse(const message_finder::fault& why);
  [[nodiscard]] task<std::size_t> receive(boost::asio::mutable_buffer room, steady_clock::time_point deadline);
  [[nodiscard]] task<> send(std::string_view message, bool framed);

  protocol& home_;
  connection& connection_;
  const server_options& options_;
  connected_caller by_;
  steady_clock::time_point admission_deadline_;  ///< for a caller who is not known yet
  steady_clock::time_point idle_since_;
};

}  // namespace weir::rpc
