#include <algorithm>
#include <charconv>

#include "api/api.hpp"
#include "api/engine_problems.hpp"
#include "api/log_watch.hpp"
#include "api/min_position.hpp"
#include "api/reads.hpp"
#include "codec/codec.hpp"
#include "http/exchange.hpp"
#include "http/parameters.hpp"
#include "requests/problems.hpp"

namespace weir::api {
namespace {

/// Events that are folded before others get their turn on the thread.
constexpr std::size_t folded_events = 256;
/// How soon a time that has just come may have settled.
constexpr std::chrono::milliseconds settling_pause{1};

constexpr std::string_view at_time = "at", at_sequence = "atSequence";

bool is_moment(std::string_view name) { return name == at_time || name == at_sequence; }

std::string_view name_of(const moment& when) { return std::holds_alternative<timestamp>(when) ? at_time : at_sequence; }

moment read_moment(std::string_view name, std::string_view value, std::vector<codec::violation>& faults) {
  const auto fault = [&](const char* what) { faults.push_back({"/" + std::string(name), what}); };
  if (name == at_time) {
    const auto time = from_rfc3339(value);
    if (!time) fault("must be a date-time of RFC 3339, such as 2026-11-23T03:20:00Z");
    return time.value_or(timestamp{});
  }
  sequence at;
  const char* end = value.data() + value.size();
  const auto [read_to, wrong] = std::from_chars(value.data(), end, at.value);
  if (wrong != std::errc{} || read_to != end || at.value == 0 || at.value > exact_number_max) {
    fault("must be a whole number of at least 1");
  }
  return at;
}

/// One query of a domain as a GET.
class query_endpoint {
 public:
  query_endpoint(engine& over, query_threads& queries, const query_type& query)
      : engine_(over), queries_(queries), query_(query) {
    const auto& fields = query.answer_shape->fields;
    const auto tagged = std::find_if(fields.begin(), fields.end(), [](const schema::field& each) { return each.etag; });
    if (tagged != fields.end()) tag_ = &*tagged;
  }

  /// Answers from a state at or after a position; false if the views are not that far.
  bool get(exchange& x, position at_least) const {
    asked what = read_request(x);
    if (what.when) {
      if (engine_.head() < at_least) return false;
      x.go_on_with(look_back_to(x, std::move(what)));
      return true;
    }
    const auto answered = queries_.answer_at_once(query_, what.compact, *x.caller());
    if (answered.has_error()) {
      x.respond(explain_read(x, answered.error()));
    } else if (!*answered) {
      x.go_on_with(answer_apart(x, std::move(what), at_least));
    } else if ((*answered)->reflects < at_least) {
      return false;
    } else {
      respond(x, what.as, **answered);
    }
    return true;
  }

 private:
  struct asked {
    representation as;
    std::string compact;         ///< the query's struct
    std::optional<moment> when;  ///< as it was then; without it, as it is
  };

  /// The parameters of path and query. What asks for the past is none of the query's struct.
  [[nodiscard]] asked read_request(exchange& x) const {
    asked made{negotiate(x.request(), struct_representations), {}, {}};
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<codec::violation> faults;
    for (std::size_t i = 0; i < x.parameters().size(); ++i) {
      parameters.emplace_back(x.route()->parameters[i], x.parameters()[i]);
    }
    for (const auto& [name, value] : x.request().where.parameters()) {
      if (query_.shape->stream && is_moment(name)) {
        if (made.when) faults.push_back({"/" + std::string(name), "cannot be combined with another point in time"});
        made.when = read_moment(name, value, faults);
      } else {
        parameters.emplace_back(name, value);
      }
    }
    codec::decoded read = codec::from_parameters(parameters, *query_.shape);
    if (const auto* fault = std::get_if<codec::malformed>(&read)) {
      throw problem_raised{make_problem(problem_kind::malformed_request, fault->detail)};
    }
    if (const auto* invalid = std::get_if<codec::invalid>(&read)) {
      faults.insert(faults.end(), invalid->violations.begin(), invalid->violations.end());
    }
    if (!faults.empty()) throw problem_raised{explain(faults)};
    made.compact = std::move(std::get<std::string>(read));
    return made;
  }

