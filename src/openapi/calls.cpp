#include "openapi/document_parts.hpp"
#include "openapi/problems.hpp"
#include "openapi/representations.hpp"

namespace weir::openapi {

void add_calls(draft& to) {
  operation made;
  made.id = "callThrift";
  made.tag = commands_tag;
  made.summary = "Thrift RPC over HTTP";
  made.description =
      "The body is one call of a domain's Thrift service; the answer is its reply in the same protocol, as with the "
      "HTTP transports of Apache Thrift. Refusals and faults of the call are Thrift exceptions in the reply.";
  made.request_body = {{"required", true}, {"content", thrift_call_content()}};
  made.responses[200] = {{"description", "The reply."}, {"content", thrift_call_content()}};
  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"ContentTooLarge", "UnsupportedMediaType"});
  to.paths.add("/rpc", "post", std::move(made));
}

}  // namespace weir::openapi
