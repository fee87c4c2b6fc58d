#include "testing/scenario.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <variant>

#include "base/time.hpp"
#include "codec/codec.hpp"
#include "domain/catalog.hpp"
#include "state/fold.hpp"
#include "state/memory_rows.hpp"
#include "testing/hiding.hpp"

namespace weir::testing {
namespace {

[[noreturn]] void fail(const std::source_location& where, const std::string& why) {
  throw failure(std::string(where.file_name()) + ":" + std::to_string(where.line()) + ": " + why);
}

/// Compact bytes of a test's own JSON.
std::string compact(std::string_view json, const schema::structure& shape, const std::source_location& where) {
  auto decoded = codec::from_json(json, shape);
  if (auto* bytes = std::get_if<std::string>(&decoded)) return std::move(*bytes);
  std::string faults;
  if (const auto* broken = std::get_if<codec::malformed>(&decoded)) faults = "\n  " + broken->detail;
  if (const auto* broken = std::get_if<codec::invalid>(&decoded)) {
    for (const auto& each : broken->violations) faults += "\n  " + each.pointer + " " + each.detail;
  }
  fail(where, std::string(json) + " is no " + shape.name + faults);
}

/// Which member of a union is set. There is one: compact() has checked it.
codec::member set_member(std::string_view bytes, const schema::structure& of, const std::source_location& where) {
  const auto member = codec::member_of(bytes, of);
  if (!member) fail(where, member.error().detail);
  return *member;
}

const schema::structure& declared(const schema::structure* shape, const char* what, const std::source_location& where) {
  if (!shape) fail(where, std::string("the domain's IDL declares no ") + what);
  return *shape;
}

std::string listed(const std::vector<std::string>& events) {
  if (events.empty()) return "nothing";
  std::string text;
  for (const auto& event : events) text += (text.empty() ? "" : "\n  ") + event;
  return text;
}

/// What the test has set, then numbers in the form of UUIDs.
class set_ids final : public id_source {
 public:
  std::string next() override {
    if (!set.empty()) {
      std::string id = std::move(set.front());
      set.pop_front();
      return id;
    }
    const std::string number = std::to_string(++given_);
    return "00000000-0000-7000-8000-" + std::string(12 - number.size(), '0') + number;
  }

  std::deque<std::string> set;

 private:
  std::uint32_t given_ = 0;
};

std::vector<domain> one(domain it) {
  std::vector<domain> all;
  all.push_back(std::move(it));
  return all;
}

}  // namespace

/// The log, the states and the rows of one domain.
class scenario::world {
 public:
  explicit world(domain under_test) : domains(one(std::move(under_test))) {}

  struct stream_state {
    weir::sequence sequence;
    std::any state;
  };

  [[nodiscard]] const domain& under_test() const { return domains.domains().front(); }

  stream_state& stream_of(const std::string& stream, const std::source_location& where) {
    const aggregate_type* aggregate = domains.find_aggregate(category_of(stream));
    if (!aggregate) fail(where, "no aggregate of the domain has the category of the stream " + stream);
    auto& found = streams[stream];
    if (!found.state.has_value()) found.state = aggregate->initial();
    return found;
  }

  /// `clear`: with its personal values, which evolve and projections do not see.
  void happen(const std::string& stream, std::size_t index, const std::any& clear, const std::source_location& where) {
    stream_state& state = stream_of(stream, where);
    const catalog::event_place place{&under_test(), index};
    const event_type& type = place.type();
    const std::any event = type.shape->personal ? type.decode(hidden(type.encode(clear), *type.shape)) : clear;
    const known_event known{place, event, {head.next(), stream, state.sequence.next(), now}};
    const auto folded = fold_into_state(*domains.find_aggregate(category_of(stream)), known, state.state);
    if (!folded) fail(where, place.type().name + " in the stream " + stream + ": " + folded.error().detail);
    head = head.next();
    state.sequence = state.sequence.next();
    for_each_projection(known, [this](const projection_type& projection, const known_event& what) {
      memory_sink sink(rows, projection.view);
      rows_by_hidden_keys by_keys(sink);
      fold_into_rows(projection, what, by_keys);
    });
    now += std::chrono::seconds{1};
  }

  /// A stream's state as decide sees it.
  std::any state_for_decide(const std::string& stream, const std::source_location& where) {
    const std::any& state = stream_of(stream, where).state;
    if (!under_test().personal) return state;
    const aggregate_type& type = *domains.find_aggregate(category_of(stream));
    return type.decode(shown(type.encode(state), *type.state_shape));
  }

  std::string json_of(const refusal& why, const std::source_location& where) const {
    const schema::structure* exception = domains.find_refusal(why.type);
    if (!exception) fail(where, "a rule refuses with an exception that the service of the IDL does not declare");
    std::string json = exception->name;
    append_json(json, why.bytes, *exception, where);
    return json;
  }

  static void append_json(std::string& to, std::string_view bytes, const schema::structure& shape,
                          const std::source_location& where) {
    if (const auto written = codec::to_json(bytes, shape, to); !written) {
      fail(where, shape.name + " cannot be shown as JSON: " + written.error().detail);
    }
  }