  /// Answers on a thread for queries: it takes many rows.
  task<> answer_apart(exchange& x, asked what, position at_least) const {
    const auto until = end_of_patience(x.request());
    while (true) {
      const query_threads::found answered = co_await queries_.answer(query_, what.compact, x.caller());
      if (!answered) co_return x.respond(too_many_queries());
      if (answered->has_error()) co_return x.respond(explain_read(x, answered->error()));
      if (!((*answered)->reflects < at_least)) co_return respond(x, what.as, **answered);
      co_await wait_for_more(x, engine_, at_least, until);
    }
  }

  /// Answers as it was at a moment: folds the stream up to there, a piece at a time.
  task<> look_back_to(exchange& x, asked what) const {
    const auto until = steady_clock::now() + limits::point_in_time_deadline;
    const auto in_time = [&] { return steady_clock::now() < until && !x.stopping() && !x.client_ended(); };
    std::optional<point_in_time_query> past;
    while (!past) {
      auto begun = engine_.query_as_of(query_, what.compact, *what.when, x.caller());
      if (begun.has_error()) {
        if (begun.error().code != errc::unavailable || !in_time()) co_return refuse(x, what, begun.error());
        co_await log_watch::of(x, engine_).wait(x, steady_clock::now() + settling_pause);
      } else {
        past.emplace(std::move(*begun));
      }
    }
    while (true) {
      const net::turn mine = co_await x.take_turn();
      auto folded = past->fold(folded_events);
      while (folded && !*folded && !mine.is_over()) folded = past->fold(folded_events);
      if (folded.has_error()) co_return refuse(x, what, folded.error());
      if (*folded) break;
      if (!in_time()) co_return refuse(x, what, {errc::unavailable, "The point-in-time query took too long."});
    }
    const auto answered = past->answer();
    if (answered.has_error()) co_return refuse(x, what, answered.error());
    respond(x, what.as, *answered);
  }

  void refuse(exchange& x, const asked& what, const error& why) const {
    switch (why.code) {
      case errc::not_found:
        return x.respond(make_problem(problem_kind::not_found, why.detail));
      case errc::invalid:
        return x.respond(explain(std::vector{codec::violation{"/" + std::string(name_of(*what.when)), why.detail}}));
      case errc::unavailable:
        return x.respond(make_unavailable(problem_kind::unavailable, why.detail));
      default:
        return x.respond(explain_read(x, why));
    }
  }

  void respond(exchange& x, representation as, const query_answer& answered) const {
    if (const auto* refused = std::get_if<query_answer::refused>(&answered.value)) {
      return respond_with_problem(x, explain_absence(*refused->exception, refused->bytes), answered.reflects);
    }
    const std::string& answer = std::get<std::string>(answered.value);
    std::string body;
    body.reserve(answer.size() * 2 + 128);
    if (auto written = encode_body(answer, *query_.answer_shape, as, body); written.has_error()) {
      return x.respond(explain_read(x, written.error()));
    }
    const auto tag = tag_ ? codec::field_text(answer, *query_.answer_shape, *tag_) : std::nullopt;
    respond_with_body(x, as, std::move(body), answered.reflects, tag);
  }

  engine& engine_;
  query_threads& queries_;
  const query_type& query_;
  const schema::field* tag_ = nullptr;
};

}  // namespace

void add_queries(router& to, engine& over, query_threads& queries) {
  for (const domain& each : over.domains().domains()) {
    for (const auto& query : each.queries) {
      if (query->method->path.empty()) continue;
      const auto made = std::make_shared<query_endpoint>(over, queries, *query);
      add_read(to, over, query->method->path, auth::requirement::query(each.name, query->name),
               [made](exchange& x, position at_least) { return made->get(x, at_least); });
      const auto& fields = query->shape->fields;
      const bool personal =
          std::any_of(fields.begin(), fields.end(), [](const schema::field& f) { return f.personal; });
      if (personal) to.hides_path(query->method->path);
    }
  }
}

}  // namespace weir::api
