#include <map>

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <spdlog/spdlog.h>

#include "codec/codec.hpp"
#include "codec/json_writer.hpp"
#include "codec/suggestion.hpp"
#include "http/api.hpp"
#include "http/engine_problems.hpp"
#include "http/exchange.hpp"
#include "http/header_values.hpp"
#include "http/location.hpp"
#include "http/recorded_event_json.hpp"
#include "http/representation.hpp"
#include "weir/weir_types.h"

namespace weir::http {
namespace {

/// The largest sequence that JSON can name exactly. No stream will ever get there.
constexpr std::uint64_t sequence_max = (1ull << 53) - 1;

/// Longest value of a header field that becomes metadata of events.
constexpr std::size_t metadata_bytes_max = 255;

/// Hands a submission to the engine; the coroutine resumes on its own thread with the outcome.
struct submit_to_engine {
  engine* to;
  template <class Handler>
  void operator()(Handler&& done, submission work) const {
    to->submit(std::move(work), std::forward<Handler>(done));
  }
};

task<outcome> carry_out(engine& by, submission work) {
  auto submitting = boost::asio::async_initiate<const boost::asio::deferred_t&, void(outcome)>(
      submit_to_engine{&by}, boost::asio::deferred, std::move(work));
  outcome came_to = co_await std::move(submitting);
  co_return came_to;
}

problem malformed(std::string detail) { return make_problem(problem_kind::malformed_request, std::move(detail)); }

/// A command as it came in.
struct incoming {
  const command_type* type;
  std::string compact;
};

class command_endpoints {
 public:
  explicit command_endpoints(engine& over) : engine_(over) {
    for (const domain& each : over.domains().domains()) {
      for (const auto& command : each.commands) {
        known_.emplace(command->name, known{command.get(), &each, location(each, *command->shape)});
        names_.push_back(command->name);
      }
    }
  }

  /// POST /commands: the body is a union Command.
  task<> post(exchange& x) {
    const media_types types = media_types_of(x.request());
    const std::string_view body = co_await x.body();
    incoming command = read_union(x.request(), body, types.in);
    co_await execute(x, std::move(command), types.out);
  }

  /// POST /commands/{name}: the body is the command's struct.
  task<> post_named(exchange& x) {
    const std::string_view name = x.parameter("name");
    const auto found = known_.find(name);
    if (found == known_.end()) {
      throw problem_raised{make_problem(
          problem_kind::not_found, "There is no command " + std::string(name) + codec::suggestion(name, names_) + ".")};
    }
    const media_types types = media_types_of(x.request());
    const std::string_view body = co_await x.body();
    const command_type& type = *found->second.type;
    incoming command{&type, decode(body, types.in, *type.shape)};
    co_await execute(x, std::move(command), types.out);
  }

 private:
  struct known {
    const command_type* type;
    const domain* of;
    location where;
  };

  struct media_types {
    representation in, out;
  };

  static media_types media_types_of(const request& asked) {
    const representation in = body_representation(asked, struct_representations);
    return {in, negotiate(asked, struct_representations)};
  }

  [[nodiscard]] std::string decode(std::string_view body, representation in, const schema::structure& shape) const {
    codec::decoded read = decode_body(body, in, shape);
    if (auto* compact = std::get_if<std::string>(&read)) return std::move(*compact);
    if (const auto* fault = std::get_if<codec::malformed>(&read)) {
      throw problem_raised{in == representation::json ? explain(*fault)
                                                      : malformed("The body cannot be read: " + fault->detail + ".")};
    }
    const auto& faults = std::get<codec::invalid>(read);
    problem why = explain(faults.violations);
    if (faults.unknown_member) {
      const problem unknown =
          make_problem(problem_kind::unknown_command, "There is no command " + *faults.unknown_member +
                                                          codec::suggestion(*faults.unknown_member, names_) + ".");
      why.type = unknown.type;
      why.title = unknown.title;
      why.detail = unknown.detail;
    }
    throw problem_raised{std::move(why)};
  }

  [[nodiscard]] incoming read_union(const request& asked, std::string_view body, representation in) const {
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    if (in == representation::json && start != body.npos && body[start] == '[') {
      throw problem_raised{malformed("The body is an array. A request takes one command, as an object.")};
    }
    const domain& meant = in == representation::json ? domain_of_json(body) : domain_of_parameter(asked);
    const schema::structure& shape = *meant.idl->commands();
    const std::string compact = decode(body, in, shape);
    const codec::member member = codec::member_of(compact, shape).value();
    return {known_.find(member.field->name)->second.type, std::string(member.bytes)};
  }

  /// The domain whose command is meant: the body's first member says. If it says nothing that is known, the first
  /// domain does for saying so.
  [[nodiscard]] const domain& domain_of_json(std::string_view body) const {
    const auto& domains = engine_.domains().domains();
    if (domains.size() > 1) {
      const std::size_t open = body.find('"');
      const std::size_t close = open == body.npos ? open : body.find('"', open + 1);
      if (close != body.npos) {
        const auto found = known_.find(body.substr(open + 1, close - open - 1));
        if (found != known_.end()) return *found->second.of;
      }
    }
    return domains.front();
  }

