#include "server/import_command.hpp"

#include <iostream>

#include "base/limits.hpp"
#include "codec/codec.hpp"
#include "engine/importer.hpp"
#include "http/cloud_event_reader.hpp"
#include "http/line_splitter.hpp"
#include "http/recorded_event_reader.hpp"
#include "server/domains.hpp"
#include "server/input_file.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/storage.hpp"

namespace weir {
namespace {

/// Lines of either format as events.
class line_reader {
 public:
  line_reader(const catalog& domains, event_format format)
      : format_(format), recorded_events_(domains), cloud_events_(domains) {}

  [[nodiscard]] result<recorded_event> read(std::string_view line) const {
    const bool events = format_ == event_format::events;
    auto read = events ? recorded_events_.read(line) : cloud_events_.read(line);
    if (read) return read;
    if (const auto type = codec::json_text_member(line, "type"); type && type->starts_with("/problems/")) {
      return error{errc::invalid, "the server that this was read from broke off: " +
                                      codec::json_text_member(line, "detail").value_or(*type)};
    }
    const bool is_cloud_event = codec::json_text_member(line, "specversion").has_value();
    if (events && is_cloud_event) {
      return error{errc::invalid, "this is a CloudEvent; --format cloudevents reads it"};
    }
    if (!events && !is_cloud_event && codec::json_text_member(line, "eventId")) {
      return error{errc::invalid, "this is no CloudEvent, but an event as GET shows it; --format events reads it"};
    }
    return read;
  }

 private:
  const event_format format_;
  const http::recorded_event_reader recorded_events_;
  const http::cloud_event_reader cloud_events_;
};

result<> add(const http::line_splitter::line& line, const line_reader& reader, importer& into) {
  if (line.too_long) {
    return error{errc::invalid, "it is longer than " + std::to_string(limits::import_line_bytes_max) + " bytes"};
  }
  if (line.text.find_first_not_of(" \t\r") == line.text.npos) return {};
  const auto event = reader.read(line.text);
  return event ? into.add(*event) : event.error();
}

result<> take(const http::line_splitter::line& line, const line_reader& reader, importer& into) {
  auto added = add(line, reader, into);
  if (added || added.error().code != errc::invalid) return added;
  return error{errc::invalid, "line " + std::to_string(line.number) + ": " + added.error().detail};
}

result<> take_all(input_file& from, const line_reader& reader, importer& into) {
  progress shown("imported", "events");
  http::line_splitter lines(limits::import_line_bytes_max);
  for (;;) {
    auto piece = from.read();
    if (!piece) return piece.error();
    if (piece->empty()) break;
    while (const auto line = lines.next(*piece)) {
      if (auto taken = take(*line, reader, into); !taken) return taken;
    }
    if (const auto size = from.size()) {
      shown.show(into.imported(), from.read_bytes(), *size);
    } else {
      shown.show(into.imported());
    }
  }
  const auto line = lines.last();
  return line ? take(*line, reader, into) : result<>{};
}

void report(const importer& done) {
  std::cerr << "weir: imported " << done.imported() << " events";
  if (done.passed_over() > 0) std::cerr << ", passed over " << done.passed_over() << " that were there";
  std::cerr << "; the log ends at position " << done.last().value << '\n';
}

}  // namespace

result<> import_log(const import_settings& settings) {
  set_up_logging(log_format::automatic, "warn");
  auto from = input_file::open(settings.from);
  if (!from) return from.error();
  const catalog domains(all_domains());
  serve_settings opening;
  opening.data = settings.data;
  const auto stored = open_storage(opening, domains, show_migration());
  if (!stored) return stored.error();
  auto into = importer::open(*stored->log, *stored->state);
  if (!into) return into.error();

  const auto taken = take_all(*from, line_reader(domains, settings.format), **into);
  // Behind a faulty line there may be more events of the command before it.
  const auto committed = taken ? (*into)->commit() : (*into)->commit_whole_commands();
  if (!committed) return committed;
  if (!taken) {
    return error{taken.error().code,
                 taken.error().detail + "; the log ends at position " + std::to_string((*into)->last().value)};
  }
  report(**into);
  return {};
}

}  // namespace weir
