#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "net/task.hpp"
#include "requests/query_threads.hpp"
#include "rpc/message.hpp"

namespace prometheus {
class Registry;
}

namespace weir::rpc {

/// What a message is answered with.
struct reply {
  std::string bytes;        ///< a message in the protocol of the call; "" where none is due, after a oneway call
  bool repeatable = false;  ///< of a query: nothing was done for it
  bool close = false;       ///< what came was no proper message: a connection is not to be read from any further
};

/// Thrift calls as commands and queries of the engine's domains, by the schema alone: no code is generated for a
/// service.
///
/// Outcomes:     an answer; an exception that the method declares; where none fits, a TApplicationException. Of an
///               internal fault only the trace is told under which the diagnostic log explains it.
/// Concurrency:  calls may come from any thread, any number at once; each resumes on its own.
/// Lifetime:     the engine, the threads and the registry outlive it, and it outlives its calls.
class dispatcher {
 public:
  /// Throws std::logic_error if two domains have a service of the same name: a fault of the wiring.
  dispatcher(engine& over, query_threads& queries, prometheus::Registry& metrics);
  ~dispatcher();

  /// Carries out one whole message. Its bytes must stay where they are until the task is done. `from`: the caller, and
  /// the trace that the call belongs to.
  [[nodiscard]] net::task<reply> call(codec::protocol in, std::string_view message, origin from);

  /// The answer to what never became a message: why, in a sentence. `beginning`: as much as there is of it.
  /// `overloaded`: that was not the message's fault.
  [[nodiscard]] reply refuse(codec::protocol in, std::string_view beginning, std::string_view why, bool overloaded);

 private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir::rpc
