#include "rpc/dispatcher.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <spdlog/spdlog.h>

#include "auth/denial.hpp"
#include "auth/requirement.hpp"
#include "codec/compact.hpp"
#include "codec/compact_reader.hpp"
#include "requests/execute.hpp"
#include "requests/problems.hpp"
#include "rpc/call_metrics.hpp"
#include "rpc/problem_struct.hpp"
#include "rpc/services.hpp"

namespace weir::rpc {
namespace {

using steady_clock = std::chrono::steady_clock;

/// A message that cannot be carried out at all. Ends the call.
struct fault_raised {
  fault_type type;
  std::string detail;
  ending how;
};

/// Ends the call with the exception Problem.
struct problem_raised {
  problem what;
  ending how;
};

/// What a call comes to: compact bytes of the method's result struct.
struct answered {
  std::string result;
  ending how;
};

/// 4bf92f3577b34da6a3ce929d0e0e4736 of 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
std::string_view trace_id_of(const origin& from) {
  const std::string_view text = from.traceparent;
  return text.size() >= 35 ? text.substr(3, 32) : "none";
}

/// Where a call stands, for the log and the metrics.
struct call_in_progress {
  message_header header;
  const served_method* method = nullptr;
  codec::protocol in;
  origin from;
  connected_caller& by;
  std::string subject;  ///< for the audit log, as is the next one
  std::string reason;
  steady_clock::time_point begun = steady_clock::now();

  [[nodiscard]] std::string_view name() const { return method ? std::string_view(method->name) : "none"; }
};

void log_fault(const call_in_progress& call, std::string_view reason) {
  spdlog::error("rpc {} failed: {} trace={}", call.name(), reason, trace_id_of(call.from));
}

/// The bytes of a struct's fields 1 and 2, both of which are structs. The bytes came through the codec.
std::pair<std::string_view, std::optional<std::string_view>> first_two(std::string_view compact) {
  std::pair<std::string_view, std::optional<std::string_view>> found;
  codec::compact_reader in(compact);
  for (auto next = in.field(0); next.type != codec::wire::stop; next = in.field(next.id)) {
    const std::size_t begin = in.offset();
    in.skip(next.type);
    const std::string_view bytes = compact.substr(begin, in.offset() - begin);
    if (next.id == 1) found.first = bytes;
    if (next.id == 2) found.second = bytes;
  }
  return found;
}

/// The text of a struct's field 1. The bytes came through the codec.
std::string token_in(std::string_view compact) {
  codec::compact_reader in(compact);
  const auto first = in.field(0);
  return first.id == 1 ? std::string(in.binary()) : std::string();
}

/// Pointers are into the command or query, not into the list of arguments.
void shorten_pointers(std::vector<codec::violation>& violations, const served_method& method) {
  const std::string argument = "/" + method.arguments.fields.front().name;
  for (codec::violation& each : violations) {
    const bool inside = each.pointer == argument || each.pointer.starts_with(argument + "/");
    if (inside) each.pointer.erase(0, argument.size());
  }
}

/// The arguments as compact bytes of one struct, which keep every rule.
std::string read_arguments(const served_method& method, codec::protocol in, std::string_view bytes) {
  codec::decoded read = codec::from_thrift(bytes, in, method.arguments);
  if (auto* compact = std::get_if<std::string>(&read)) return std::move(*compact);
  if (const auto* fault = std::get_if<codec::malformed>(&read)) {
    throw fault_raised{fault_type::protocol_error, fault->detail, ending::malformed};
  }
  auto& violations = std::get<codec::invalid>(read).violations;
  shorten_pointers(violations, method);
  throw problem_raised{explain(violations), ending::invalid};
}

/// The same keys as over HTTP.
std::optional<std::string> key_of(const ExecuteOptions& options) {
  if (!options.__isset.idempotencyKey) return std::nullopt;
  const std::string& key = options.idempotencyKey;
  if (!std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; })) {
    const codec::violation unprintable{"/options/idempotencyKey", "must be printable ASCII characters"};
    throw problem_raised{explain(std::vector{unprintable}), ending::invalid};
  }
  return key;
}

expectation expectation_of(const ExecuteOptions& options) {
  if (!options.__isset.expectedSequence) return {};
  if (options.expectedSequence == 0) return {expectation::kind::absent, {}};
  return {expectation::kind::at, {static_cast<std::uint64_t>(options.expectedSequence)}};
}

answered with_success(const served_method& method, std::string_view compact) {
  return {codec::wrap(*method.result.find(std::int16_t{0}), compact), ending::answered};
}

/// The exception itself, where the method declares it; nothing where it cannot be thrown.
std::optional<answered> with_refusal(const served_method& method, const schema::structure& exception,
                                     std::string_view compact) {
  const schema::field* declared = method.field_for(exception);
  if (!declared) return std::nullopt;
  return answered{codec::wrap(*declared, compact), ending::refused};
}

