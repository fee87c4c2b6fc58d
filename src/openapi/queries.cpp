#include <algorithm>

#include "openapi/document_parts.hpp"
#include "openapi/headers.hpp"
#include "openapi/problems.hpp"
#include "openapi/prose.hpp"
#include "openapi/representations.hpp"
#include "openapi/value_schemas.hpp"

namespace weir::openapi {
namespace {

bool is_in_path(const schema::method& method, const schema::field& field) {
  return method.path.find("{" + field.name + "}") != std::string::npos;
}

/// A parameter is text: maps and structs cannot be given.
bool can_be_given(const schema::type& type) {
  return type.is != schema::kind::map && type.is != schema::kind::structure;
}

json parameters(draft& to, const schema::method& method) {
  json made = json::array();
  for (const auto& field : method.query->fields) {
    if (!can_be_given(field.type)) continue;
    json schema = to.types.of(field);
    schema.erase("description");  // the parameter says it
    const bool required = field.presence == schema::requiredness::required;
    made.push_back(is_in_path(method, field) ? path_parameter(field.name, doc_of(field), std::move(schema))
                                             : query_parameter(field.name, required, doc_of(field), std::move(schema)));
  }
  return made;
}

bool has_tag(const schema::structure& answer) {
  return std::any_of(answer.fields.begin(), answer.fields.end(), [](const auto& field) { return field.etag; });
}

/// A query of one stream can be asked for the past.
void add_moments(operation& to) {
  to.parameters.push_back(query_parameter(
      "atSequence", false, "The state after the event with this sequence. It cannot be combined with `at`.",
      integer_schema(1, exact_integer_max, "")));
  to.parameters.push_back(query_parameter(
      "at", false, "The state at this time, which must not be in the future. It cannot be combined with `atSequence`.",
      moment_schema("")));
}

operation query(draft& to, const domain& of, const schema::method& method) {
  operation made;
  made.id = method.name;
  made.tag = of.name;
  made.summary = first_sentence(method.doc);
  if (made.summary.empty()) made.summary = as_words(method.name);
  made.description = method.doc;
  if (method.query->doc != method.doc) made.description = paragraphs(method.doc, method.query->doc);
  made.parameters = parameters(to, method);
  const bool tagged = method.answer->shape && has_tag(*method.answer->shape);
  if (tagged) made.parameters.push_back(header_parameter(to.parts, "IfNoneMatch"));
  if (method.query->stream) add_moments(made);
  made.parameters.push_back(header_parameter(to.parts, "MinPosition"));
  made.parameters.push_back(header_parameter(to.parts, "PreferWait"));
  made.parameters.push_back(header_parameter(to.parts, "Traceparent"));

  json headers = response_headers(to.parts, {"Weir-Position"});
  if (tagged) headers = response_headers(to.parts, {"ETag", "Weir-Position"});
  made.responses[200] =
      answer("The answer, as of `Weir-Position`.", "application/json", to.types.of(*method.answer), headers);
  if (method.answer->shape) add_thrift(made.responses[200]["content"]);
  if (tagged) made.responses[304] = {{"description", "You have the answer already."}, {"headers", headers}};

  add_general_problems(made, to.parts);
  add_problems(made, to.parts, {"NotAcceptable", "InvalidParameters", "PositionOfAnotherLog", "ReadUnavailable"});
  std::vector<const schema::structure*> absences;
  for (const auto& refusal : method.refusals) {
    if (!is_weirs_own(*refusal.exception)) absences.push_back(refusal.exception);
  }
  add_absences(made, to.parts, to.types, absences, method.query->stream.has_value());
  return made;
}

}  // namespace

void add_queries(draft& to) {
  for (const auto& domain : to.domains) {
    if (!domain.declares->rpc()) continue;
    for (const auto& method : domain.declares->rpc()->methods) {
      if (method.path.empty() || !method.query || !method.answer) continue;
      to.paths.add(method.path, "get", query(to, domain, method));
    }
  }
}

}  // namespace weir::openapi
