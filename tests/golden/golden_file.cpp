#include "golden/golden_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include <boost/algorithm/hex.hpp>
#include <nlohmann/json.hpp>

#include "codec/codec.hpp"
#include "engine/weir_test_orders.hpp"
#include "event_text/recorded_event_json.hpp"
#include "event_text/recorded_event_reader.hpp"
#include "log/recorded_event.hpp"
#include "openapi/examples.hpp"
#include "shipped/domains.hpp"

namespace weir::golden {
namespace {

using json = nlohmann::ordered_json;

std::string hex(std::string_view bytes) {
  std::string digits;
  boost::algorithm::hex_lower(bytes, std::back_inserter(digits));
  return digits;
}

std::string unhex(const std::string& digits) {
  std::string bytes;
  boost::algorithm::unhex(digits, std::back_inserter(bytes));
  return bytes;
}

std::string json_of(std::string_view bytes, const schema::structure& shape) {
  std::string text;
  const auto written = codec::to_json(bytes, shape, text);
  return written ? text : written.error().detail;
}

json with_present_names(const json& value, const schema::type& of);

/// JSON of the past with the names that fields and enum values have now (@was).
json with_present_names(const json& value, const schema::structure& shape) {
  if (!value.is_object()) return value;
  json renamed = json::object();
  for (const auto& [name, member] : value.items()) {
    const auto* field = shape.find(name);
    if (!field) field = shape.find_former(name);
    renamed[field ? field->name : name] = field ? with_present_names(member, field->type) : member;
  }
  return renamed;
}

json with_present_names(const json& value, const schema::type& of) {
  if (of.shape) return with_present_names(value, *of.shape);
  if (of.names && value.is_string()) {
    const auto* member = of.names->find_former(value.get<std::string>());
    return member ? json(member->name) : value;
  }
  json renamed = value;
  if (value.is_array() && of.is == schema::kind::map) {
    for (json& pair : renamed)
      pair = {with_present_names(pair.at(0), *of.key), with_present_names(pair.at(1), *of.element)};
  } else if (value.is_array() && of.element) {
    for (json& element : renamed) element = with_present_names(element, *of.element);
  } else if (value.is_object() && of.element) {
    renamed = json::object();
    for (const auto& [key, member] : value.items()) {
      const json name = with_present_names(json(key), *of.key);
      renamed[name.get<std::string>()] = with_present_names(member, *of.element);
    }
  }
  return renamed;
}

/// Whether JSON of the past shows what the program shows now: the same text, but for names of the past.
bool shows(const std::string& past, const std::string& now, const schema::structure& shape) {
  if (past == now) return true;
  const json then = json::parse(past, nullptr, false);
  if (then.is_discarded()) return false;
  const json renamed = with_present_names(then, shape);
  return renamed != then && renamed == json::parse(now, nullptr, false);
}

std::string newest_of(const event_type& type, const std::string& bytes, const catalog& domains) {
  if (!type.upcast) return "";
  const std::any newest = type.upcast(type.decode(bytes));
  const event_type& newest_type = domains.find_event(std::type_index(newest.type()))->type();
  return newest_type.name + " " + json_of(newest_type.encode(newest), *newest_type.shape);
}

std::string fault_of_event(const block& one, const catalog& domains) {
  const auto* place = domains.find_event(one.name);
  if (!place) return "an event that was shipped is gone";
  const event_type& type = place->type();
  if (one.bytes == "?") return "the bytes are not there: script/golden writes them";
  const std::string bytes = unhex(one.bytes);
  const std::string shown = json_of(bytes, *type.shape);
  if (!shows(one.json, shown, *type.shape)) return "the bytes are shown as " + shown;
  const auto read = codec::from_json(one.json, *type.shape, codec::checks::types_only);
  const auto* stored = std::get_if<std::string>(&read);
  if (!stored) return "an import would not take the JSON";
  if (hex(*stored) != one.bytes) return "an import would store something else, " + hex(*stored);
  const std::string newest = newest_of(type, bytes, domains);
  return newest == one.becomes ? "" : "upcasts make of it \"" + newest + "\"";
}

std::string fault_of_record(const block& one, const catalog& domains) {
  auto event = decode_recorded(unhex(one.bytes), one.name, one.sequence);
  if (!event) return event.error().detail;
  std::string shown;
  if (const auto written = event_text::append_recorded_event(shown, *event, domains); !written)
    return written.error().detail;
  const auto* place = domains.find_event(event->type);
  const json then = json::parse(one.json, nullptr, false);
  json renamed = then;
  if (place && renamed.is_object() && renamed.contains("event") && renamed["event"].contains(event->type)) {
    json& member = renamed["event"][event->type];
    member = with_present_names(member, *place->type().shape);
  }
  if (shown != one.json && (renamed == then || renamed != json::parse(shown, nullptr, false))) {
    return "the bytes are shown as " + shown;
  }
  const auto read = event_text::recorded_event_reader(domains).read(one.json);
  if (!read) return read.error().detail;
  settle_command(*event);  // JSON has no index of an event whose id does not say it
  return encode_recorded(*read) == encode_recorded(*event) ? "" : "an import would store something else";
}

/// A value of each field, as JSON: of all of them, or of the required ones alone.
result<std::string> example(const schema::structure& shape, bool with_optional) {
  json made = json::object();
  for (const schema::field& field : shape.fields) {
    if (!with_optional && field.presence == schema::requiredness::optional) continue;
    const auto value = openapi::example_of(field.type);
    if (!value) {
      return error{errc::invalid,
                   "there is no example of " + shape.name + "." + field.name +
                       ": give it an @example, or write a block with ? for its bytes and JSON of your own"};
    }
    made[field.name] = json::parse(value->dump());
  }
  return made.dump();
}

std::string text_of_event(const event_type& type, const std::string& bytes, const catalog& domains) {
  const std::string newest = newest_of(type, bytes, domains);
  return "\nevent " + type.name + "\n  " + hex(bytes) + "\n  " + json_of(bytes, *type.shape) + "\n" +
         (newest.empty() ? "" : "  becomes " + newest + "\n");
}

result<std::string> bytes_of(const std::string& text, const event_type& type) {
  const auto read = codec::from_json(text, *type.shape, codec::checks::types_only);
  const auto* bytes = std::get_if<std::string>(&read);
  if (!bytes) return error{errc::invalid, "this is no JSON of " + type.name + ": " + text};
  return type.encode(type.decode(*bytes));
}

result<std::string> new_event_block(const event_type& type, bool with_optional, const catalog& domains) {
  const auto made = example(*type.shape, with_optional);
  if (!made) return made.error();
  const auto bytes = bytes_of(*made, type);
  if (!bytes) return bytes.error();
  return text_of_event(type, *bytes, domains);
}

std::string record_block(const event_type& type, const std::string& bytes, const catalog& domains, const domain& of) {
  recorded_event event;
  event.position = {1};
  event.sequence = {1};
  const auto id = codec::field_text(bytes, *type.shape, type.shape->fields.front());
  event.stream = of.aggregates.front()->category + "-" + id.value_or("1");
  event.command_id = unhex("017f22e279b07cc398c4dc0c0c07398f");
  event.event_id = nth_event_id(event.command_id, 1);
  event.recorded_at = from_rfc3339("2026-11-23T03:20:00.123456Z").value();
  event.type = type.name;
  event.payload = bytes;
  std::string shown;
  event_text::append_recorded_event(shown, event, domains).value();
  return "\nrecord " + event.stream + " 1\n  " + hex(encode_recorded(event)) + "\n  " + shown + "\n";
}

std::string heading(const std::string& name) {
  return "# Events of " + name +
         " as they were stored, and the JSON they are shown as. The log of some installation holds such bytes for "
         "ever:\n"
         "# blocks are added, never changed or taken out. script/golden adds those of new events. To add one of your "
         "own, "
         "write\n# `event NAME`, then, indented by two spaces, ? and the JSON: script/golden writes the bytes.\n";
}

/// What is missing of an event: an example with, or without, some of its fields.
struct lack {
  bool any = false, with = false, without = false;
};

std::vector<std::string> lacks_of(const std::vector<block>& blocks, const event_type& event, lack& found) {
  std::vector<std::string> told;
  std::vector<json> of;
  for (const block& one : blocks) {
    if (one.kind != "event" || one.name != event.name) continue;
    of.push_back(with_present_names(json::parse(one.json, nullptr, false), *event.shape));
  }
  if (of.empty()) {
    found.any = true;
    told.push_back(event.name);
  }
  for (const schema::field& field : event.shape->fields) {
    const auto has = [&](const json& one) { return one.contains(field.name); };
    if (std::none_of(of.begin(), of.end(), has)) {
      found.with = true;
      told.push_back(event.name + " with " + field.name);
    }
    if (field.presence != schema::requiredness::optional || field.default_json) continue;
    if (std::all_of(of.begin(), of.end(), has)) {
      found.without = true;
      told.push_back(event.name + " without " + field.name);
    }
  }
  return told;
}

}  // namespace

std::vector<block> read(const std::string& text) {
  std::vector<block> blocks;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    if (!line.starts_with("  ")) {
      std::istringstream words(line);
      words >> blocks.emplace_back().kind >> blocks.back().name >> blocks.back().sequence.value;
      continue;
    }
    if (blocks.empty()) continue;
    block& last = blocks.back();
    const std::string value = line.substr(2);
    if (value.starts_with("becomes ")) {
      last.becomes = value.substr(8);
    } else {
      (value.starts_with("{") ? last.json : last.bytes) = value;
    }
  }
  return blocks;
}

