#include <array>
#include <limits>

#include <nlohmann/json.hpp>

#include "api/api.hpp"
#include "api/engine_problems.hpp"
#include "api/event_page.hpp"
#include "api/feed.hpp"
#include "api/log_watch.hpp"
#include "api/min_position.hpp"
#include "base/hexadecimal.hpp"
#include "base/suggestion.hpp"
#include "base/url.hpp"
#include "http/header_values.hpp"
#include "http/parameters.hpp"

namespace weir::api {
namespace {

/// Which events of the log are asked for, and how.
struct log_request {
  representation as;
  given_position after;
  std::optional<std::size_t> limit;
  event_filter wanted;
  std::string category;                      ///< the one asked for; "": any
  std::optional<std::chrono::seconds> wait;  ///< for a first event

  [[nodiscard]] std::size_t page_limit() const { return limit.value_or(limits::page_events_default); }
};

class log_endpoint {
 public:
  explicit log_endpoint(engine& over) : engine_(over) {
    for (const domain& each : over.domains().domains()) {
      for (const event_type& event : each.events) types_.push_back(event.name);
      for (const auto& aggregate : each.aggregates) categories_.push_back(aggregate->category);
    }
  }

  /// GET /events
  task<> get(exchange& x) const {
    log_request asked = read_request(x.request());
    choose_categories(x, asked);
    co_await wait_for_min_position(x, engine_);
    check_history(x, engine_, asked.after);
    const feed_in_use counted(x.traffic(), kind_of(asked.as));
    feed_reader reader(engine_, log_watch::of(x, engine_).recent(), {{}, asked.wanted}, asked.after.at);
    if (asked.as == representation::server_sent) {
      co_await send_server_sent(x, engine_, std::move(reader));
    } else if (asked.as == representation::ndjson) {
      co_await get_lines(x, asked, std::move(reader));
    } else if (asked.as == representation::json) {
      co_await get_json(x, asked, std::move(reader));
    } else {
      co_await get_page(x, asked);
    }
  }

 private:
  [[nodiscard]] log_request read_request(const request& asked) const {
    log_request made;
    made.as = negotiate(asked, feed_representations);
    parameter_reader parameters(asked.where, last_event_id_parameter);
    made.after = position_parameter(parameters, "after", engine_.head()).value_or(given_position{});
    // A reconnecting client sends the original URL; its Last-Event-ID is newer.
    if (const auto id = last_event_id(asked, parameters); id && made.as == representation::server_sent)
      made.after = *id;
    if (const auto limit = parameters.number("limit", 1, limits::page_events_max)) made.limit = *limit;
    if (made.limit && made.as == representation::server_sent) parameters.fault("limit", no_limit);
    read_filter(parameters, made);
    parameters.finish();
    made.wait = preferred_wait(asked);
    return made;
  }

  /// Of the categories that the caller may read.
  static void choose_categories(exchange& x, log_request& asked) {
    if (!asked.category.empty()) {
      if (!x.permissions().may_read_category(asked.category)) {
        throw problem_raised{make_forbidden("events of the category " + asked.category)};
      }
      asked.wanted.categories = {asked.category};
    } else if (!x.permissions().may_read_all_events()) {
      asked.wanted.categories = x.permissions().granted().events;  // sorted
    }
  }

  void read_filter(parameter_reader& parameters, log_request& asked) const {
    event_filter& wanted = asked.wanted;
    if (const auto category = parameters.text("category")) {
      asked.category = *category;
      if (std::find(categories_.begin(), categories_.end(), *category) == categories_.end()) {
        parameters.fault("category", "is not a category of streams" + suggestion(*category, categories_));
      }
    }
    const auto types = parameters.text("types");
    if (!types) return;
    for (const std::string_view type : list_elements(*types)) {
      const auto known = std::find(types_.begin(), types_.end(), type);
      if (known == types_.end()) {
        parameters.fault("types", "'" + std::string(type) + "' is not an event type" + suggestion(type, types_));
      } else {
        wanted.types.push_back(*known);
      }
    }
    if (list_elements(*types).empty()) parameters.fault("types", "names no event type");
  }

