#include <charconv>
#include <limits>

#include "codec/json_writer.hpp"
#include "codec/suggestion.hpp"
#include "http/api.hpp"
#include "http/engine_problems.hpp"
#include "http/event_page.hpp"
#include "http/exchange.hpp"
#include "http/reads.hpp"

namespace weir::http {
namespace {

/// Which events of a stream are asked for.
struct page_request {
  std::optional<std::uint64_t> from;
  std::size_t limit = limits::page_events_default;
  direction way = direction::forward;
};

/// Reads a whole number of a parameter within bounds; else adds a violation.
std::optional<std::uint64_t> read_number(std::string_view name, std::string_view value, std::uint64_t least,
                                         std::uint64_t most, std::vector<codec::violation>& violations) {
  std::uint64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [read_to, fault] = std::from_chars(value.data(), end, number);
  if (fault == std::errc{} && read_to == end && number >= least && number <= most) return number;
  std::string detail = "must be a whole number of at least " + std::to_string(least);
  if (most < std::numeric_limits<std::int64_t>::max()) detail += " and at most " + std::to_string(most);
  violations.push_back({"/" + std::string(name), std::move(detail)});
  return std::nullopt;
}

page_request read_page_request(const target& where) {
  page_request page;
  std::vector<codec::violation> violations;
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : where.parameters()) {
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      violations.push_back({"/" + std::string(name), "is given more than once"});
    } else if (name == "from") {
      page.from = read_number(name, value, 1, std::numeric_limits<std::int64_t>::max(), violations);
    } else if (name == "limit") {
      page.limit = read_number(name, value, 1, limits::page_events_max, violations).value_or(page.limit);
    } else if (name == "direction" && (value == "forward" || value == "backward")) {
      page.way = value == "forward" ? direction::forward : direction::backward;
    } else if (name == "direction") {
      violations.push_back({"/direction", "must be forward or backward"});
    } else {
      violations.push_back({"/" + std::string(name),
                            "is no parameter of this path" + codec::suggestion(name, {"from", "limit", "direction"})});
    }
    seen.push_back(name);
  }
  if (!violations.empty()) throw problem_raised{explain(violations)};
  return page;
}

class stream_endpoints {
 public:
  explicit stream_endpoints(engine& over) : engine_(over) {}

  /// GET /streams/{stream}
  void get_head(exchange& x) const {
    constexpr representation offered[] = {representation::json};
    const representation as = negotiate(x.request(), offered);
    const std::string_view stream = x.parameter("stream");
    const position reflects = engine_.head();
    const auto head = engine_.head_of(stream);
    if (head.has_error()) return x.respond(internal_problem(x, head.error().detail));
    if (!*head) return respond_with_problem(x, no_stream(stream), reflects);
    const auto created_at = to_rfc3339((*head)->created_at);
    const auto updated_at = to_rfc3339((*head)->updated_at);
    if (!created_at || !updated_at) return x.respond(internal_problem(x, "a stream's time is out of range"));
    const std::string sequence = std::to_string((*head)->sequence.value);
    std::string json = "{\"stream\":";
    codec::append_json_string(json, stream);
    json.append(",\"sequence\":").append(sequence).append(",\"createdAt\":\"").append(*created_at);
    json.append("\",\"updatedAt\":\"").append(*updated_at).append("\"}");
    respond_with_body(x, as, std::move(json), reflects, sequence);
  }

  /// GET /streams/{stream}/events
  void get_events(exchange& x) const {
    const representation as = negotiate(x.request(), page_representations);
    const std::string_view stream = x.parameter("stream");
    const page_request asked = read_page_request(x.request().where);
    const position reflects = engine_.head();
    const std::uint64_t first = asked.way == direction::forward ? 1 : std::numeric_limits<std::int64_t>::max();
    const auto page = engine_.read_stream(stream, sequence{asked.from.value_or(first)}, asked.limit, asked.way);
    if (page.has_error()) return x.respond(internal_problem(x, page.error().detail));
    if (page->events.empty()) {
      const auto head = engine_.head_of(stream);
      if (head.has_error()) return x.respond(internal_problem(x, head.error().detail));
      if (!*head) return respond_with_problem(x, no_stream(stream), reflects);
    }

    std::optional<sequence> next;
    if (page->more) {
      const std::uint64_t last = page->events.back().sequence.value;
      next = sequence{asked.way == direction::forward ? last + 1 : last - 1};
    }
    auto body = write_page(page->events, next, as, engine_.domains());
    if (body.has_error()) return x.respond(internal_problem(x, body.error().detail));
    response answer;
    if (next) answer.set("Link", "<" + next_page(stream, std::to_string(next->value), asked) + ">; rel=\"next\"");
    answer.set("Content-Type", media_type_of(as));
    answer.set("Weir-Position", std::to_string(reflects.value));
    answer.set("Cache-Control", "no-cache");
    answer.set("Vary", "Accept");
    answer.body = std::move(*body);
    x.respond(std::move(answer));
  }

 private:
  [[nodiscard]] static problem no_stream(std::string_view stream) {
    return make_problem(problem_kind::not_found, "There is no stream of this name.").with("stream", stream);
  }

  [[nodiscard]] static std::string next_page(std::string_view stream, const std::string& next,
                                             const page_request& asked) {
    std::string path = "/streams/";
    append_path_segment(path, stream);
    path.append("/events?from=").append(next).append("&limit=").append(std::to_string(asked.limit));
    if (asked.way == direction::backward) path += "&direction=backward";
    return path;
  }

  engine& engine_;
};

}  // namespace

void add_streams(router& to, engine& over) {
  const auto endpoints = std::make_shared<stream_endpoints>(over);
  to.add_quick(method::get, "/streams/{stream}", [endpoints](exchange& x) { endpoints->get_head(x); });
  to.add_quick(method::get, "/streams/{stream}/events", [endpoints](exchange& x) { endpoints->get_events(x); });
}

}  // namespace weir::http