std::string fault_of(const block& one, const catalog& domains) {
  if (one.kind == "event") return fault_of_event(one, domains);
  if (one.kind == "record") return fault_of_record(one, domains);
  return "a block begins with \"event\" or \"record\", not \"" + one.kind + "\"";
}

std::vector<std::string> missing(const std::vector<block>& blocks, const domain& of) {
  std::vector<std::string> all;
  for (const event_type& event : of.events) {
    lack found;
    for (auto& one : lacks_of(blocks, event, found)) all.push_back(std::move(one));
  }
  const auto is_record = [](const block& one) { return one.kind == "record"; };
  if (std::none_of(blocks.begin(), blocks.end(), is_record)) all.emplace_back("a record");
  return all;
}

result<std::string> completed(const std::string& text, const catalog& domains, const domain& of) {
  std::string made = text.empty() ? heading(of.name) : text;
  for (const block& one : read(text)) {
    const std::string where = one.kind + " " + one.name + " " + one.json;
    if (one.bytes != "?") {
      if (const std::string fault = fault_of(one, domains); !fault.empty()) {
        return error{errc::invalid,
                     where + ": " + fault + ". Bytes that were shipped are never changed: mend the program."};
      }
      continue;
    }
    const auto* place = domains.find_event(one.name);
    if (one.kind != "event" || !place) return error{errc::invalid, where + ": there is no such event"};
    const auto bytes = bytes_of(one.json, place->type());
    if (!bytes) return error{errc::invalid, where + ": " + bytes.error().detail};
    const std::string asked = "event " + one.name + "\n  ?\n  " + one.json + "\n";
    const auto at = made.find(asked);
    if (at == made.npos)
      return error{errc::invalid, where + ": write the event, then ?, then the JSON, each on a line"};
    const auto rest = made.substr(at + asked.size());
    made.replace(at, asked.size(), text_of_event(place->type(), *bytes, domains).substr(1));
    if (rest.starts_with("  becomes ")) {
      const auto behind = made.size() - rest.size();
      made.erase(behind, rest.find('\n') + 1);
    }
  }
  for (const event_type& event : of.events) {
    lack found;
    (void)lacks_of(read(made), event, found);
    if (found.any || found.with) {
      const auto added = new_event_block(event, true, domains);
      if (!added) return added.error();
      made += *added;
    }
    lack still;
    (void)lacks_of(read(made), event, still);
    if (still.without) {
      const auto added = new_event_block(event, false, domains);
      if (!added) return added.error();
      made += *added;
    }
  }
  const auto blocks = read(made);
  const auto is_record = [](const block& one) { return one.kind == "record"; };
  const auto first = std::find_if(blocks.begin(), blocks.end(), [](const block& one) { return one.kind == "event"; });
  if (std::none_of(blocks.begin(), blocks.end(), is_record) && first != blocks.end()) {
    made += record_block(domains.find_event(first->name)->type(), unhex(first->bytes), domains, of);
  }
  return made;
}

const std::vector<checked_domain>& checked_domains() {
  static const catalog of_the_program(shipped_domains());
  static const catalog of_tests([] {
    std::vector<domain> one;
    one.push_back(weir_test_orders::weir_test_orders());
    return one;
  }());
  static const std::vector<checked_domain> all = [] {
    std::vector<checked_domain> listed;
    for (const catalog* among : {&of_the_program, &of_tests}) {
      for (const domain& of : among->domains()) listed.push_back({among, &of});
    }
    return listed;
  }();
  return all;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace weir::golden