  /// Looks for events once, piece by piece, a turn for each: until it has found `most`, the answer is full, it has
  /// reached the head, or it has read limits::scanned_events_max. Returns the number found.
  template <class Source>
  task<result<std::size_t>> look(exchange& x, position head, std::size_t most, Source& from) const {
    std::size_t count = 0;
    const position begin = from.reached();
    while (true) {
      const position before = from.reached();
      net::turn mine = co_await x.take_turn();
      const result<std::size_t> more = from.read(std::move(mine), head, most - count);
      if (more.has_error()) co_return more.error();
      count += *more;
      const position reached = from.reached();
      const bool over = count == most || !(reached < head) || reached == before;
      if (over || reached.value - begin.value >= limits::scanned_events_max) co_return count;
    }
  }

  /// Looks for events. If there is none and the client waits for a first one, looks again until there is one or the
  /// time is up.
  template <class Source>
  task<result<std::size_t>> look_or_wait(exchange& x, const log_request& asked, std::size_t most, position& head,
                                         Source& from) const {
    const auto until = steady_clock::now() + asked.wait.value_or(std::chrono::seconds{0});
    while (true) {
      head = engine_.head();
      const result<std::size_t> count = co_await look(x, head, most, from);
      if (count.has_error() || *count > 0 || !asked.wait) co_return count;
      if (steady_clock::now() >= until || x.stopping() || x.client_ended()) co_return count;
      x.need_still_valid_credential();
      if (!(from.reached() < engine_.head())) {
        co_await log_watch::of(x, engine_).wait(x, std::min(until, x.credential_ends()));
      }
    }
  }

  /// Events as text, one after another.
  struct text_source {
    feed_reader& reader;
    feed_form form;
    std::string& text;
    std::size_t bytes_max;

    [[nodiscard]] result<std::size_t> read(net::turn mine, position until, std::size_t most) {
      return reader.read(std::move(mine), text, form, most, bytes_max, until);
    }
    [[nodiscard]] position reached() const { return reader.reached(); }
  };

  /// Events as they are, for a page.
  struct page_source {
    const engine& from;
    const event_filter& wanted;
    log_page page;
    std::size_t bytes = 0;

    [[nodiscard]] result<std::size_t> read(const net::turn mine, position, std::size_t most) {
      std::size_t count = 0;
      while (count < most && bytes < limits::page_bytes_max) {
        const std::size_t room = std::min(limits::page_bytes_max - bytes, limits::feed_piece_bytes);
        auto more = from.read_log(page.last, std::min(most - count, limits::scanned_at_once), wanted, room,
                                  limits::scanned_at_once);
        if (more.has_error()) return more.error();
        const bool at_end = more->last == page.last;
        page.last = more->last;
        count += more->events.size();
        for (recorded_event& event : more->events) {
          bytes += event.payload.size();
          page.events.push_back(std::move(event));
        }
        if (at_end || mine.is_over()) break;
      }
      return count;
    }
    [[nodiscard]] position reached() const { return page.last; }
  };

  task<> get_json(exchange& x, const log_request& asked, feed_reader reader) const {
    std::string json = "{\"events\":[";
    text_source from{reader, feed_form::members, json, limits::page_bytes_max};
    position head;
    const auto count = co_await look_or_wait(x, asked, asked.page_limit(), head, from);
    if (count.has_error()) co_return x.respond(explain_read(x, count.error()));
    const auto id = reader.id();
    if (id.has_error()) co_return x.respond(explain_read(x, id.error()));
    json += ']';
    append_page_end(json, {{}, reader.reached(), head, *id});
    json += '}';
    respond(x, asked, std::move(json), *count, *id, reader.reached() < head, head);
  }

  task<> get_page(exchange& x, const log_request& asked) const {
    page_source from{engine_, asked.wanted, {{}, asked.after.at}};
    position head;
    const auto count = co_await look_or_wait(x, asked, asked.page_limit(), head, from);
    if (count.has_error()) co_return x.respond(explain_read(x, count.error()));
    const log_page& page = from.page;
    head = std::max(head, page.events.empty() ? position{} : page.last);
    const auto id = feed_reader(engine_, log_watch::of(x, engine_).recent(), {}, page.last).id();
    if (id.has_error()) co_return x.respond(explain_read(x, id.error()));
    auto body = write_page(page.events, {{}, page.last, head, *id}, asked.as, engine_.domains());
    if (body.has_error()) co_return x.respond(explain_read(x, body.error()));
    respond(x, asked, std::move(*body), *count, *id, page.last < head, head);
  }

