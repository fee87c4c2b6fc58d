#include "rpc/protocol.hpp"

#include "rpc/session.hpp"

namespace weir::rpc {

task<> protocol::serve(std::unique_ptr<connection> over) { return session::run(*this, std::move(over)); }

/// Closes it: Thrift has no words for a refusal before a call.
task<> protocol::refuse(std::unique_ptr<connection>) {
  counts_.connection_refused();
  co_return;
}

}  // namespace weir::rpc
