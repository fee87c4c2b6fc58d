#include "api/command_reader.hpp"

#include "base/limits.hpp"
#include "base/suggestion.hpp"
#include "codec/codec.hpp"

namespace weir::api {
namespace {

problem malformed(std::string detail) { return make_problem(problem_kind::malformed_request, std::move(detail)); }

/// The unions Command of all domains as one. Its members are numbered anew, which JSON does not show.
schema::structure union_of_all(const catalog& domains) {
  schema::structure all;
  all.name = "Command";
  all.category = schema::category::union_;
  for (const domain& each : domains.domains()) {
    for (const schema::field& member : each.idl->commands()->fields) {
      all.fields.push_back(member);
      all.fields.back().id = static_cast<std::int16_t>(all.fields.size());
    }
  }
  return all;
}

}  // namespace

command_reader::command_reader(const catalog& domains) : domains_(domains), any_(union_of_all(domains)) {
  for (const domain& each : domains.domains()) {
    for (const auto& command : each.commands) {
      known_.emplace(command->name, known{command.get(), &each, location(each, *command->shape)});
      names_.push_back(command->name);
    }
  }
}

command_reader::incoming command_reader::read(const request& asked, std::string_view body, representation in) const {
  if (in == representation::json) return read_json(body);
  const schema::structure& shape = *domain_of_parameter(asked).idl->commands();
  return member_of(decode(body, in, shape), shape);
}

command_reader::incoming command_reader::read_json(std::string_view json) const {
  return member_of(decode(json, representation::json, any_), any_);
}

std::vector<command_reader::incoming> command_reader::read_json_array(std::string_view json) const {
  const auto read = codec::from_json_array(json, any_, limits::group_commands_max);
  if (const auto* fault = std::get_if<codec::malformed>(&read)) throw problem_raised{explain(*fault)};
  if (const auto* faults = std::get_if<codec::invalid>(&read)) {
    problem why = explain_invalid(*faults);
    const bool of_the_array = faults->violations.front().pointer.empty();
    if (of_the_array) why.extras["limitCommands"] = limits::group_commands_max;
    throw problem_raised{std::move(why)};
  }
  std::vector<incoming> commands;
  for (const std::string& each : std::get<std::vector<std::string>>(read)) commands.push_back(member_of(each, any_));
  return commands;
}

command_reader::incoming command_reader::read_named(std::string_view name, std::string_view body,
                                                    representation in) const {
  const known& what = known_.find(name)->second;
  return {&what, decode(body, in, *what.type->shape)};
}

void command_reader::check_name(std::string_view name) const {
  if (known_.contains(name)) return;
  throw problem_raised{make_problem(problem_kind::not_found,
                                    "There is no command " + std::string(name) + suggestion(name, names_) + ".")};
}

std::string command_reader::decode(std::string_view body, representation in, const schema::structure& shape) const {
  codec::decoded read = decode_body(body, in, shape);
  if (auto* compact = std::get_if<std::string>(&read)) return std::move(*compact);
  if (const auto* fault = std::get_if<codec::malformed>(&read)) {
    throw problem_raised{in == representation::json ? explain(*fault)
                                                    : malformed("The body cannot be read: " + fault->detail + ".")};
  }
  throw problem_raised{explain_invalid(std::get<codec::invalid>(read))};
}

command_reader::incoming command_reader::member_of(std::string_view compact, const schema::structure& shape) const {
  const codec::member member = codec::member_of(compact, shape).value();
  return {&known_.find(member.field->name)->second, std::string(member.bytes)};
}

problem command_reader::explain_invalid(const codec::invalid& faults) const {
  problem why = explain(faults.violations);
  if (faults.unknown_member) {
    const problem unknown =
        make_problem(problem_kind::unknown_command, "There is no command " + *faults.unknown_member +
                                                        suggestion(*faults.unknown_member, names_) + ".");
    why.type = unknown.type;
    why.title = unknown.title;
    why.detail = unknown.detail;
  }
  return why;
}

/// A Thrift body holds no names: the parameter `domain` says whose union it is; needless where there is one domain.
const domain& command_reader::domain_of_parameter(const request& asked) const {
  const auto& domains = domains_.domains();
  const auto name = asked.where.parameter("domain");
  if (!name) {
    if (domains.size() == 1) return domains.front();
    throw problem_raised{malformed("There are several domains: the parameter domain must name the command's domain.")};
  }
  for (const domain& each : domains) {
    if (each.name == *name) return each;
  }
  throw problem_raised{malformed("There is no domain " + std::string(*name) + ".")};
}

}  // namespace weir::api
