#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auth/audit_log.hpp"
#include "auth/gate.hpp"
#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "net/task.hpp"
#include "requests/query_threads.hpp"
#include "rpc/message.hpp"

namespace prometheus {
class Registry;
}

namespace weir::rpc {

/// The reply to a message.
struct reply {
  std::string bytes;        ///< a message in the protocol of the call; "" after a oneway call
  bool repeatable = false;  ///< the call was a query, without an effect
  bool close = false;       ///< the message was invalid: do not read further from the connection
};

/// Whom the calls of a connection come from.
struct connected_caller {
  auth::session session;
  bool admitted = false;          ///< whether there is a session: a credential was accepted, or none is needed
  bool may_authenticate = false;  ///< whether the call `authenticate` can admit it
  std::string address;            ///< of the client, for the audit log
};

/// Thrift calls as commands and queries of the engine's domains, by the schema alone: no code is generated for a
/// service.
///
/// Outcomes:     an answer; an exception that the method declares; if none fits, a TApplicationException. For an
///               internal error the client gets only the trace; the diagnostic log explains it.
/// Concurrency:  calls may come from any thread, any number at once; each resumes on its own.
/// Lifetime:     the engine, the threads and the registry outlive it, and it outlives its calls.
class dispatcher {
 public:
  /// Throws std::logic_error if two domains have a service with the same name: a wiring error.
  dispatcher(engine& over, query_threads& queries, prometheus::Registry& metrics, auth::gate gate = {},
             std::shared_ptr<auth::audit_log> audit = nullptr);
  ~dispatcher();

  /// Carries out one whole message. Its bytes must stay where they are until the task is done. `from`: the
  /// trace that the call belongs to. `by`: outlives the task; a call `authenticate` changes it.
  [[nodiscard]] net::task<reply> call(codec::protocol in, std::string_view message, origin from, connected_caller& by);

  /// The reply to bytes that are not a message. `why`: a sentence. `beginning`: the bytes so far. `overloaded`: the
  /// server is overloaded; the message may be valid.
  [[nodiscard]] reply refuse(codec::protocol in, std::string_view beginning, std::string_view why, bool overloaded);

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::rpc
