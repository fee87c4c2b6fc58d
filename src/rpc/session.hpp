#pragma once

#include <memory>

#include "rpc/connection.hpp"
#include "rpc/message_finder.hpp"
#include "rpc/worker.hpp"

namespace weir::rpc {

/// What a server does with one connection: finds messages one after another, has each carried out, sends the answers.
///
/// Order:     the next message is looked at after the answer to the one before: pipelined calls are answered in order.
/// Lifetime:  owned by the coroutine run() that it is handed to.
class session {
 public:
  session(worker& home, tcp_socket socket);
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session();

  /// Serves the connection to its end.
  [[nodiscard]] static task<> run(std::unique_ptr<session> self);

 private:
  enum class next { another, close, lost };

  [[nodiscard]] task<next> serve_one();
  [[nodiscard]] task<message_finder::verdict> next_message();
  [[nodiscard]] task<next> refuse(const message_finder::fault& why);
  [[nodiscard]] task<> send(std::string_view message, bool framed);

  worker& home_;
  connection connection_;
  const server_options& options_;
  steady_clock::time_point idle_since_;
};

}  // namespace weir::rpc
