#include "verify/stream_walk.hpp"

#include <any>
#include <optional>

#include "codec/compact.hpp"
#include "log/format.hpp"
#include "log/recorded_event.hpp"
#include "state/aggregates.hpp"
#include "state/fold.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

/// Streams with damaged events that are stepped over, until the rest of the family is given up.
constexpr std::uint64_t stepped_over_max = 1'000;
constexpr std::size_t told_events = 1'000;

}  // namespace

/// The stream that is being read.
struct stream_walk::stream {
  std::string name;
  sequence last;
  std::optional<timestamp> created_at;
  timestamp updated_at{};
  bool is_whole = true;

  // The snapshot of it that is to be compared; and the state so far.
  std::optional<stored::StoredSnapshot> kept;
  const aggregate_type* type = nullptr;
  std::any state;
};

stream_walk::stream_walk(const verification& of, position last)
    : of_(of),
      last_(last),
      heads_(of.all_of(of.in.find("streams"))),
      snapshots_(of.all_of(of.in.find("snapshots"))),
      seen_(last.value + 1) {
  of_.speed.expect(last.value);
}

void stream_walk::run() {
  heads_.seek("");
  snapshots_.seek("");
  auto events = of_.all_of(of_.in.find("events"));
  stream now;
  std::size_t untold = 0;
  std::uint64_t bytes = 0;
  events.seek("");
  for (;;) {
    if (!events.valid()) {
      if (events.status() || !go_on_behind_damage(events, now)) break;
      continue;
    }
    const std::string_view key = events.key();
    const auto place = format::read_event_key(key);
    if (!place) {
      of_.fault("events", key, place.error().detail);
    } else {
      if (place->stream != now.name) {
        end(now);
        now = {};
        now.name = place->stream;
        begin(now);
      }
      event(now, key, events.value(), place->sequence);
    }
    bytes += key.size() + events.value().size();
    if (++untold == told_events) {
      of_.speed.read(bytes);
      of_.speed.advance(untold);
      untold = 0;
      bytes = 0;
    }
    events.next();
  }
  of_.speed.advance(untold);
  end(now);
  pass_over_heads("");
  pass_over_snapshots("");
  for (const auto& [name, rows] :
       {std::pair<const char*, store::cursor*>{"streams", &heads_}, {"snapshots", &snapshots_}}) {
    if (const auto status = rows->status(); !status) {
      of_.unreadable(name, "", std::string("the rest of ") + name + " cannot be read", status.error());
    }
  }
}

void stream_walk::begin(stream& in) {
  ++streams_read_;
  pass_over_snapshots(in.name);
  if (!snapshots_.valid() || snapshots_.key() != in.name) return;
  ++snapshots_read_;
  in.type = of_.domains.find_aggregate(category_of(in.name));
  try {
    auto kept = codec::decode<stored::StoredSnapshot>(std::string(snapshots_.value()));
    // A snapshot of another shape is not used.
    if (in.type && kept.shape == in.type->shape) {
      if (kept.sequence < 1 || !is_snapshot_due({static_cast<std::uint64_t>(kept.sequence)})) {
        of_.fault("snapshots", in.name,
                  "the snapshot is of event " + std::to_string(kept.sequence) + ", after which none is taken");
      } else {
        in.state = in.type->initial();
        in.kept = std::move(kept);
      }
    }
  } catch (const apache::thrift::TException& e) {
    of_.fault("snapshots", in.name, std::string("the snapshot is damaged: ") + e.what());
  }
  snapshots_.next();
}

void stream_walk::event(stream& in, std::string_view key, std::string_view bytes, sequence number) {
  const auto named = [&](sequence which) { return "event " + std::to_string(which.value) + " of stream " + in.name; };
  if (in.is_whole && number != in.last.next()) {
    of_.fault("events", format::event_key(in.name, in.last.next()), named(in.last.next()) + " is missing");
    in.is_whole = false;
  }
  in.last = number;
  const auto read = view_recorded(bytes, in.name, number);
  if (!read) {
    // The walk through the log says why.
    in.is_whole = false;
    return;
  }
  if (read->position > last_ || read->position.value == 0) {
    of_.fault("events", key,
              named(number) + " says that it is at position " + std::to_string(read->position.value) +
                  ", behind the end of the log");
  } else if (seen_[read->position.value]) {
    of_.fault("events", key,
              named(number) + " says that it is at position " + std::to_string(read->position.value) +
                  ", as another event does");
  } else {
    seen_[read->position.value] = true;
  }
  if (number.value == 1) in.created_at = read->recorded_at;
  in.updated_at = read->recorded_at;
  if (in.kept && in.is_whole) fold(in, bytes, number);
}

