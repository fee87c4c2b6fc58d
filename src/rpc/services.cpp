#include "rpc/services.hpp"

#include <algorithm>

#include "base/suggestion.hpp"
#include "codec/utf8.hpp"

namespace weir::rpc {
namespace {

/// How much of a wrong name is quoted.
constexpr std::size_t quoted_bytes_max = 100;

constexpr std::string_view access_service = "AccessService";

/// Whether it is a declaration of idl/weir/weir.thrift.
bool is_weirs(const schema::structure* shape, std::string_view name) {
  return shape != nullptr && shape->name == name && shape->scope == "weir";
}

schema::structure arguments_of(const schema::method& method) {
  schema::structure made;
  made.name = method.name + "_args";
  made.fields = method.arguments;
  made.fields.front().presence = schema::requiredness::required;
  return made;
}

schema::field field_of(std::int16_t id, const std::string& name, const schema::structure& shape) {
  schema::field made{};
  made.id = id;
  made.name = made.thrift_name = name;
  made.presence = schema::requiredness::optional;
  made.type.is = schema::kind::structure;
  made.type.name = shape.name;
  made.type.shape = &shape;
  return made;
}

schema::field thrown(const schema::method::refusal& refusal) {
  return field_of(refusal.id, refusal.name, *refusal.exception);
}

schema::structure result_of(const schema::method& method) {
  schema::structure made;
  made.name = method.name + "_result";
  made.category = schema::category::union_;
  schema::field success{};
  success.id = 0;
  success.name = success.thrift_name = "success";
  success.presence = schema::requiredness::optional;
  success.type = *method.answer;
  made.fields.push_back(std::move(success));
  for (const auto& refusal : method.refusals) made.fields.push_back(thrown(refusal));
  std::sort(made.fields.begin(), made.fields.end(),
            [](const schema::field& left, const schema::field& right) { return left.id < right.id; });
  return made;
}

const query_type* query_of(const weir::domain& of, const schema::method& method) {
  const auto found =
      std::find_if(of.queries.begin(), of.queries.end(), [&](const auto& query) { return query->method == &method; });
  return found == of.queries.end() ? nullptr : found->get();
}

bool carries_out_commands(const weir::domain& of, const schema::method& method) {
  return method.query != nullptr && !of.idl->is_query(method) && method.answer &&
         is_weirs(method.answer->shape, "CommandResult");
}

std::string quoted(std::string_view name) {
  if (!codec::is_utf8(name)) return "of that name";
  return "\"" + std::string(codec::utf8_prefix(name, quoted_bytes_max)) + "\"";
}

template <class Map>
std::string near(std::string_view name, const Map& known) {
  if (name.size() > quoted_bytes_max || !codec::is_utf8(name)) return "";
  std::vector<std::string_view> names;
  for (const auto& [each, ignored] : known) names.push_back(each);
  return suggestion(name, names);
}

}  // namespace

const schema::field* served_method::field_for(const schema::structure& exception) const {
  const auto found = std::find_if(result.fields.begin(), result.fields.end(), [&](const schema::field& each) {
    return each.id != 0 && each.type.shape == &exception;
  });
  return found == result.fields.end() ? nullptr : &*found;
}

const schema::field* served_method::field_for_problem() const {
  const auto found = std::find_if(result.fields.begin(), result.fields.end(), [](const schema::field& each) {
    return each.id != 0 && is_weirs(each.type.shape, "Problem");
  });
  return found == result.fields.end() ? nullptr : &*found;
}

services::services(const catalog& domains) {
  for (const weir::domain& each : domains.domains()) {
    if (each.idl->rpc() == nullptr) continue;
    const std::string_view name = each.idl->rpc()->name;
    if (first_.empty()) first_ = name;
    add_methods(each);
  }
  const auto& all = domains.domains();
  const auto with = std::find_if(all.begin(), all.end(), [](const weir::domain& each) {
    return is_weirs(each.idl->find("Caller"), "Caller") && is_weirs(each.idl->find("Problem"), "Problem");
  });
  if (with != all.end()) add_authenticate(*with);
}

/// `Caller authenticate(1: string token) throws (1: Problem problem)`
void services::add_authenticate(const weir::domain& with) {
  auto made = std::make_unique<served_method>();
  made->of = &with;
  made->index = methods_.size();
  made->name = std::string(access_service) + ".authenticate";
  made->authenticates = true;
  schema::field token{};
  token.id = 1;
  token.name = token.thrift_name = "token";
  token.presence = schema::requiredness::required;
  token.type.is = schema::kind::string;
  made->arguments.name = "authenticate_args";
  made->arguments.fields.push_back(std::move(token));
  schema::field success = field_of(0, "success", *with.idl->find("Caller"));
  schema::field problem = field_of(1, "problem", *with.idl->find("Problem"));
  made->result.name = "authenticate_result";
  made->result.category = schema::category::union_;
  made->result.fields = {std::move(success), std::move(problem)};
  const auto [place, is_new] = services_.emplace(access_service, methods_by_name{});
  if (!is_new) throw std::logic_error("a domain has a service with the name of Weir's own: AccessService");
  place->second.emplace("authenticate", made.get());
  methods_.push_back(std::move(made));
}

void services::add_methods(const weir::domain& of) {
  const schema::service& service = *of.idl->rpc();
  const auto [place, is_new] = services_.emplace(service.name, methods_by_name{});
  if (!is_new) throw std::logic_error("two domains have the service " + service.name);
  for (const schema::method& method : service.methods) {
    const query_type* query = query_of(of, method);
    if (query == nullptr && !carries_out_commands(of, method)) continue;
    auto made = std::make_unique<served_method>();
    made->of = &of;
    made->index = methods_.size();
    made->name = service.name + "." + method.name;
    made->declared = &method;
    made->query = query;
    if (query == nullptr) made->command = of.idl->command_of(*method.query);
    made->takes_options =
        query == nullptr && method.arguments.size() > 1 && is_weirs(method.arguments[1].type.shape, "ExecuteOptions");
    made->arguments = arguments_of(method);
    made->result = result_of(method);
    place->second.emplace(method.name, made.get());
    methods_.push_back(std::move(made));
  }
}

std::variant<const served_method*, std::string> services::find(std::string_view name) const {
  std::string_view service = first_;
  const std::size_t colon = name.find(':');
  if (colon != name.npos) {
    service = name.substr(0, colon);
    name.remove_prefix(colon + 1);
  }
  const auto in = services_.find(service);
  if (in == services_.end()) return "There is no service " + quoted(service) + near(service, services_) + ".";
  auto found = in->second.find(name);
  if (found == in->second.end() && colon == name.npos) {
    const auto weirs = services_.find(access_service);
    if (weirs != services_.end() && weirs->second.contains(name)) return weirs->second.at(name);
  }
  if (found == in->second.end()) return "There is no method " + quoted(name) + near(name, in->second) + ".";
  return found->second;
}

}  // namespace weir::rpc
