#include <limits>

#include "api/api.hpp"
#include "api/engine_problems.hpp"
#include "api/event_page.hpp"
#include "api/feed.hpp"
#include "api/log_watch.hpp"
#include "api/min_position.hpp"
#include "api/reads.hpp"
#include "base/url.hpp"
#include "codec/json_writer.hpp"
#include "http/parameters.hpp"

namespace weir::api {
namespace {

/// Which events of a stream are asked for.
struct stream_request {
  representation as;
  std::optional<sequence> from;
  std::optional<given_position> after;
  std::optional<std::size_t> limit;
  direction way = direction::forward;

  [[nodiscard]] bool is_feed() const { return as == representation::ndjson || as == representation::server_sent; }
  [[nodiscard]] std::size_t page_limit() const { return limit.value_or(limits::page_events_default); }
};

stream_request read_request(const request& asked, position head) {
  stream_request made;
  made.as = negotiate(asked, feed_representations);
  parameter_reader parameters(asked.where, last_event_id_parameter);
  if (const auto from = parameters.number("from", 1, exact_number_max)) made.from = sequence{*from};
  if (const auto limit = parameters.number("limit", 1, limits::page_events_max)) made.limit = *limit;
  if (made.limit && made.as == representation::server_sent) {
    parameters.fault("limit", "is for pages and lines only: a stream of server-sent events has no end");
  }
  const auto way = parameters.text("direction");
  if (way == "backward") made.way = direction::backward;
  if (way && *way != "forward" && *way != "backward") parameters.fault("direction", "must be forward or backward");
  if (made.is_feed() && made.way == direction::backward) {
    parameters.fault("direction", "must be forward, except for pages");
  }
  made.after = position_parameter(parameters, "after", head);
  if (made.after && made.from) parameters.fault("after", "cannot be combined with from");
  if (made.after && made.way == direction::backward)
    parameters.fault("after", "cannot be combined with direction backward");
  const auto id = last_event_id(asked, parameters);
  parameters.finish();
  // A reconnecting client sends the original URL; its Last-Event-ID is newer.
  if (id && made.as == representation::server_sent) {
    made.after = id;
    made.from.reset();
  }
  return made;
}

class stream_endpoints {
 public:
  explicit stream_endpoints(engine& over) : engine_(over) {}

  /// GET /streams/{stream}
  bool get_head(exchange& x, position at_least) const {
    x.need_stream(x.parameter("stream"));
    const position reflects = engine_.head();
    if (reflects < at_least) return false;
    show_head(x, reflects);
    return true;
  }

  /// GET /streams/{stream}/events
  bool get_events(exchange& x, position at_least) const {
    x.need_stream(x.parameter("stream"));
    const position reflects = engine_.head();
    if (reflects < at_least) return false;
    const stream_request asked = read_request(x.request(), reflects);
    if (asked.after) check_history(x, engine_, *asked.after);
    if (asked.is_feed()) {
      x.go_on_with(follow(x, asked, reflects));
    } else {
      get_page(x, asked, reflects);
    }
    return true;
  }

 private:
  void show_head(exchange& x, position reflects) const {
    constexpr representation offered[] = {representation::json};
    const representation as = negotiate(x.request(), offered);
    parameter_reader(x.request().where).finish();
    const std::string_view stream = x.parameter("stream");
    const auto head = engine_.head_of(stream);
    if (head.has_error()) return x.respond(explain_read(x, head.error()));
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

  [[nodiscard]] static problem no_stream(std::string_view stream) {
    return make_problem(problem_kind::not_found, "There is no stream of this name.").with("stream", stream);
  }

  void get_page(exchange& x, const stream_request& asked, position reflects) const {
    const std::string_view stream = x.parameter("stream");
    const std::uint64_t first = asked.way == direction::forward ? 1 : exact_number_max;
    sequence from = asked.from.value_or(sequence{first});
    if (asked.after) {
      const auto found = first_after(engine_, stream, asked.after->at);
      if (found.has_error()) return x.respond(explain_read(x, found.error()));
      from = *found;
    }
    const auto page = engine_.read_stream(stream, from, asked.page_limit(), asked.way);
    if (page.has_error()) return x.respond(explain_read(x, page.error()));
    if (page->events.empty()) {
      const auto head = engine_.head_of(stream);
      if (head.has_error()) return x.respond(explain_read(x, head.error()));
      if (!*head) return respond_with_problem(x, no_stream(stream), reflects);
    }

    std::optional<sequence> next;
    if (page->more) {
      const std::uint64_t last = page->events.back().sequence.value;
      next = sequence{asked.way == direction::forward ? last + 1 : last - 1};
    }
    auto body = write_page(page->events, {next, {}, {}}, asked.as, engine_.domains());
    if (body.has_error()) return x.respond(explain_read(x, body.error()));
    response answer;
    if (next) answer.set("Link", "<" + next_page(stream, std::to_string(next->value), asked) + ">; rel=\"next\"");
    answer.set("Content-Type", media_type_of(asked.as));
    answer.set("Weir-Position", std::to_string(reflects.value));
    answer.set(log_field_name, engine_.log().current());
    answer.set("Cache-Control", "no-cache");
    answer.set("Vary", "Accept");
    answer.body = std::move(*body);
    x.respond(std::move(answer));
  }

  /// The stream's events one after another. There has to be one already.
  task<> follow(exchange& x, stream_request asked, position reflects) const {
    const std::string stream(x.parameter("stream"));
    const auto head = engine_.head_of(stream);
    if (head.has_error()) co_return x.respond(explain_read(x, head.error()));
    if (!*head) co_return respond_with_problem(x, no_stream(stream), reflects);
    const feed_in_use counted(x.traffic(), kind_of(asked.as));
    std::optional<sequence> next = asked.from;
    if (!next && !asked.after) next = sequence{1};
    feed_reader reader(engine_, log_watch::of(x, engine_).recent(), {stream, {}},
                       asked.after.value_or(given_position{}).at, next);
    if (asked.as == representation::server_sent) {
      co_await send_server_sent(x, engine_, std::move(reader));
    } else {
      const std::size_t most = asked.limit.value_or(std::numeric_limits<std::size_t>::max());
      co_await send_lines(x, std::move(reader), "", most, reflects);
    }
  }

  [[nodiscard]] static std::string next_page(std::string_view stream, const std::string& next,
                                             const stream_request& asked) {
    std::string path = "/streams/";
    append_path_segment(path, stream);
    path.append("/events?from=").append(next).append("&limit=").append(std::to_string(asked.page_limit()));
    if (asked.way == direction::backward) path += "&direction=backward";
    return path;
  }

  engine& engine_;
};

}  // namespace

void add_streams(router& to, engine& over) {
  const auto endpoints = std::make_shared<stream_endpoints>(over);
  add_read(to, over, "/streams/{stream}", auth::requirement::credential(),
           [endpoints](exchange& x, position at_least) { return endpoints->get_head(x, at_least); });
  add_read(to, over, "/streams/{stream}/events", auth::requirement::credential(),
           [endpoints](exchange& x, position at_least) { return endpoints->get_events(x, at_least); });
}

}  // namespace weir::api