void stream_walk::fold(stream& in, std::string_view bytes, sequence number) {
  try {
    const auto found = find_event(of_.domains, bytes, in.name, number);
    if (!found) {
      in.kept.reset();
      return;
    }
    const std::any event = found->decode();
    if (const auto folded = fold_into_state(*in.type, {*found->place, event, found->recorded}, in.state); !folded) {
      of_.fault("snapshots", in.name, folded.error().detail);
      in.kept.reset();
      return;
    }
  } catch (const std::exception&) {
    // The fold of the views says which event it is.
    in.kept.reset();
    return;
  }
  if (number.value != static_cast<std::uint64_t>(in.kept->sequence)) return;
  if (in.type->encode(in.state) != in.kept->state) {
    of_.fault(
        "snapshots", in.name,
        "the snapshot after event " + std::to_string(number.value) + " is not what the events of the stream make");
  }
  in.kept.reset();
}

void stream_walk::end(const stream& in) {
  if (in.name.empty()) return;
  if (in.kept && in.is_whole) {
    of_.fault("snapshots", in.name,
              "the snapshot is of event " + std::to_string(in.kept->sequence) + ", but the stream ends at event " +
                  std::to_string(in.last.value));
  }
  check_head(in);
}

void stream_walk::check_head(const stream& in) {
  pass_over_heads(in.name);
  if (!heads_.valid() || heads_.key() != in.name) {
    if (heads_.valid() || heads_.status()) of_.fault("streams", in.name, "the stream has events, but no head");
    return;
  }
  const auto head = format::read_stream_value(heads_.value());
  if (!head) {
    of_.fault("streams", in.name, head.error().detail);
  } else if (head->last != in.last) {
    of_.fault("streams", in.name,
              "the head is at event " + std::to_string(head->last.value) + ", but the last event of the stream is " +
                  std::to_string(in.last.value));
  } else if (in.is_whole &&
             (head->updated_at != in.updated_at || (in.created_at && head->created_at != *in.created_at))) {
    of_.fault("streams", in.name, "the times of the head are not those of the first and the last event of the stream");
  }
  heads_.next();
}

/// Heads of streams that have no event. "": all that are left.
void stream_walk::pass_over_heads(std::string_view before) {
  for (; heads_.valid() && (before.empty() || heads_.key() < before); heads_.next()) {
    of_.fault("streams", heads_.key(), "the stream has a head, but no events that can be read");
  }
}

void stream_walk::pass_over_snapshots(std::string_view before) {
  for (; snapshots_.valid() && (before.empty() || snapshots_.key() < before); snapshots_.next()) {
    of_.fault("snapshots", snapshots_.key(), "there is a snapshot, but no event of the stream that can be read");
  }
}

/// Goes on with the next stream that can be read.
bool stream_walk::go_on_behind_damage(store::cursor& events, const stream& in) {
  const error why = events.status().error();
  of_.unreadable("events", in.name.empty() ? "" : format::event_key(in.name, in.last.next()),
                 in.name.empty() ? "the first events cannot be read"
                                 : "the events after event " + std::to_string(in.last.value) + " of stream " + in.name +
                                       " cannot be read",
                 why);
  auto streams = of_.in.scan(of_.in.find("streams"), of_.at);
  streams.seek(in.name + '\0');
  for (; streams.valid() && stepped_over_ < stepped_over_max; streams.next(), ++stepped_over_) {
    of_.speed.check();
    events.seek(format::event_key_prefix(streams.key()));
    if (events.valid()) return true;
  }
  if (stepped_over_ >= stepped_over_max) {
    of_.found.note("after " + std::to_string(stepped_over_max) +
                   " streams with events that cannot be read, the other streams were not read one by one");
  }
  return false;
}

}  // namespace weir
