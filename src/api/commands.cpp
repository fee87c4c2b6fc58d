#include <algorithm>

#include "api/api.hpp"
#include "api/command_answers.hpp"
#include "api/command_headers.hpp"
#include "api/command_lines.hpp"
#include "api/command_reader.hpp"
#include "api/engine_problems.hpp"
#include "http/exchange.hpp"
#include "requests/execute.hpp"
#include "weir/weir_types.h"

namespace weir::api {
namespace {

class command_endpoints {
 public:
  explicit command_endpoints(engine& over) : engine_(over), reader_(over.domains()) {}

  /// POST /commands: the body is a union Command, an array of them, or one a line.
  task<> post(exchange& x) {
    const media_types types = media_types_of(x.request(), command_representations);
    if (types.in == representation::ndjson) {
      co_await carry_out_lines(x, engine_, reader_, x.body_bytes_max());
      co_return;
    }
    const std::string_view body = co_await x.body();
    if (types.in == representation::json && begins_array(body)) {
      co_await execute_together(x, body);
      co_return;
    }
    incoming command = reader_.read(x.request(), body, types.in);
    co_await execute(x, std::move(command), types.out);
  }

  /// POST /commands/{name}: the body is the command's struct.
  task<> post_named(exchange& x) {
    const std::string_view name = x.parameter("name");
    reader_.check_name(name);
    const media_types types = media_types_of(x.request(), struct_representations);
    const std::string_view body = co_await x.body();
    incoming command = reader_.read_named(name, body, types.in);
    co_await execute(x, std::move(command), types.out);
  }

 private:
  using incoming = command_reader::incoming;

  struct media_types {
    representation in, out;
  };

  static media_types media_types_of(const request& asked, std::span<const representation> taken) {
    const representation in = body_representation(asked, taken);
    if (in == representation::ndjson) return {in, negotiate(asked, ndjson_only)};
    return {in, negotiate(asked, struct_representations)};
  }

  static bool begins_array(std::string_view body) {
    const std::size_t start = body.find_first_not_of(" \t\r\n");
    return start != body.npos && body[start] == '[';
  }

