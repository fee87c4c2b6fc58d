#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "codec/codec.hpp"
#include "domain/catalog.hpp"
#include "state/fold.hpp"
#include "state/memory_rows.hpp"

namespace weir::testing {

/// A domain's rules as sentences: given what happened, when this is asked, then that happens or is refused.
///
/// Events and commands are JSON of the unions Event and Command, so that a sentence reads as clients write it:
///
///     given(R"({"userCreated": {...}})").when(R"({"renameUser": {...}})").then(R"({"userRenamed": {...}})");
class scenario {
 public:
  explicit scenario(domain under_test) : domains_(one(std::move(under_test))) {}

  /// Something happened, a second after what happened before it. An event's first field is taken for the id of its
  /// stream, the domain's first aggregate for its category.
  scenario& given(const std::string& event_json) {
    const auto bytes = compact(event_json, *domain_().idl->events());
    const auto member = codec::member_of(bytes, *domain_().idl->events()).value();
    const auto index = domain_().event_index(member.field->name);
    const std::any event = domain_().events[index].decode(member.bytes);
    const schema::structure& shape = *member.field->type.shape;
    const std::string id = codec::field_text(member.bytes, shape, shape.fields.front()).value();
    happen(domain_().aggregates.front()->category + "-" + id, index, event);
    return *this;
  }

  scenario& when(const std::string& command_json) {
    const auto bytes = compact(command_json, *domain_().idl->commands());
    const auto member = codec::member_of(bytes, *domain_().idl->commands()).value();
    const command_type& type = *domains_.find_command(member.field->name);
    const std::string stream = codec::expand(*type.shape->stream, member.bytes, *type.shape).value();
    const views seen(rows_);
    const decision decided = type.decide(stream_of(stream).state, type.decode(member.bytes), {now_, by_, seen});

    refused_.clear();
    happened_.clear();
    if (const refusal* why = decided.refused()) {
      const schema::structure& exception = *domains_.find_refusal(why->type);
      std::string json;
      codec::to_json(why->bytes, exception, json).value();
      refused_ = exception.name + json;
      return *this;
    }
    for (const emitted_event& one : decided.events()) {
      const auto* place = domains_.find_event(std::type_index(one.event.type()));
      std::string json = "{\"" + place->type().name + "\":";
      codec::to_json(place->type().encode(one.event), *place->type().shape, json).value();
      EXPECT_EQ(place->type().upcast, nullptr) << json << "} is of the past";
      happened_.push_back(json + "}");
      happen(one.stream.value_or(stream), place->index, one.event);
    }
    return *this;
  }

  /// What happened, as JSON of the union Event without spaces.
  scenario& then(const std::vector<std::string>& events) {
    EXPECT_EQ(refused_, "");
    EXPECT_EQ(happened_, events);
    return *this;
  }
  scenario& then_nothing_happens() { return then({}); }

  /// The exception's name and its JSON: UserNotFound{"userId":"u1"}
  scenario& then_refused(const std::string& exception) {
    EXPECT_EQ(refused_, exception);
    EXPECT_TRUE(happened_.empty());
    return *this;
  }

  /// What a query answers now, as JSON; a refusal as its name and JSON.
  [[nodiscard]] std::string ask(const std::string& query_name, const std::string& query_json) const {
    for (const auto& query : domains_.domains().front().queries) {
      if (query->name != query_name) continue;
      const views seen(rows_);
      const auto answered = query->answer(compact(query_json, *query->shape), {by_, seen});
      std::string json;
      if (const auto* why = std::get_if<refusal>(&answered)) {
        const schema::structure& exception = *domains_.find_refusal(why->type);
        codec::to_json(why->bytes, exception, json).value();
        return exception.name + json;
      }
      codec::to_json(std::get<std::string>(answered), *query->answer_shape, json).value();
      return json;
    }
    throw std::logic_error("no query " + query_name);
  }

  /// Who asks from now on; until then nobody who is authenticated.
  scenario& as(caller by) {
    by_ = std::move(by);
    return *this;
  }

  /// The time of what comes next.
  scenario& at(const std::string& time) {
    now_ = from_rfc3339(time).value();
    return *this;
  }

 private:
  struct stream_state {
    weir::sequence sequence;
    std::any state;
  };

  static std::vector<domain> one(domain it) {
    std::vector<domain> all;
    all.push_back(std::move(it));
    return all;
  }

  static std::string compact(const std::string& json, const schema::structure& shape) {
    auto decoded = codec::from_json(json, shape);
    if (auto* bytes = std::get_if<std::string>(&decoded)) return std::move(*bytes);
    throw std::logic_error("a test's JSON breaks the rules: " + json);
  }

  [[nodiscard]] const domain& domain_() const { return domains_.domains().front(); }

  stream_state& stream_of(const std::string& stream) {
    auto& found = streams_[stream];
    if (!found.state.has_value()) found.state = domains_.find_aggregate(category_of(stream))->initial();
    return found;
  }

  void happen(const std::string& stream, std::size_t index, const std::any& event) {
    stream_state& state = stream_of(stream);
    state.sequence = state.sequence.next();
    position_ = position_.next();
    const catalog::event_place place{&domain_(), index};
    const known_event known{place, event, {position_, stream, state.sequence, now_}};
    fold_into_state(*domains_.find_aggregate(category_of(stream)), known, state.state).value();
    for_each_projection(known, [this](const projection_type& projection, const known_event& what) {
      memory_sink sink(rows_, projection.view);
      fold_into_rows(projection, what, sink);
    });
    now_ += std::chrono::seconds{1};
  }

  catalog domains_;
  memory_rows rows_;
  std::map<std::string, stream_state> streams_;
  position position_;
  timestamp now_ = from_rfc3339("2026-11-23T03:20:00Z").value();
  std::vector<std::string> happened_;
  std::string refused_;
  caller by_;
};

}  // namespace weir::testing