ending ending_of(const outcome& came_to) {
  struct kinds {
    ending operator()(const acceptance&) const { return ending::answered; }
    ending operator()(const weir::refused&) const { return ending::refused; }
    ending operator()(const weir::sequence_mismatch&) const { return ending::sequence_mismatch; }
    ending operator()(const weir::subject_erased&) const { return ending::refused; }
    ending operator()(const weir::subject_unknown&) const { return ending::refused; }
    ending operator()(const weir::key_reused&) const { return ending::key_reused; }
    ending operator()(const weir::overloaded&) const { return ending::overloaded; }
    ending operator()(const weir::unavailable&) const { return ending::unavailable; }
    ending operator()(const weir::faulty&) const { return ending::internal; }
    ending operator()(const weir::damaged&) const { return ending::internal; }
  };
  return std::visit(kinds{}, came_to);
}

/// The type of a TApplicationException in place of a Problem.
fault_type fault_for(const problem& what) {
  if (what.status >= 500) return fault_type::internal_error;
  return what.errors.empty() ? fault_type::unknown : fault_type::protocol_error;
}

std::string in_one_sentence(const problem& what) {
  std::string text = what.title + ". " + what.detail;
  for (const codec::violation& each : what.errors) text += " " + each.pointer + ": " + each.detail + ".";
  return text;
}

std::vector<std::string> names_of(const services& known) {
  std::vector<std::string> names;
  for (const auto& each : known.methods()) names.push_back(each->name);
  return names;
}

}  // namespace

class dispatcher::implementation {
 public:
  implementation(engine& over, query_threads& queries, prometheus::Registry& metrics, auth::gate gate,
                 std::shared_ptr<auth::audit_log> audit)
      : engine_(over),
        queries_(queries),
        gate_(gate),
        audit_(std::move(audit)),
        services_(over.domains()),
        metrics_(metrics, names_of(services_)) {}

  net::task<reply> call(codec::protocol in, std::string_view bytes, origin from, connected_caller& by) {
    call_in_progress call{.header = {}, .in = in, .from = std::move(from), .by = by, .subject = {}, .reason = {}};
    reply given;
    ending how = ending::internal;
    try {
      const message asked = take_apart(call, bytes);
      answered came_to{};
      if (call.method->authenticates) {
        came_to = authenticate(call, asked.arguments);
      } else if (call.method->query) {
        need_credential(call);
        given.repeatable = true;
        came_to = co_await answer(call, asked.arguments);
      } else {
        need_credential(call);
        came_to = co_await execute(call, asked.arguments);
      }
      how = came_to.how;
      given.bytes = write_result(call, came_to.result);
    } catch (const problem_raised& raised) {
      how = raised.how;
      given.bytes = write_problem(call, raised.what);
      // A credential that has ended ends its connection. Whoever has none may still authenticate.
      given.close = how == ending::unauthenticated && by.admitted;
    } catch (const fault_raised& raised) {
      how = raised.how;
      given.bytes = write_fault(call.header, raised.type, raised.detail, in);
      given.close = how == ending::malformed;
    } catch (const fatal_error& e) {
      log_fault(call, e.what());
      given.bytes = write_problem(call, problem_of_read({e.code, e.what()}, trace_id_of(call.from)));
    } catch (const std::exception& e) {
      log_fault(call, e.what());
      given.bytes = write_problem(call, make_internal(trace_id_of(call.from)));
    } catch (...) {
      log_fault(call, "an exception that is not a std::exception was thrown");
      given.bytes = write_problem(call, make_internal(trace_id_of(call.from)));
    }
    if (call.header.type == message_type::oneway) given.bytes.clear();
    tally(call, how);
    co_return given;
  }

  reply refuse(codec::protocol in, std::string_view beginning, std::string_view why, bool overloaded) {
    metrics_.count(services_.methods().size(), overloaded ? ending::overloaded : ending::malformed, {});
    const fault_type type = overloaded ? fault_type::internal_error : fault_type::protocol_error;
    const auto header = read_header(beginning, in);
    if (header.has_error()) return {write_fault({}, type, why, in), true};
    if (header->type == message_type::oneway) return {{}, true};
    return {write_fault(without_service(*header), type, why, in), true};
  }

 private:
  /// The name without the service's, as TMultiplexedProcessor answers: clients compare it with the method's.
  static message_header without_service(message_header header) {
    header.name.erase(0, header.name.find(':') + 1);  // npos + 1 is 0
    return header;
  }