  task<> execute(exchange& x, incoming command, representation out) {
    const command_reader::known& what = *command.what;
    x.need_command(what.of->name, what.type->name);
    submission work;
    work.idempotency_key = read_key(x.request());
    work.want_events = out == representation::json && wants_events(x.request());
    work.by = x.caller();
    work.from = origin_of(x);
    auto prepared = engine_.prepare(*what.type, command.compact);
    if (prepared.has_error()) {
      throw problem_raised{explain(std::vector{explain_unnamable("")})};
    }
    if (x.is_audited()) x.about(what.type->name + " " + prepared->stream);
    prepared->expected = read_expectation(x, engine_, prepared->stream);
    std::string stream = prepared->stream;
    work.commands.push_back(std::move(*prepared));
    const bool want_events = work.want_events;
    outcome came_to = co_await weir::execute(engine_, std::move(work));
    if (const auto* accepted = std::get_if<acceptance>(&came_to)) {
      response answer;
      if (want_events) answer.set("Preference-Applied", "return=representation");
      auto body = out == representation::json ? json_of(*accepted, want_events) : thrift_of(*accepted, *what.of, out);
      if (body.has_error()) {
        x.respond(explain_read(x, body.error()));
        co_return;
      }
      answer.body = std::move(*body);
      answer.set("Content-Type", media_type_of(out));
      respond(x, std::move(answer), *accepted, what.where.of(command.compact, *what.type->shape));
    } else {
      x.respond(explain_failure(x, came_to, what.type->name, stream));
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
    std::string json;
    json.reserve(96);
    begin_result(json, accepted.results.front());
    if (want_events) {
      if (auto written = append_events(json, accepted.events, engine_.domains()); written.has_error()) {
        return written.error();
      }
    }
    json += '}';
    return json;
  }

  /// The struct CommandResult of idl/weir, as over RPC.
  [[nodiscard]] static result<std::string> thrift_of(const acceptance& accepted, const domain& of, representation out) {
    const acceptance::item& item = accepted.results.front();
    CommandResult result;
    result.stream = item.stream;
    result.sequence = static_cast<std::int64_t>(item.sequence.value);
    result.position = static_cast<std::int64_t>(item.position.value);
    if (accepted.replayed) result.__set_replayed(true);
    std::string bytes;
    const auto written = encode_body(codec::encode(result), *of.idl->find("CommandResult"), out, bytes);
    if (written.has_error()) return written.error();
    return bytes;
  }

  /// All of an array's commands or none.
  task<> execute_together(exchange& x, std::string_view body) {
    static_cast<void>(negotiate(x.request(), json_only));
    refuse_conditions(x.request());
    submission work;
    work.idempotency_key = read_key(x.request());
    work.want_events = wants_events(x.request());
    work.by = x.caller();
    work.from = origin_of(x);
    const std::vector<incoming> commands = reader_.read_json_array(body);
    for (const incoming& each : commands) need(x, each, static_cast<std::size_t>(&each - commands.data()));
    work.commands = addressed(commands);
    if (x.is_audited()) x.about(summary_of(work.commands));
    const bool want_events = work.want_events;
    std::vector<std::pair<const command_type*, std::string>> asked;
    for (const addressed_command& each : work.commands) asked.emplace_back(each.type, each.stream);
    outcome came_to = co_await weir::execute(engine_, std::move(work));
    const auto* accepted = std::get_if<acceptance>(&came_to);
    if (accepted == nullptr) {
      x.respond(explain_failure_together(x, came_to, asked));
      co_return;
    }
    auto json = json_of_all(*accepted, want_events);
    if (json.has_error()) {
      x.respond(explain_read(x, json.error()));
      co_return;
    }
    response answer;
    if (want_events) answer.set("Preference-Applied", "return=representation");
    answer.body = std::move(*json);
    answer.set("Content-Type", media_type_of(representation::json));
    answer.set("Weir-Position", std::to_string(last_of(*accepted).value));
    answer.set("Vary", "Accept");
    if (accepted->replayed) answer.set("Idempotency-Replayed", "true");
    x.respond(std::move(answer));
  }

  [[nodiscard]] std::vector<addressed_command> addressed(const std::vector<incoming>& commands) const {
    std::vector<addressed_command> made;
    std::vector<codec::violation> unnamable;
    for (const incoming& each : commands) {
      auto prepared = engine_.prepare(*each.what->type, each.compact);
      if (prepared) {
        made.push_back(std::move(*prepared));
      } else if (unnamable.size() < limits::violations_max) {
        unnamable.push_back(explain_unnamable("/" + std::to_string(&each - commands.data())));
      }
    }
    if (!unnamable.empty()) throw problem_raised{explain(unnamable)};
    return made;
  }

  static void need(exchange& x, const incoming& one, std::size_t index) {
    try {
      x.need_command(one.what->of->name, one.what->type->name);
    } catch (problem_raised& raised) {
      raised.what.extras["index"] = index;
      throw;
    }
  }

  /// For the audit log: createUser user-u1, createUser user-u2 and 98 more
  static std::string summary_of(const std::vector<addressed_command>& commands) {
    constexpr std::size_t named = 10;
    std::string text;
    for (std::size_t i = 0; i < std::min(named, commands.size()); ++i) {
      text.append(i == 0 ? "" : ", ").append(commands[i].type->name).append(" ").append(commands[i].stream);
    }
    if (commands.size() > named) text += " and " + std::to_string(commands.size() - named) + " more";
    return text;
  }

  /// Up to where all results are reflected. It need not be the last one's position: that one may have changed nothing.
  [[nodiscard]] static position last_of(const acceptance& accepted) {
    position last;
    for (const acceptance::item& each : accepted.results) last = std::max(last, each.position);
    return last;
  }

  /// {"position", "results": [...]}, where each result is as of a command by itself.
  [[nodiscard]] result<std::string> json_of_all(const acceptance& accepted, bool want_events) const {
    std::string json = "{\"position\":" + std::to_string(last_of(accepted).value) + ",\"results\":[";
    events_by_command events(accepted);
    for (const acceptance::item& each : accepted.results) {
      if (json.back() != '[') json += ',';
      begin_result(json, each);
      if (want_events) {
        if (auto written = append_events(json, events.next(each), engine_.domains()); written.has_error()) {
          return written.error();
        }
      }
      json += '}';
    }
    json += "]}";
    return json;
  }

  /// Which command it was stands in `index`, where it was one.
  [[nodiscard]] static problem explain_failure_together(
      exchange& x, const outcome& came_to, const std::vector<std::pair<const command_type*, std::string>>& asked) {
    std::optional<std::size_t> which;
    if (const auto* why = std::get_if<refused>(&came_to)) which = why->index;
    if (const auto* why = std::get_if<subject_erased>(&came_to)) which = why->index;
    const auto& [type, stream] = asked[which.value_or(0)];
    problem made = explain_failure(x, came_to, type->name, stream);
    if (which) made.extras["index"] = *which;
    return made;
  }

  engine& engine_;
  const command_reader reader_;
};

}  // namespace

void add_commands(router& to, engine& over) {
  const auto endpoints = std::make_shared<command_endpoints>(over);
  to.add(method::post, "/commands", auth::requirement::credential(),
         [endpoints](exchange& x) { return endpoints->post(x); });
  to.add(method::post, "/commands/{name}", auth::requirement::credential(),
         [endpoints](exchange& x) { return endpoints->post_named(x); });
}

}  // namespace weir::api