  catalog domains;
  memory_rows rows;
  std::map<std::string, stream_state> streams;
  position head;
  timestamp now = from_rfc3339("2026-11-23T03:20:00Z").value();
  std::vector<std::string> happened, erased;
  std::string refused;
  caller by;
  set_ids ids;
};

scenario::scenario(domain under_test) : world_(std::make_unique<world>(std::move(under_test))) {}
scenario::~scenario() = default;
scenario::scenario(scenario&&) noexcept = default;
scenario& scenario::operator=(scenario&&) noexcept = default;

scenario& scenario::given(std::string_view event_json, std::source_location where) {
  const domain& domain = world_->under_test();
  const auto& events = declared(domain.idl->events(), "union Event", where);
  const auto bytes = compact(event_json, events, where);
  const auto member = set_member(bytes, events, where);
  const schema::structure& shape = *member.field->type.shape;
  const auto id = codec::field_text(member.bytes, shape, shape.fields.front());
  if (!id) fail(where, shape.name + " does not begin with the id of a stream: given_in() takes the stream by its name");
  const std::size_t index = domain.event_index(member.field->name);
  for (const auto& aggregate : domain.aggregates) {
    if (!aggregate->evolve[index]) continue;
    return given_in(aggregate->category + "-" + *id, event_json, where);
  }
  fail(where, "no aggregate takes " + member.field->name);
}

scenario& scenario::given_in(std::string_view stream, std::string_view event_json, std::source_location where) {
  const domain& domain = world_->under_test();
  const auto& events = declared(domain.idl->events(), "union Event", where);
  const auto bytes = compact(event_json, events, where);
  const auto member = set_member(bytes, events, where);
  const std::size_t index = domain.event_index(member.field->name);
  world_->happen(std::string(stream), index, domain.events[index].decode(member.bytes), where);
  return *this;
}

scenario& scenario::when(std::string_view command_json, std::source_location where) {
  const auto& commands = declared(world_->under_test().idl->commands(), "union Command", where);
  const auto bytes = compact(command_json, commands, where);
  const auto member = set_member(bytes, commands, where);
  const command_type& type = *world_->domains.find_command(member.field->name);
  const auto stream = codec::expand(*type.shape->stream, member.bytes, *type.shape);
  if (!stream) fail(where, stream.error().detail);
  const shown_rows rows(world_->rows, world_->domains);
  const views seen(rows);
  const decision decided = type.decide(world_->state_for_decide(*stream, where), type.decode(member.bytes),
                                       {world_->now, world_->by, seen, world_->ids});

  world_->refused.clear();
  world_->happened.clear();
  world_->erased = decided.erased();
  if (const refusal* why = decided.refused()) {
    world_->refused = world_->json_of(*why, where);
    return *this;
  }
  for (const emitted_event& one : decided.events()) {
    const auto* place = world_->domains.find_event(std::type_index(one.event.type()));
    if (!place) fail(where, member.field->name + " leads to an event that is no member of the union Event");
    const std::string& name = place->type().name;
    if (place->type().upcast) fail(where, member.field->name + " leads to " + name + ", which has an upcast");
    std::string json = "{\"" + name + "\":";
    world::append_json(json, place->type().encode(one.event), *place->type().shape, where);
    world_->happened.push_back(json + "}");
    world_->happen(one.stream.value_or(*stream), place->index, one.event, where);
  }
  return *this;
}

scenario& scenario::then(const std::vector<std::string>& events, std::source_location where) {
  if (!world_->refused.empty()) fail(where, "this was refused: " + world_->refused);
  if (world_->happened != events) {
    fail(where, "expected\n  " + listed(events) + "\nbut this happened\n  " + listed(world_->happened));
  }
  return *this;
}

scenario& scenario::then_erased(const std::vector<std::string>& subjects, std::source_location where) {
  if (!world_->refused.empty()) fail(where, "this was refused: " + world_->refused);
  if (world_->erased == subjects) return *this;
  fail(where, "expected the erasure of\n  " + listed(subjects) + "\nbut this was erased\n  " + listed(world_->erased));
}

scenario& scenario::then_nothing_happens(std::source_location where) { return then({}, where); }

scenario& scenario::then_refused(std::string_view exception, std::source_location where) {
  if (world_->refused.empty()) {
    fail(where,
         "expected the refusal\n  " + std::string(exception) + "\nbut this happened\n  " + listed(world_->happened));
  }
  if (world_->refused != exception) {
    fail(where, "expected the refusal\n  " + std::string(exception) + "\nbut it was\n  " + world_->refused);
  }
  return *this;
}

std::string scenario::ask(std::string_view query_name, std::string_view query_json, std::source_location where) const {
  for (const auto& query : world_->under_test().queries) {
    if (query->name != query_name) continue;
    const shown_rows rows(world_->rows, world_->domains);
    const views seen(rows);
    const auto answered = query->answer(compact(query_json, *query->shape, where), {world_->by, seen});
    if (const auto* why = std::get_if<refusal>(&answered)) return world_->json_of(*why, where);
    std::string json;
    world::append_json(json, std::get<std::string>(answered), *query->answer_shape, where);
    return json;
  }
  fail(where, "the domain has no query " + std::string(query_name));
}

scenario& scenario::as(caller by) {
  world_->by = std::move(by);
  return *this;
}

scenario& scenario::ids(std::vector<std::string> next) {
  world_->ids.set.insert(world_->ids.set.end(), std::make_move_iterator(next.begin()),
                         std::make_move_iterator(next.end()));
  return *this;
}

scenario& scenario::at(std::string_view time, std::source_location where) {
  const auto read = from_rfc3339(time);
  if (!read) fail(where, std::string(time) + " is no time such as 2026-11-23T03:20:00Z");
  world_->now = *read;
  return *this;
}

}  // namespace weir::testing
