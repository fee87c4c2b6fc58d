#include "backup/description.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "backup/files.hpp"
#include "base/hexadecimal.hpp"
#include "base/ids.hpp"

namespace weir::backup {
namespace {

using json = nlohmann::ordered_json;

constexpr int format = 1;
constexpr std::size_t hash_bytes = 32;

std::string text_of(timestamp time) { return to_rfc3339(time).value_or(""); }

/// What is wrong with a member; read_...() turn it into an error.
struct fault {
  std::string why;
};

const json& member(const json& of, const char* name) {
  const auto found = of.is_object() ? of.find(name) : of.end();
  if (!of.is_object() || found == of.end()) throw fault{std::string("it has no ") + name};
  return *found;
}

std::string text(const json& of, const char* name) {
  const json& value = member(of, name);
  if (!value.is_string()) throw fault{std::string(name) + " is no text"};
  return value.get<std::string>();
}

std::uint64_t number(const json& of, const char* name) {
  const json& value = member(of, name);
  if (!value.is_number_unsigned()) throw fault{std::string(name) + " is no whole number"};
  return value.get<std::uint64_t>();
}

timestamp time(const json& of, const char* name) {
  const auto read = from_rfc3339(text(of, name));
  if (!read) throw fault{std::string(name) + " is no time"};
  return *read;
}

std::string hash(const json& of, const char* name) {
  std::string bytes;
  if (!append_from_hexadecimal(bytes, text(of, name)) || bytes.size() != hash_bytes) {
    throw fault{std::string(name) + " is no SHA-256"};
  }
  return bytes;
}

std::string uuid(const json& of, const char* name) {
  std::string value = text(of, name);
  if (!uuid_bytes(value)) throw fault{std::string(name) + " is no UUID"};
  return value;
}

json as_json(const log_identity& which) {
  json made{{"id", which.id}, {"madeAt", text_of(which.made_at)}, {"branches", json::array()}};
  for (const log_branch& each : which.branches) {
    made["branches"].push_back({{"id", each.id},
                                {"position", each.at.value},
                                {"hash", hexadecimal(each.hash)},
                                {"madeAt", text_of(each.made_at)}});
  }
  return made;
}

log_identity identity_in(const json& from) {
  log_identity made{uuid(from, "id"), time(from, "madeAt"), {}};
  const json& branches = member(from, "branches");
  if (!branches.is_array()) throw fault{"branches is no list"};
  for (const json& each : branches) {
    made.branches.push_back({uuid(each, "id"), {number(each, "position")}, hash(each, "hash"), time(each, "madeAt")});
  }
  return made;
}

/// A name in a data directory, and not a way out of it.
bool is_file_name(const std::string& name) {
  return !name.empty() && name.size() < 128 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_'; });
}

template <class Value, class Read>
result<Value> reading(std::string_view text, Read read) {
  try {
    return read(json::parse(text));
  } catch (const fault& e) {
    return error{errc::corrupt, e.why};
  } catch (const json::exception& e) {
    return error{errc::corrupt, e.what()};
  }
}

}  // namespace

std::string identity_json(const log_identity& which) { return as_json(which).dump(); }

result<log_identity> read_identity_json(std::string_view text) {
  return reading<log_identity>(text, [](const json& from) { return result<log_identity>(identity_in(from)); });
}

bool continues(const log_identity& later, const log_identity& earlier, position up_to) {
  if (later.id != earlier.id || later.branches.size() < earlier.branches.size()) return false;
  if (!std::equal(earlier.branches.begin(), earlier.branches.end(), later.branches.begin())) return false;
  return std::all_of(later.branches.begin() + static_cast<std::ptrdiff_t>(earlier.branches.size()),
                     later.branches.end(), [&](const log_branch& each) { return !(each.at < up_to); });
}

std::uint64_t description::bytes() const {
  std::uint64_t all = 0;
  for (const copied_file& each : files) all += each.size;
  return all;
}

std::string new_id(const log_head& head, timestamp made_at) {
  std::string when = text_of(made_at);
  std::erase_if(when, [](char c) { return c == ':' || c == '-'; });
  std::string number = std::to_string(head.number);
  number.insert(0, number.size() < 12 ? 12 - number.size() : 0, '0');
  return number + "-" + when;
}

std::string description_json(const description& of) {
  json made{{"format", format},
            {"id", of.id},
            {"madeAt", text_of(of.made_at)},
            {"madeBy", of.made_by},
            {"commit", of.head.number},
            {"epoch", of.head.epoch},
            {"position", of.head.last.value},
            {"hash", hexadecimal(of.head.hash)},
            {"committedAt", text_of(of.head.committed_at)},
            {"log", as_json(of.log)},
            {"files", json::array()}};
  for (const copied_file& each : of.files) {
    json file{{"name", each.name}, {"size", each.size}};
    if (!each.digest.empty()) file["sha256"] = each.digest;
    made["files"].push_back(std::move(file));
  }
  return made.dump();
}

result<description> read_description_json(std::string_view text) {
  return reading<description>(text, [](const json& from) -> result<description> {
    if (const auto which = number(from, "format"); which > format) {
      return error{errc::newer_format, "it has format " + std::to_string(which) + ", and this program knows format " +
                                           std::to_string(format) + ": use a newer program"};
    }
    description made;
    made.id = backup::text(from, "id");
    if (!is_file_name(made.id)) throw fault{"id is no name"};
    made.made_at = time(from, "madeAt");
    made.made_by = backup::text(from, "madeBy");
    made.head = {number(from, "commit"),
                 number(from, "epoch"),
                 {number(from, "position")},
                 hash(from, "hash"),
                 time(from, "committedAt")};
    made.log = identity_in(member(from, "log"));
    const json& files = member(from, "files");
    if (!files.is_array()) throw fault{"files is no list"};
    for (const json& each : files) {
      copied_file file{backup::text(each, "name"), number(each, "size"), {}};
      if (!is_file_name(file.name)) throw fault{"the name of a file is none"};
      if (each.contains("sha256")) file.digest = hexadecimal(hash(each, "sha256"));
      made.files.push_back(std::move(file));
    }
    return made;
  });
}

}  // namespace weir::backup
