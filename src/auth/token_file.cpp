#include "auth/token_file.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <nlohmann/json.hpp>

#include "auth/file_access.hpp"
#include "auth/json_schema.hpp"
#include "auth/schemas.hpp"
#include "auth/strict_json.hpp"
#include "base/hexadecimal.hpp"

namespace weir::auth {
namespace {

using nlohmann::json;

constexpr std::chrono::hours kept_after_the_end{90 * 24};

std::string in_hex(std::string_view bytes) {
  std::string digits;
  append_hexadecimal(digits, bytes);
  return digits;
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  return append_from_hexadecimal(bytes, digits) ? bytes : std::string();
}

/// Reads what the schema has found to be right, but for the times, which it does not know.
class reader {
 public:
  reader(std::string file, std::vector<fault>& faults) : file_(std::move(file)), faults_(faults) {}

  std::vector<api_token> read(const json& document) {
    std::vector<api_token> tokens;
    std::set<std::string> ids;
    for (const json& each : document["tokens"]) {
      const std::string at = pointer_to("/tokens", tokens.size());
      tokens.push_back(
          {each["id"], each["name"], each["roles"], from_hex(each["salt"]), from_hex(each["hash"]), {}, {}, {}});
      api_token& token = tokens.back();
      if (!ids.insert(token.id).second) faults_.push_back({file_, at + "/id", "another token has this id too"});
      token.created = time_of(each, "created", at).value_or(timestamp{});
      token.expires = time_of(each, "expires", at);
      token.revoked = time_of(each, "revoked", at);
    }
    return tokens;
  }

 private:
  std::optional<timestamp> time_of(const json& from, const char* name, const std::string& at) {
    if (!from.contains(name)) return std::nullopt;
    const auto time = from_rfc3339(from[name].get<std::string>());
    if (!time) faults_.push_back({file_, at + '/' + name, "must be a time as in RFC 3339"});
    return time;
  }

  std::string file_;
  std::vector<fault>& faults_;
};

json to_json(const api_token& token) {
  json made{{"id", token.id},
            {"name", token.name},
            {"roles", token.roles},
            {"salt", in_hex(token.salt)},
            {"hash", in_hex(token.hash)},
            {"created", to_shortest_rfc3339(token.created).value()}};
  if (token.expires) made["expires"] = to_shortest_rfc3339(*token.expires).value();
  if (token.revoked) made["revoked"] = to_shortest_rfc3339(*token.revoked).value();
  return made;
}

bool ended_before(const api_token& token, timestamp time) {
  return (token.expires && *token.expires < time) || (token.revoked && *token.revoked < time);
}

/// Reads the file, changes the tokens and replaces the file, while no other process does.
template <class Change>
result<> change_file(const std::filesystem::path& path, const std::filesystem::path& like, const Change& change) {
  const auto lock = file_lock::take(path);
  if (!lock) return lock.error();
  auto read = read_token_file(path);
  if (!read) return error{errc::invalid, read.error().text()};
  std::vector<api_token> tokens = std::move(*read);
  if (const result<> changed = change(tokens); !changed) return changed;
  json document{{"tokens", json::array()}};
  for (const api_token& each : tokens) document["tokens"].push_back(to_json(each));
  return replace_file(path, document.dump(2) + '\n', like);
}

}  // namespace

outcome<std::vector<api_token>> read_token_file(const std::filesystem::path& path) {
  static const json_schema schema(token_file_schema());
  const auto text = read_whole_file(path);
  if (!text && text.error().code == errc::not_found) return std::vector<api_token>{};
  if (!text) return faults{{{path.string(), "", text.error().detail}}};
  const auto document = read_strict_json(*text);
  if (!document) return faults{{{path.string(), "", document.error().detail}}};
  faults found{schema.faults_of(*document, path.string())};
  if (!found.all.empty()) return found;
  auto tokens = reader(path.string(), found.all).read(*document);
  if (!found.all.empty()) return found;
  return tokens;
}

result<> add_token(const std::filesystem::path& path, const api_token& token, const std::filesystem::path& like) {
  return change_file(path, like, [&](std::vector<api_token>& tokens) -> result<> {
    std::erase_if(tokens,
                  [&](const api_token& each) { return ended_before(each, token.created - kept_after_the_end); });
    if (tokens.size() >= api_tokens_max) {
      return error{errc::invalid, path.string() + " holds " + std::to_string(api_tokens_max) +
                                      " tokens, which is the limit: revoke those that nobody needs; they are dropped "
                                      "90 days after their end"};
    }
    tokens.push_back(token);
    return {};
  });
}

result<> revoke_token(const std::filesystem::path& path, const std::string& id, timestamp now) {
  return change_file(path, path, [&](std::vector<api_token>& tokens) -> result<> {
    const auto found = std::find_if(tokens.begin(), tokens.end(), [&](const auto& each) { return each.id == id; });
    if (found == tokens.end()) return error{errc::not_found, path.string() + " holds no token with the id " + id};
    if (!found->revoked) found->revoked = now;
    return {};
  });
}

}  // namespace weir::auth
