#include <memory>

#include "api/api.hpp"
#include "http/exchange.hpp"
#include "http/header_values.hpp"
#include "http/representation.hpp"
#include "rpc/dispatcher.hpp"

namespace weir::api {
namespace {

/// What the HTTP transports of Apache Thrift send, whatever the protocol inside is.
constexpr std::string_view any_thrift = "application/x-thrift";

constexpr representation taken[] = {representation::thrift_binary, representation::thrift_compact,
                                    representation::thrift_json};

codec::protocol protocol_in(representation which) {
  switch (which) {
    case representation::thrift_compact:
      return codec::protocol::compact;
    case representation::thrift_json:
      return codec::protocol::json;
    default:
      return codec::protocol::binary;
  }
}

/// The protocol of a call: Content-Type says it; under Thrift's own type, the body's beginning does.
codec::protocol protocol_of_call(const request& asked, std::string_view body) {
  const auto type = asked.field("Content-Type");
  if (!type || !equals_ignoring_case(media_type(*type), any_thrift)) {
    return protocol_in(body_representation(asked, taken));
  }
  const auto found = rpc::protocol_of(body);
  if (found) return *found;
  throw problem_raised{
      make_problem(problem_kind::malformed_request, "The body is not a message in one of Thrift's protocols.")};
}

/// POST /rpc: one message of Thrift RPC in, its reply out, in the same protocol.
task<> post_call(exchange& x, rpc::dispatcher& calls) {
  refuse_content_coding(x.request());
  const std::string_view body = co_await x.body();
  const codec::protocol in = protocol_of_call(x.request(), body);
  origin from;
  from.traceparent = x.trace().traceparent();
  rpc::connected_caller by{x.session_of_caller(), true, false, x.is_audited() ? x.client_address() : std::string()};
  rpc::reply answered = co_await calls.call(in, body, std::move(from), by);
  if (answered.repeatable && !x.try_hold_for_answer(answered.bytes.size())) {
    throw problem_raised{bodies_have_all_memory()};
  }
  x.respond(ok(x.request().field("Content-Type").value_or(any_thrift), std::move(answered.bytes)));
}

}  // namespace

void add_calls(router& to, rpc::dispatcher& calls) {
  to.add(method::post, "/rpc", auth::requirement::credential(), [&calls](exchange& x) { return post_call(x, calls); });
  to.audits_itself("/rpc");
}

}  // namespace weir::api
