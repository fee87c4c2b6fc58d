#include "rpc/services.hpp"

#include <algorithm>

#include "base/suggestion.hpp"
#include "codec/utf8.hpp"

namespace weir::rpc {
namespace {

/// How much of a wrong name is quoted.
constexpr std::size_t quoted_bytes_max = 100;

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

schema::field thrown(const schema::method::refusal& refusal) {
  schema::field made{};
  made.id = refusal.id;
  made.name = made.thrift_name = refusal.name;
  made.presence = schema::requiredness::optional;
  made.type.is = schema::kind::structure;
  made.type.name = refusal.exception->name;
  made.type.shape = refusal.exception;
  return made;
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
  const auto found = in->second.find(name);
  if (found == in->second.end()) return "There is no method " + quoted(name) + near(name, in->second) + ".";
  return found->second;
}

}  // namespace weir::rpc
