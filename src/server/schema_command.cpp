#include "server/schema_command.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "log/format_version.hpp"
#include "schema/schema_comparison.hpp"
#include "verify/stored_schema.hpp"

namespace weir {
namespace {

result<schema::event_schema> read_data(const std::filesystem::path& directory) {
  // Opening would make a database of any other directory.
  if (!exists(directory / "CURRENT")) {
    return error{errc::invalid, directory.string() + " is not a data directory of Weir"};
  }
  store_options options;
  options.directory = directory;
  options.families = {meta_family()};
  const auto opened = store::open_to_read(options);
  if (!opened && opened.error().code == errc::in_use) {
    return error{errc::in_use, directory.string() + " is in use: stop its server first, or give a file"};
  }
  if (!opened) return opened.error();
  auto stored = stored_schema(**opened);
  if (!stored) return error{stored.error().code, directory.string() + ": " + stored.error().detail};
  if (!*stored) {
    return error{errc::invalid, directory.string() + " holds no schema yet: start its server once, then stop it"};
  }
  return std::move(**stored);
}

result<schema::event_schema> read_source(const std::string& source) {
  if (source != "-" && std::filesystem::is_directory(source)) return read_data(source);
  std::ifstream file;
  if (source != "-") {
    file.open(source, std::ios::binary);
    if (!file) return error{errc::invalid, source + " cannot be read"};
  }
  std::istream& in = source == "-" ? std::cin : file;
  const std::string text(std::istreambuf_iterator<char>(in), {});
  auto read = schema::read_event_schema(text);
  if (!read) {
    return error{read.error().code, (source == "-" ? "standard input" : source) + ": " + read.error().detail};
  }
  return read;
}

}  // namespace

result<> print_schema(const catalog& domains, const std::string& after, std::ostream& to) {
  schema::event_schema shown = schema_of(domains.domains());
  if (!after.empty()) {
    const auto old = read_source(after);
    if (!old) return old.error();
    auto found = compare(*old, shown);
    if (!found.compatible()) {
      return error{errc::invalid, "this program would misread the events of " + after + ": weir schema check says why"};
    }
    shown = std::move(found.kept);
  }
  to << to_json(shown) << std::flush;
  if (!to) return error{errc::io, "the schema cannot be written"};
  return {};
}

result<bool> check_schema(const catalog& domains, const std::string& old, const std::string& now, std::ostream& to) {
  if (old == "-" && now == "-") return error{errc::invalid, "only one of two schemas can come from standard input"};
  const auto before = read_source(old);
  if (!before) return before.error();
  const auto after = now.empty() ? result<schema::event_schema>(schema_of(domains.domains())) : read_source(now);
  if (!after) return after.error();
  const auto found = compare(*before, *after);
  for (const auto& change : found.changes) {
    to << (change.compatible ? "compatible    " : "incompatible  ") << described(change) << '\n';
  }
  if (found.changes.empty()) to << "no changes\n";
  to << std::flush;
  if (!to) return error{errc::io, "the changes cannot be written"};
  return found.compatible();
}

}  // namespace weir