  /// A Thrift body holds no names: the parameter `domain` says whose union it is; needless where there is one domain.
  [[nodiscard]] const domain& domain_of_parameter(const request& asked) const {
    const auto& domains = engine_.domains().domains();
    const auto name = asked.where.parameter("domain");
    if (!name) {
      if (domains.size() == 1) return domains.front();
      throw problem_raised{
          malformed("There are several domains: the parameter domain has to say whose command it is.")};
    }
    for (const domain& each : domains) {
      if (each.name == *name) return each;
    }
    throw problem_raised{malformed("There is no domain " + std::string(*name) + ".")};
  }

  task<> execute(exchange& x, incoming command, representation out) {
    const known& what = known_.find(command.type->name)->second;
    submission work;
    work.idempotency_key = read_key(x.request());
    work.want_events = out == representation::json && prefers(x.request(), "return", "representation");
    work.from = origin_of(x);
    auto prepared = engine_.prepare(*command.type, command.compact);
    if (prepared.has_error()) {
      const codec::violation too_long{"", "The name of the stream would be longer than " +
                                              std::to_string(limits::stream_name_bytes_max) + " bytes."};
      throw problem_raised{explain(std::vector{too_long})};
    }
    prepared->expected = read_expectation(x, prepared->stream);
    std::string stream = prepared->stream;
    work.orders.push_back(std::move(*prepared));
    const bool want_events = work.want_events;
    outcome came_to = co_await carry_out(engine_, std::move(work));
    if (const auto* accepted = std::get_if<acceptance>(&came_to)) {
      response answer;
      if (want_events) answer.set("Preference-Applied", "return=representation");
      auto body = out == representation::json ? json_of(*accepted, want_events) : thrift_of(*accepted, *what.of, out);
      if (body.has_error()) {
        x.respond(internal_problem(x, body.error().detail));
        co_return;
      }
      answer.body = std::move(*body);
      answer.set("Content-Type", media_type_of(out));
      respond(x, std::move(answer), *accepted, what.where.of(command.compact, *what.type->shape));
    } else {
      x.respond(explain_failure(x, came_to, command.type->name, stream));
    }
  }

  static void respond(exchange& x, response answer, const acceptance& accepted,
                      const std::optional<std::string>& where) {
    const acceptance::item& item = accepted.results.front();
    answer.set("ETag", "\"" + std::to_string(item.sequence.value) + "\"");
    if (where) answer.set("Location", *where);
    answer.set("Weir-Position", std::to_string(item.position.value));
    answer.set("Vary", "Accept");
    if (accepted.replayed) answer.set("Idempotency-Replayed", "true");
    x.respond(std::move(answer));
  }

  [[nodiscard]] result<std::string> json_of(const acceptance& accepted, bool want_events) const {
    const acceptance::item& item = accepted.results.front();
    std::string json;
    json.reserve(96);
    json += "{\"stream\":";
    codec::append_json_string(json, item.stream);
    json.append(",\"sequence\":").append(std::to_string(item.sequence.value));
    json.append(",\"position\":").append(std::to_string(item.position.value));
    if (want_events) {
      json += ",\"events\":[";
      for (const recorded_event& event : accepted.events) {
        if (json.back() != '[') json += ',';
        if (auto written = append_recorded_event(json, event, engine_.domains()); written.has_error()) {
          return written.error();
        }
      }
      json += ']';
    }
    json += '}';
    return json;
  }

  /// The struct CommandResult of idl/weir, as over RPC.
  [[nodiscard]] static result<std::string> thrift_of(const acceptance& accepted, const domain& of, representation out) {
    const acceptance::item& item = accepted.results.front();
    rpc::CommandResult result;
    result.stream = item.stream;
    result.sequence = static_cast<std::int64_t>(item.sequence.value);
    result.position = static_cast<std::int64_t>(item.position.value);
    if (accepted.replayed) result.__set_replayed(true);
    std::string bytes;
    const auto written = encode_body(codec::encode(result), *of.idl->find("CommandResult"), out, bytes);
    if (written.has_error()) return written.error();
    return bytes;
  }

  [[nodiscard]] problem explain_failure(exchange& x, const outcome& came_to, const std::string& name,
                                        const std::string& stream) const {
    if (const auto* why = std::get_if<refused>(&came_to)) {
      return explain_refusal(*why->exception, why->bytes,
                             name + " was refused for the stream " + stream + "; nothing was written.");
    }
    if (const auto* why = std::get_if<sequence_mismatch>(&came_to)) return explain_mismatch(*why);
    if (std::holds_alternative<key_reused>(came_to)) {
      return make_problem(problem_kind::idempotency_key_reused, "The Idempotency-Key stands for another command.");
    }
    if (std::holds_alternative<overloaded>(came_to)) {
      return make_unavailable(problem_kind::overloaded, "Too many commands wait. Nothing was written.",
                              limits::retry_after);
    }
    if (const auto* why = std::get_if<unavailable>(&came_to)) {
      spdlog::warn("{} for {} was not carried out: {} trace={}", name, stream, why->detail, x.trace().trace_id);
      if (!why->outcome_unknown) {
        return make_unavailable(problem_kind::unavailable, "Commands are not taken at present. Nothing was written.",
                                limits::retry_after);
      }
      return make_unavailable(problem_kind::unavailable, "It is not known whether the command was carried out.",
                              limits::retry_after)
          .with("outcome", "unknown");
    }
    return internal_problem(x, std::get<faulty>(came_to).detail);
  }

