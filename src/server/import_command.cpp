#include "server/import_command.hpp"

#include <iostream>

#include "base/limits.hpp"
#include "base/line_splitter.hpp"
#include "engine/importer.hpp"
#include "event_text/event_lines.hpp"
#include "server/descriptors.hpp"
#include "server/input_file.hpp"
#include "server/logging.hpp"
#include "server/progress.hpp"
#include "server/storage.hpp"

namespace weir {
namespace {

result<> add(const line_splitter::line& line, const event_text::event_line_reader& reader, importer& into) {
  if (line.too_long) {
    return error{errc::invalid, "it is longer than " + std::to_string(limits::import_line_bytes_max) + " bytes"};
  }
  if (line.text.find_first_not_of(" \t\r") == line.text.npos) return {};
  const auto event = reader.read(line.text);
  return event ? into.add(*event) : event.error();
}

result<> take(const line_splitter::line& line, const event_text::event_line_reader& reader, importer& into) {
  auto added = add(line, reader, into);
  if (added || added.error().code != errc::invalid) return added;
  return error{errc::invalid, "line " + std::to_string(line.number) + ": " + added.error().detail};
}

result<> take_all(input_file& from, const event_text::event_line_reader& reader, importer& into) {
  progress shown("imported", "events");
  line_splitter lines(limits::import_line_bytes_max);
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
  if (done.passed_over() > 0) std::cerr << ", skipped " << done.passed_over() << " that were there already";
  std::cerr << "; the log ends at position " << done.last().value << '\n';
}

}  // namespace

result<> import_log(const import_settings& settings, const catalog& domains) {
  set_up_logging(log_format::automatic, "warn");
  auto from = input_file::open(settings.from);
  if (!from) return from.error();
  serve_settings opening;
  opening.data = settings.data;
  const auto stored = open_storage(opening, files_of_store_alone(), domains, show_migration());
  if (!stored) return stored.error();
  auto into = importer::open(*stored->log, *stored->state);
  if (!into) return into.error();

  const auto taken = take_all(*from, event_text::event_line_reader(domains, settings.format), **into);
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
