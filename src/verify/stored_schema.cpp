#include "verify/stored_schema.hpp"

#include <algorithm>
#include <set>

#include <spdlog/spdlog.h>

#include "log/log_rows.hpp"
#include "log/recorded_event.hpp"
#include "schema/schema_comparison.hpp"

namespace weir {
namespace {

constexpr std::string_view schema_key = "schema";
constexpr std::size_t read_page_events = 1'000;

template <class List>
bool holds(const List& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool has_streams_of(const store& in, const std::string& category) {
  const std::string prefix = category + "-";
  auto streams = in.scan(in.find("streams"));
  streams.seek(prefix);
  if (streams.valid()) return streams.key().starts_with(prefix);
  streams.status().value();
  return false;
}

/// Those of the events that the log holds any of. Reads it until it has met them all: as long as the log, if one is
/// missing.
std::set<std::string> recorded_among(std::set<std::string> wanted, const log_rows& log, position last) {
  std::set<std::string> found;
  for (position after; after < last && !wanted.empty();) {
    const auto part = log.scan(after, last, "", read_page_events, read_page_events).value();
    for (const stored_event& one : part.events) {
      const recorded_event event = decode_recorded(one.bytes, one.stream, one.sequence).value();
      if (const auto met = wanted.extract(event.type)) found.insert(met.value());
    }
    after = part.last;
  }
  return found;
}

/// Takes out of what was kept whatever the program has no more and the log holds nothing of.
void leave_out_what_never_was(schema::event_schema& kept, const schema::event_schema& now, const store& in,
                              const log_rows& log, position last) {
  std::set<std::string> gone;
  for (auto at = kept.domains.begin(); at != kept.domains.end();) {
    auto& [name, domain] = *at;
    const auto still = now.domains.find(name);
    std::erase_if(domain.categories, [&](const std::string& category) {
      const bool is_gone = still == now.domains.end() || !holds(still->second.categories, category);
      return is_gone && !has_streams_of(in, category);
    });
    if (still == now.domains.end()) {
      // Every event is in a stream of one of its domain's categories.
      at = domain.categories.empty() ? kept.domains.erase(at) : std::next(at);
      continue;
    }
    for (const auto& [event, form] : domain.events) {
      if (still->second.events.count(event) == 0) gone.insert(event);
    }
    ++at;
  }
  if (gone.empty()) return;
  spdlog::info("searching the event log for events that this program does not know");
  const auto recorded = recorded_among(gone, log, last);
  for (auto& [name, domain] : kept.domains) {
    std::erase_if(domain.events,
                  [&](const auto& event) { return gone.count(event.first) != 0 && recorded.count(event.first) == 0; });
  }
}

error does_not_fit(const schema::comparison& found) {
  std::string lines =
      "this program would misread stored events, so it does not start; nothing was changed. Reasons, and what to do:";
  for (const auto& change : found.changes) {
    if (!change.compatible) lines += "\n  " + described(change);
  }
  return {errc::newer_format, std::move(lines)};
}

}  // namespace

schema::event_schema schema_of(const std::vector<domain>& domains) {
  schema::event_schema made;
  for (const domain& one : domains) {
    std::vector<std::string> categories;
    for (const auto& aggregate : one.aggregates) categories.push_back(aggregate->category);
    made.domains[one.name] = events_of(*one.idl, std::move(categories));
  }
  return made;
}

result<std::optional<schema::event_schema>> stored_schema(const store& in) {
  const auto bytes = in.get(in.find("meta"), schema_key);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<schema::event_schema>{};
  auto read = schema::read_event_schema(**bytes);
  if (read) return std::optional(std::move(*read));
  if (read.error().code == errc::newer_format) return read.error();
  return error{errc::corrupt,
               "the schema that is stored with the events is damaged, restore a backup: " + read.error().detail};
}

result<std::string> stored_schema_text(const store& in) {
  auto bytes = in.get(in.find("meta"), schema_key);
  if (!bytes) return bytes.error();
  return std::move(*bytes).value_or("");
}

void put_stored_schema_text(const store& in, store::batch& into, std::string_view text) {
  into.put(in.find("meta"), schema_key, text);
}

result<> check_stored_schema(store& in, const catalog& domains) {
  try {
    const log_rows log(in);
    const position last = log.last_position().value();
    const auto kept = stored_schema(in);
    if (!kept) return kept.error();
    schema::event_schema next = schema_of(domains.domains());
    if (*kept && last.value != 0) {
      schema::event_schema recorded = **kept;
      leave_out_what_never_was(recorded, next, in, log, last);
      auto found = compare(recorded, next);
      if (!found.compatible()) return does_not_fit(found);
      for (const auto& change : found.changes) spdlog::info("the schema has changed: {}", described(change));
      next = std::move(found.kept);
    }
    if (*kept == next || in.read_only()) return {};
    auto batch = in.begin();
    batch.put(in.find("meta"), schema_key, to_json(next));
    return in.write(batch, store::durability::durable);
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
}

}  // namespace weir