  /// The message, whose method is known.
  message take_apart(call_in_progress& call, std::string_view bytes) const {
    auto read = read_message(bytes, call.in);
    if (read.has_error()) {
      // Whose call it was may be told all the same.
      if (auto header = read_header(bytes, call.in)) call.header = without_service(std::move(*header));
      throw fault_raised{fault_type::protocol_error, read.error().detail, ending::malformed};
    }
    const std::string name = read->header.name;
    call.header = without_service(std::move(read->header));
    if (call.header.type != message_type::call && call.header.type != message_type::oneway) {
      throw fault_raised{fault_type::invalid_message_type, "The message is not a call.", ending::malformed};
    }
    const auto found = services_.find(name);
    if (const auto* why = std::get_if<std::string>(&found)) {
      throw fault_raised{fault_type::unknown_method, *why, ending::unknown_method};
    }
    call.method = std::get<const served_method*>(found);
    return std::move(*read);
  }

  void need_credential(call_in_progress& call) const {
    if (call.by.admitted && gate_.holds(call.by.session)) return;
    call.reason = call.by.admitted ? "the credential has ended" : "no credential";
    if (call.by.admitted) throw problem_raised{make_unauthorized_any_more(), ending::unauthenticated};
    throw problem_raised{make_problem(problem_kind::unauthorized,
                                      "This connection has no credential. Call authenticate of AccessService first, or "
                                      "show a client certificate."),
                         ending::unauthenticated};
  }

  static void need(call_in_progress& call, const auth::requirement& what) {
    if (what.is_met_by(*call.by.session.may)) return;
    call.reason = what.text() + " is not granted";
    throw problem_raised{make_forbidden(what.text()), ending::forbidden};
  }

  /// From now on the connection's calls come from the caller who has the token.
  answered authenticate(call_in_progress& call, std::string_view arguments) {
    const std::string token = token_in(read_arguments(*call.method, call.in, arguments));
    if (!call.by.may_authenticate) {
      throw problem_raised{make_problem(problem_kind::malformed_request,
                                        "Over HTTP the token belongs into the header field Authorization."),
                           ending::invalid};
    }
    auto admitted = gate_.admit_token(token);
    if (const auto* why = std::get_if<auth::denial>(&admitted)) {
      call.reason = why->reason;
      throw problem_raised{make_unauthorized(*why), why->try_again ? ending::unavailable : ending::unauthenticated};
    }
    call.by.session = std::move(std::get<auth::session>(admitted));
    call.by.admitted = true;
    const auth::session& now = call.by.session;
    Caller told;
    told.name = now.who->name;
    told.roles = now.who->roles;
    if (now.expires_at) told.__set_expiresAt(now.expires_at->time_since_epoch().count());
    return with_success(*call.method, codec::encode(told));
  }

  net::task<answered> answer(call_in_progress& call, std::string_view arguments) {
    const query_type& query = *call.method->query;
    if (!call.by.session.may->may_query(call.method->of->name, query.name)) {
      need(call, auth::requirement::query(call.method->of->name, query.name));
    }
    const std::string compact = read_arguments(*call.method, call.in, arguments);
    const std::string_view asked = first_two(compact).first;
    auto at_once = queries_.answer_at_once(query, asked, *call.by.session.who);
    if (at_once.has_error()) throw explain_read(call, at_once.error());
    if (*at_once) co_return answer_of(call, **at_once);
    const query_threads::found apart = co_await queries_.answer(query, std::string(asked), call.by.session.who);
    if (!apart) throw problem_raised{too_many_queries(), ending::overloaded};
    if (apart->has_error()) throw explain_read(call, apart->error());
    co_return answer_of(call, **apart);
  }

  static answered answer_of(const call_in_progress& call, const query_answer& found) {
    if (const auto* why = std::get_if<query_answer::refused>(&found.value)) {
      if (auto thrown = with_refusal(*call.method, *why->exception, why->bytes)) return std::move(*thrown);
      throw problem_raised{explain_absence(*why->exception, why->bytes), ending::refused};
    }
    return with_success(*call.method, std::get<std::string>(found.value));
  }

  static problem_raised explain_read(const call_in_progress& call, const error& why) {
    const bool later = why.code == errc::unavailable;
    if (!later) log_fault(call, why.detail);
    return {problem_of_read(why, trace_id_of(call.from)), later ? ending::unavailable : ending::internal};
  }