  [[nodiscard]] static problem explain_mismatch(const sequence_mismatch& why) {
    nlohmann::ordered_json expected;
    switch (why.expected.is) {
      case expectation::kind::at:
        expected = why.expected.at.value;
        break;
      case expectation::kind::absent:
        expected = 0;
        break;
      default:
        expected = "*";
    }
    return explain_mismatch(why.stream, std::move(expected), why.actual);
  }

  [[nodiscard]] static problem explain_mismatch(const std::string& stream, nlohmann::ordered_json expected,
                                                sequence actual) {
    std::string detail = "The stream " + stream;
    detail += actual.value == 0 ? " does not exist." : " is at sequence " + std::to_string(actual.value) + ".";
    return make_problem(problem_kind::sequence_mismatch, std::move(detail))
        .with("expected", std::move(expected))
        .with("actual", actual.value);
  }

  [[nodiscard]] static std::optional<std::string> read_key(const request& asked) {
    const auto value = asked.field("Idempotency-Key");
    if (!value) return std::nullopt;
    auto key = asked.count("Idempotency-Key") == 1 ? idempotency_key(*value) : std::nullopt;
    if (!key) {
      throw problem_raised{malformed("Idempotency-Key is 1 to " + std::to_string(limits::idempotency_key_bytes_max) +
                                     " printable ASCII characters, bare or as a quoted string.")};
    }
    return key;
  }

  /// If-Match and If-None-Match as what the engine checks when the command's turn comes.
  [[nodiscard]] expectation read_expectation(exchange& x, const std::string& stream) const {
    const auto match = x.request().field_list("If-Match");
    const auto none_match = x.request().field_list("If-None-Match");
    if (match && none_match) throw problem_raised{malformed("If-Match and If-None-Match do not go together.")};
    if (none_match) {
      const auto condition = read_condition(*none_match);
      if (!condition || !condition->any) throw problem_raised{malformed("If-None-Match is * on a command.")};
      return {expectation::kind::absent, {}};
    }
    if (!match) return {};
    const auto condition = read_condition(*match);
    if (!condition) throw problem_raised{malformed("If-Match is *, or entity tags such as \"3\".")};
    if (condition->any) return {expectation::kind::exists, {}};
    return one_of(x, *condition, stream);
  }

  /// Of several tags the one that holds now is the one that has to hold. Those that are weak or no sequences never do.
  [[nodiscard]] expectation one_of(exchange& x, const entity_condition& condition, const std::string& stream) const {
    std::vector<sequence> wanted;
    for (const entity_tag& tag : condition.tags) {
      const auto number = tag_number(tag);
      if (number && *number > 0 && *number <= sequence_max && !tag.weak) wanted.push_back({*number});
    }
    if (wanted.size() == 1) return {expectation::kind::at, wanted.front()};
    const auto head = engine_.head_of(stream);
    if (head.has_error()) throw problem_raised{internal_problem(x, head.error().detail)};
    const sequence actual = *head ? (*head)->sequence : sequence{};
    for (const sequence each : wanted) {
      if (each == actual) return {expectation::kind::at, each};
    }
    nlohmann::ordered_json expected = nlohmann::ordered_json::array();
    for (const sequence each : wanted) expected.push_back(each.value);
    throw problem_raised{explain_mismatch(stream, std::move(expected), actual)};
  }

  [[nodiscard]] static origin origin_of(exchange& x) {
    origin from;
    from.correlation_id = metadata_field(x.request(), "Weir-Correlation-Id");
    from.causation_id = metadata_field(x.request(), "Weir-Causation-Id");
    from.traceparent = x.trace().traceparent();
    return from;
  }

  [[nodiscard]] static std::string metadata_field(const request& asked, std::string_view name) {
    const auto value = asked.field(name);
    if (!value) return {};
    const bool printable = std::all_of(value->begin(), value->end(), [](char c) { return c >= 0x20 && c < 0x7f; });
    if (value->size() > metadata_bytes_max || !printable) {
      throw problem_raised{malformed(std::string(name) + " is at most " + std::to_string(metadata_bytes_max) +
                                     " printable ASCII characters.")};
    }
    return std::string(*value);
  }

  engine& engine_;
  std::map<std::string_view, known> known_;
  std::vector<std::string_view> names_;
};

}  // namespace

void add_commands(router& to, engine& over) {
  const auto endpoints = std::make_shared<command_endpoints>(over);
  to.add(method::post, "/commands", [endpoints](exchange& x) { return endpoints->post(x); });
  to.add(method::post, "/commands/{name}", [endpoints](exchange& x) { return endpoints->post_named(x); });
}

}  // namespace weir::http
