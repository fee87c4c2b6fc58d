#include <algorithm>

#include "codec/codec.hpp"
#include "http/api.hpp"
#include "http/engine_problems.hpp"
#include "http/exchange.hpp"
#include "http/reads.hpp"

namespace weir::http {
namespace {

/// One query of a domain as a GET.
class query_endpoint {
 public:
  query_endpoint(engine& over, const query_type& query) : engine_(over), query_(query) {
    const auto& fields = query.answer_shape->fields;
    const auto tagged = std::find_if(fields.begin(), fields.end(), [](const schema::field& each) { return each.etag; });
    if (tagged != fields.end()) tag_ = &*tagged;
  }

  void get(exchange& x) const {
    const representation as = negotiate(x.request(), struct_representations);
    const std::string compact = read_parameters(x);
    const auto answered = engine_.answer(query_, compact);
    if (answered.has_error()) return x.respond(explain(x, answered.error()));
    if (const auto* refused = std::get_if<query_answer::refused>(&answered->value)) {
      return respond_with_problem(x, explain_absence(*refused->exception, refused->bytes), answered->reflects);
    }
    const std::string& answer = std::get<std::string>(answered->value);
    std::string body;
    body.reserve(answer.size() * 2 + 128);
    if (auto written = encode_body(answer, *query_.answer_shape, as, body); written.has_error()) {
      return x.respond(internal_problem(x, written.error().detail));
    }
    const auto tag = tag_ ? codec::field_text(answer, *query_.answer_shape, *tag_) : std::nullopt;
    respond_with_body(x, as, std::move(body), answered->reflects, tag);
  }

 private:
  /// The parameters of path and query as compact bytes of the query's struct.
  [[nodiscard]] std::string read_parameters(exchange& x) const {
    std::vector<std::pair<std::string, std::string>> parameters;
    for (std::size_t i = 0; i < x.parameters().size(); ++i) {
      parameters.emplace_back(x.route()->parameters[i], x.parameters()[i]);
    }
    for (const auto& [name, value] : x.request().where.parameters()) parameters.emplace_back(name, value);
    codec::decoded read = codec::from_parameters(parameters, *query_.shape);
    if (auto* compact = std::get_if<std::string>(&read)) return std::move(*compact);
    if (const auto* fault = std::get_if<codec::malformed>(&read)) {
      throw problem_raised{make_problem(problem_kind::malformed_request, fault->detail)};
    }
    throw problem_raised{explain(std::get<codec::invalid>(read).violations)};
  }

  engine& engine_;
  const query_type& query_;
  const schema::field* tag_ = nullptr;
};

}  // namespace

void add_queries(router& to, engine& over) {
  for (const domain& each : over.domains().domains()) {
    for (const auto& query : each.queries) {
      if (query->method->path.empty()) continue;
      const auto made = std::make_shared<query_endpoint>(over, *query);
      to.add_quick(method::get, query->method->path, [made](exchange& x) { made->get(x); });
    }
  }
}

}  // namespace weir::http