  net::task<answered> execute(call_in_progress& call, std::string_view arguments) {
    submission work = read_submission(call, arguments);
    const std::string command = work.commands.front().type->name;
    const std::string stream = work.commands.front().stream;
    if (audit_) call.subject = command + " " + stream;
    outcome came_to = co_await weir::execute(engine_, std::move(work));
    if (const auto* accepted = std::get_if<acceptance>(&came_to)) {
      const acceptance::item& item = accepted->results.front();
      CommandResult made;
      made.stream = item.stream;
      made.sequence = static_cast<std::int64_t>(item.sequence.value);
      made.position = static_cast<std::int64_t>(item.position.value);
      made.__set_replayed(accepted->replayed);
      co_return with_success(*call.method, codec::encode(made));
    }
    if (const auto* why = std::get_if<refused>(&came_to)) {
      if (auto thrown = with_refusal(*call.method, *why->exception, why->bytes)) co_return std::move(*thrown);
    }
    const failed_command failed{command, stream, trace_id_of(call.from)};
    log_failure(came_to, failed);
    throw problem_raised{problem_of(came_to, failed), ending_of(came_to)};
  }

  submission read_submission(call_in_progress& call, std::string_view arguments) const {
    const std::string compact = read_arguments(*call.method, call.in, arguments);
    const auto [command, given_options] = first_two(compact);
    ExecuteOptions options;
    if (call.method->takes_options && given_options) options = codec::decode<ExecuteOptions>(*given_options);

    submission work;
    work.by = call.by.session.who;
    work.from = call.from;
    work.idempotency_key = key_of(options);
    const codec::member member = call.method->command
                                     ? codec::member{call.method->command, command}
                                     : codec::member_of(command, *call.method->of->idl->commands()).value();
    const std::string& domain = call.method->of->name;
    if (!call.by.session.may->may_command(domain, member.field->name)) {
      need(call, auth::requirement::command(domain, member.field->name));
    }
    auto prepared =
        engine_.prepare(*engine_.domains().find_command(member.field->name), member.bytes, expectation_of(options));
    if (prepared.has_error()) {
      throw problem_raised{explain(std::vector{codec::violation{"", prepared.error().detail}}), ending::invalid};
    }
    work.commands.push_back(std::move(*prepared));
    return work;
  }

  static std::string write_result(const call_in_progress& call, std::string_view compact) {
    auto written = write_reply(call.header, compact, call.method->result, call.in);
    if (written.has_error()) throw fatal_error(written.error());
    return std::move(*written);
  }

  /// The exception Problem; of a method that does not declare it, a TApplicationException.
  static std::string write_problem(const call_in_progress& call, const problem& what) {
    const schema::field* declared = call.method ? call.method->field_for_problem() : nullptr;
    if (declared) {
      auto written = write_reply(call.header, codec::wrap(*declared, codec::encode(struct_of(what))),
                                 call.method->result, call.in);
      if (written) return std::move(*written);
      log_fault(call, written.error().detail);
    }
    return write_fault(call.header, fault_for(what), in_one_sentence(what), call.in);
  }

  void tally(const call_in_progress& call, ending how) {
    const auto took = steady_clock::now() - call.begun;
    metrics_.count(call.method ? call.method->index : services_.methods().size(), how, took);
    if (audit_) audit(call, how);
    if (!spdlog::should_log(spdlog::level::debug)) return;
    const std::string& caller = call.by.session.who->name;
    spdlog::debug("rpc {} {} {}us{}{} trace={}", call.name(), name_of(how),
                  std::chrono::duration_cast<std::chrono::microseconds>(took).count(),
                  caller.empty() ? "" : " caller=", caller, trace_id_of(call.from));
  }

  /// One line for what was refused to a caller, for what may have changed something, and for each authentication.
  void audit(const call_in_progress& call, ending how) const {
    const bool is_refused = how == ending::unauthenticated || how == ending::forbidden;
    if (!is_refused && (!call.method || call.method->query)) return;
    const std::string action = "rpc " + std::string(call.name());
    const auth::audit_entry entry{.who = call.by.session.who.get(),
                                  .address = call.by.address,
                                  .action = action,
                                  .subject = call.subject,
                                  .outcome = how == ending::answered ? "done" : name_of(how),
                                  .detail = call.reason,
                                  .trace = trace_id_of(call.from)};
    is_refused || !call.by.admitted ? audit_->write_limited(entry) : audit_->write(entry);
  }

  engine& engine_;
  query_threads& queries_;
  const auth::gate gate_;
  const std::shared_ptr<auth::audit_log> audit_;
  const services services_;
  call_metrics metrics_;
};

dispatcher::dispatcher(engine& over, query_threads& queries, prometheus::Registry& metrics, auth::gate gate,
                       std::shared_ptr<auth::audit_log> audit)
    : implementation_(std::make_unique<implementation>(over, queries, metrics, gate, std::move(audit))) {}
dispatcher::~dispatcher() = default;

net::task<reply> dispatcher::call(codec::protocol in, std::string_view message, origin from, connected_caller& by) {
  return implementation_->call(in, message, std::move(from), by);
}

reply dispatcher::refuse(codec::protocol in, std::string_view beginning, std::string_view why, bool overloaded) {
  return implementation_->refuse(in, beginning, why, overloaded);
}

}  // namespace weir::rpc
