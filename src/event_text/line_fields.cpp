#include "event_text/line_fields.hpp"

#include <charconv>

#include "base/ids.hpp"
#include "codec/compact_reader.hpp"
#include "log/recorded_event.hpp"

namespace weir::event_text {
namespace {

constexpr std::string_view empty_struct("\0", 1);

}  // namespace

result<std::string> read_line(std::string_view json, const schema::structure& shape) {
  auto read = codec::from_json(json, shape, codec::checks::types_only);
  if (auto* compact = std::get_if<std::string>(&read)) return std::move(*compact);
  if (const auto* fault = std::get_if<codec::malformed>(&read)) {
    return error{errc::invalid, "no JSON, at column " + std::to_string(fault->column) + ": " + fault->detail};
  }
  return error_of(std::get<codec::invalid>(read).violations);
}

std::string line_fields::text(std::string_view name) {
  auto found = shown(name);
  if (!found) return {};
  if (found->empty()) refuse(name, "must not be empty");
  return std::move(*found);
}

std::uint64_t line_fields::number(std::string_view name) {
  const auto found = shown(name);
  std::int64_t value = 0;
  if (found) std::from_chars(found->data(), found->data() + found->size(), value);
  if (value >= 1) return static_cast<std::uint64_t>(value);
  refuse(name, "must be at least 1");
  return 0;
}

timestamp line_fields::time(std::string_view name) {
  const auto found = from_rfc3339(shown(name).value_or(""));
  if (!found) refuse(name, "must be a moment of the years 0000 to 9999");
  return found.value_or(timestamp{});
}

std::string line_fields::uuid(std::string_view name) {
  const auto found = shown(name);
  if (!found) return {};
  auto bytes = uuid_bytes(*found);
  if (!bytes) refuse(name, "must be a UUID like 0190163d-8694-739b-aea5-966c26f8ad91");
  return bytes ? std::move(*bytes) : std::string();
}

std::string line_fields::traceparent(std::string_view name) {
  auto found = shown(name);
  if (!found) return {};
  if (!keeps_traceparent(*found)) {
    refuse(name, "must be a traceparent like 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  }
  return std::move(*found);
}

std::string_view line_fields::structure(std::string_view name) const {
  return codec::field_bytes(compact_, *shape_.find(name)).value_or(empty_struct);
}

std::vector<std::string> line_fields::texts(std::string_view name) const {
  std::vector<std::string> all;
  const auto bytes = codec::field_bytes(compact_, *shape_.find(name));
  if (!bytes) return all;
  codec::compact_reader in(*bytes);
  for (std::size_t left = in.list().size; left > 0; --left) all.emplace_back(in.binary());
  return all;
}

void line_fields::refuse(std::string_view name, std::string detail) {
  faults_.push_back({pointer_ + "/" + std::string(name), std::move(detail)});
}

std::optional<std::string> line_fields::shown(std::string_view name) const {
  return codec::field_text(compact_, shape_, *shape_.find(name));
}

error error_of(const std::vector<codec::violation>& faults) {
  std::string all;
  for (const codec::violation& one : faults) {
    if (!all.empty()) all += "; ";
    if (!one.pointer.empty()) all += one.pointer + ": ";
    all += one.detail;
  }
  return {errc::invalid, std::move(all)};
}

schema::field field_of(std::string name, schema::kind is, schema::requiredness presence) {
  schema::field made{};
  made.thrift_name = name;
  made.name = std::move(name);
  made.presence = presence;
  made.type.is = is;
  return made;
}

void add_field(schema::structure& to, schema::field one) {
  one.id = static_cast<std::int16_t>(to.fields.size() + 1);
  to.fields.push_back(std::move(one));
}

}  // namespace weir::event_text
