#include "schema/binding_writer.hpp"

#include <algorithm>

#include "schema/name_template.hpp"

namespace weir::schema {
namespace {

constexpr std::size_t literal_bytes_max = 8'000;  // compilers need not take a string literal of more than 65,536
constexpr std::string_view notice = "// Written by weir-idl from the IDL.\n";

std::string cpp_name(const structure& of) {
  std::string name = "::";
  for (const char c : of.scope) name += c == '.' ? "::" : std::string(1, c);
  return name + "::" + of.name;
}

std::string quoted(const std::string& name) { return "\"" + name + "\""; }

std::string alias(const std::string& name, const std::string& list, const std::string& scope,
                  const std::vector<std::string>& members) {
  std::string text = "  using " + name + " = weir::schema::" + list + "<";
  for (const auto& member : members) text += (&member == &members.front() ? "\n      " : ",\n      ") + scope + member;
  return text + ">;\n";
}

std::string alias(const std::string& name, const std::vector<std::string>& entries) {
  return alias(name, "entries", "weir::schema::", entries);
}

std::vector<std::string> command_entries(const idl& domain) {
  std::vector<std::string> entries;
  if (!domain.commands()) return entries;
  for (const auto& member : domain.commands()->fields) {
    const std::string category(category_of(*member.type.shape->stream));
    entries.push_back("command_entry<" + quoted(member.name) + ", " + cpp_name(*member.type.shape) + ", " +
                      quoted(category) + ">");
  }
  return entries;
}

std::vector<std::string> event_entries(const idl& domain) {
  std::vector<std::string> entries;
  if (!domain.events()) return entries;
  for (const auto& member : domain.events()->fields) {
    entries.push_back("event_entry<" + quoted(member.name) + ", " + cpp_name(*member.type.shape) + ">");
  }
  return entries;
}

bool is_query(const method& of, const idl& domain) {
  return domain.is_query(of) && of.arguments.size() == 1 && of.answer && of.answer->is == kind::structure;
}

std::vector<std::string> query_entries(const idl& domain) {
  std::vector<std::string> entries;
  if (!domain.rpc()) return entries;
  for (const auto& method : domain.rpc()->methods) {
    if (!is_query(method, domain)) continue;
    entries.push_back("query_entry<" + quoted(method.name) + ", " + cpp_name(*method.query) + ", " +
                      cpp_name(*method.answer->shape) + ">");
  }
  return entries;
}

bool is_thrown(const structure& exception, const idl& domain) {
  const auto by_command = [&](const field& member) {
    const auto& refusals = member.type.shape->refusals;
    return std::find(refusals.begin(), refusals.end(), &exception) != refusals.end();
  };
  const auto by_method = [&](const method& m) {
    return std::any_of(m.refusals.begin(), m.refusals.end(),
                       [&](const auto& refusal) { return refusal.exception == &exception; });
  };
  const auto* commands = domain.commands();
  return (commands && std::any_of(commands->fields.begin(), commands->fields.end(), by_command)) ||
         (domain.rpc() && std::any_of(domain.rpc()->methods.begin(), domain.rpc()->methods.end(), by_method));
}

std::vector<std::string> refusal_entries(const idl& domain) {
  std::vector<std::string> entries;
  for (const auto& shape : domain.structures()) {
    // weir's own exception tells of faults that are no business refusal.
    if (shape->category != category::exception || shape->scope == "weir" || !is_thrown(*shape, domain)) continue;
    entries.push_back("refusal_entry<" + quoted(shape->name) + ", " + cpp_name(*shape) + ">");
  }
  return entries;
}

void add_reached(const structure& from, std::vector<const structure*>& found) {
  if (std::find(found.begin(), found.end(), &from) != found.end()) return;
  found.push_back(&from);
  const auto look_into = [&](const type& of, const auto& again) -> void {
    if (of.shape) add_reached(*of.shape, found);
    if (of.key) again(*of.key, again);
    if (of.element) again(*of.element, again);
  };
  for (const auto& field : from.fields) look_into(field.type, look_into);
}

/// The structs that the included headers declare, by their files, or that those are made of.
std::vector<std::string> struct_names(const idl& domain, const binding_options& options) {
  std::vector<const structure*> found;
  for (const auto& shape : domain.structures()) {
    const std::string header = options.name + "/" + shape->file + "_types.h";
    const auto& all = options.includes;
    if (std::find(all.begin(), all.end(), header) != all.end()) add_reached(*shape, found);
  }
  std::vector<std::string> names;
  for (const auto* shape : found) names.push_back(cpp_name(*shape));
  return names;
}

std::string literal(std::string_view text) {
  std::string parts;
  while (!text.empty()) {
    parts += "\n        R\"_weir_(" + std::string(text.substr(0, literal_bytes_max)) + ")_weir_\"";
    text.remove_prefix(std::min(literal_bytes_max, text.size()));
  }
  return parts.empty() ? "\"\"" : parts;
}

}  // namespace

std::string binding_header(const idl& domain, const binding_options& options) {
  std::string text(notice);
  text += "#pragma once\n\n#include <memory>\n#include <string_view>\n\n#include \"weir/binding.hpp\"\n";
  for (const auto& include : options.includes) text += "#include \"" + include + "\"\n";
  text += "\nnamespace " + options.scope + " {\n\n/// The domain " + options.name +
          ", as its IDL declares it.\nstruct binding {\n";
  text += "  static constexpr std::string_view name = " + quoted(options.name) + ";\n";
  text += "  static std::shared_ptr<const weir::schema::idl> idl();\n\n";
  text += alias("commands", command_entries(domain));
  text += alias("events", event_entries(domain));
  text += alias("queries", query_entries(domain));
  text += alias("refusals", refusal_entries(domain));
  text += alias("structs", "types", "", struct_names(domain, options));
  return text + "};\n\n}  // namespace " + options.scope + "\n";
}

std::string binding_source(const std::vector<document>& documents, const binding_options& options) {
  std::string text(notice);
  text += "#include \"" + options.name + "/binding.hpp\"\n\n#include <cstdio>\n#include <cstdlib>\n\nnamespace " +
          options.scope +
          " {\nnamespace {\n\nstd::shared_ptr<const weir::schema::idl> read() {\n"
          "  auto read = weir::schema::idl::read({\n";
  for (const auto& document : documents)
    text += "      {" + quoted(document.name) + ", " + literal(document.xml) + "},\n";
  text +=
      "  });\n  if (read) return *read;\n"
      "  // weir-idl has read the same text: only a fault of Weir's own can lead here.\n"
      "  std::fprintf(stderr, \"%s\\n\", read.error().detail.c_str());\n  std::abort();\n}\n\n}  // namespace\n\n"
      "std::shared_ptr<const weir::schema::idl> binding::idl() {\n"
      "  static const auto once = read();\n  return once;\n}\n\n}  // namespace " +
      options.scope + "\n";
  return text;
}

}  // namespace weir::schema