  task<> get_lines(exchange& x, const log_request& asked, feed_reader reader) const {
    const std::size_t most = asked.limit.value_or(std::numeric_limits<std::size_t>::max());
    std::string text;
    // Nobody who waits for an event has room for many.
    const std::size_t bytes_max = asked.wait ? limits::short_feed_piece_bytes : make_room_for_piece(x, text);
    text_source from{reader, feed_form::lines, text, bytes_max};
    position head;
    const auto count = co_await look_or_wait(x, asked, most, head, from);
    if (count.has_error()) co_return x.respond(explain_read(x, count.error()));
    x.traffic().events_sent(feed_kind::lines, *count);
    co_await send_lines(x, std::move(reader), std::move(text), most - *count, head);
  }

  void respond(exchange& x, const log_request& asked, std::string body, std::size_t count, const std::string& last,
               bool has_more, position head) const {
    response answer;
    if (has_more) answer.set("Link", "<" + next_page(asked, last) + ">; rel=\"next\"");
    answer.set(log_field_name, engine_.log().current());
    answer.set("Content-Type", media_type_of(asked.as));
    answer.set("Weir-Position", std::to_string(head.value));
    answer.set("Cache-Control", "no-cache");
    answer.set("Vary", "Accept");
    if (asked.wait) answer.set("Preference-Applied", "wait=" + std::to_string(asked.wait->count()));
    answer.body = std::move(body);
    x.traffic().events_sent(feed_kind::pages, count);
    x.respond(std::move(answer));
  }

  [[nodiscard]] static std::string next_page(const log_request& asked, const std::string& last) {
    std::string path = "/events?after=" + last + "&limit=" + std::to_string(asked.page_limit());
    if (!asked.category.empty()) append_query_value(path.append("&category="), asked.category);
    for (std::size_t i = 0; i < asked.wanted.types.size(); ++i) {
      append_query_value(path.append(i == 0 ? "&types=" : ","), asked.wanted.types[i]);
    }
    return path;
  }

  static constexpr const char* no_limit = "is for pages and lines only: a stream of server-sent events has no end";

  engine& engine_;
  std::vector<std::string_view> types_, categories_;
};

}  // namespace

namespace {

std::string hexadecimal(std::string_view bytes) {
  std::string text;
  append_hexadecimal(text, bytes);
  return text;
}

/// GET /log
bool get_log_end(exchange& x, engine& over, position at_least) {
  const log_head end = over.log_end();
  if (end.last < at_least) return false;
  static_cast<void>(negotiate(x.request(), std::array{representation::json}));
  parameter_reader(x.request().where).finish();
  history marks = over.history();
  const auto mark = marked(marks, end.last);
  if (mark.has_error()) {
    x.respond(explain_read(x, mark.error()));
    return true;
  }
  std::string id;
  append_position(id, end.last, *mark);
  const auto time = [](timestamp of) { return to_rfc3339(of).value_or(""); };
  const log_identity& which = over.log();
  nlohmann::ordered_json json{{"log", which.current()},     {"madeAt", time(which.made_at)},
                              {"position", end.last.value}, {"id", id},
                              {"commit", end.number},       {"hash", hexadecimal(end.hash)}};
  if (end.number > 0) json["committedAt"] = time(end.committed_at);
  json["branches"] = nlohmann::ordered_json::array();
  std::string before = which.id;
  for (const log_branch& each : which.branches) {
    json["branches"].push_back({{"of", before},
                                {"position", each.at.value},
                                {"hash", hexadecimal(each.hash)},
                                {"madeAt", time(each.made_at)}});
    before = each.id;
  }
  response answer;
  answer.set("Content-Type", media_type_of(representation::json));
  answer.set("Weir-Position", std::to_string(end.last.value));
  answer.set(log_field_name, which.current());
  answer.set("Cache-Control", "no-cache");
  answer.body = json.dump();
  x.respond(std::move(answer));
  return true;
}

}  // namespace

void add_log(router& to, engine& over) {
  add_read(to, over, "/log", auth::requirement::credential(),
           [&over](exchange& x, position at_least) { return get_log_end(x, over, at_least); });
  const auto made = std::make_shared<log_endpoint>(over);
  to.add(method::get, "/events", auth::requirement::some_events(), [made](exchange& x) { return made->get(x); });
}

}  // namespace weir::api
