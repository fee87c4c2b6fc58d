#include "server/token_command.hpp"

#include <algorithm>
#include <charconv>
#include <iomanip>
#include <ostream>
#include <utility>

#include "auth/access_file.hpp"
#include "auth/access_token.hpp"
#include "auth/token_file.hpp"
#include "base/suggestion.hpp"

namespace weir {
namespace {

constexpr std::chrono::hours lifetime_max{10 * 366 * 24};

std::optional<std::chrono::hours> duration_of(std::string_view text) {
  static constexpr std::pair<char, int> units[] = {{'h', 1}, {'d', 24}, {'w', 7 * 24}};
  int count = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (fault != std::errc{} || end + 1 != text.data() + text.size() || count > lifetime_max.count()) return std::nullopt;
  for (const auto& [letter, hours] : units) {
    if (*end == letter) return std::chrono::hours(std::int64_t{count} * hours);
  }
  return std::nullopt;
}

result<auth::access_file> read_settings(const token_settings& settings) {
  auto read = auth::read_access_file(settings.access_file, nullptr);
  if (!read) return error{errc::invalid, "the access file is not right:\n" + read.error().text()};
  if (!read->tokens) {
    return error{errc::invalid,
                 settings.access_file.string() + " names no file for tokens: add \"tokens\": \"tokens.json\" to it"};
  }
  return std::move(*read);
}

result<std::vector<auth::api_token>> read_tokens(const auth::access_file& from) {
  auto read = auth::read_token_file(*from.tokens);
  if (!read) return error{errc::invalid, "the token file is not right:\n" + read.error().text()};
  return std::move(*read);
}

result<> flushed(std::ostream& to) {
  to << std::flush;
  if (!to) return error{errc::io, "cannot write to standard output"};
  return {};
}

std::string day_or(const std::optional<timestamp>& time, const std::string& otherwise) {
  return time ? to_day(*time) : otherwise;
}

std::string state_of(const auth::api_token& token, timestamp now) {
  if (token.revoked) return "revoked";
  return token.expires && now >= *token.expires ? "expired" : "valid";
}

/// The names of the roles. One that the access file does not have grants nothing, and is marked.
std::string roles_of(const auth::api_token& token, const auth::access_file& file) {
  std::string text;
  for (const auto& role : token.roles) {
    if (!text.empty()) text += ',';
    text += role;
    if (!file.roles.contains(role)) text += "(unknown)";
  }
  return text;
}

}  // namespace

std::optional<timestamp> end_of(std::string_view text, timestamp now) {
  auto end = from_rfc3339(text);
  if (const auto duration = duration_of(text)) end = now + *duration;
  if (!end || *end <= now || *end > now + lifetime_max) return std::nullopt;
  return end;
}

result<> create_token(const token_settings& settings, timestamp now, std::ostream& to) {
  const auto file = read_settings(settings);
  if (!file) return file.error();
  if (!auth::is_caller_name(settings.name)) {
    return error{errc::invalid, "--name must have 1 to 200 bytes and no control characters"};
  }
  std::vector<std::string> roles;
  for (const auto& role : settings.roles) {
    if (!file->roles.contains(role)) {
      std::vector<std::string_view> known;
      for (const auto& each : file->roles) known.push_back(each.first);
      return error{errc::invalid, "the access file has no role \"" + role + '"' + suggestion(role, known)};
    }
    if (std::find(roles.begin(), roles.end(), role) == roles.end()) roles.push_back(role);
  }
  std::optional<timestamp> expires;
  if (!settings.expires.empty()) {
    expires = end_of(settings.expires, now);
    if (!expires) {
      return error{
          errc::invalid,
          "--expires must be a time to live such as 12h, 90d or 2w, or a time such as 2030-01-31T00:00:00Z: in the "
          "future, and at most ten years away"};
    }
  }
  const auto made = auth::make_api_token(settings.name, std::move(roles), now, expires);
  if (const auto kept = auth::add_token(*file->tokens, made.kept, file->path); !kept) return kept;
  to << made.text << '\n';
  return flushed(to);
}

result<> list_tokens(const token_settings& settings, timestamp now, std::ostream& to) {
  const auto file = read_settings(settings);
  if (!file) return file.error();
  const auto tokens = read_tokens(*file);
  if (!tokens) return tokens.error();
  std::size_t name_width = 4, role_width = 5;
  for (const auto& each : *tokens) {
    name_width = std::max(name_width, each.name.size());
    role_width = std::max(role_width, roles_of(each, *file).size());
  }
  const auto line = [&](const auto& id, const auto& name, const auto& roles, const auto& created, const auto& expires,
                        const auto& state) {
    to << std::left << std::setw(18) << id << std::setw(static_cast<int>(name_width) + 2) << name
       << std::setw(static_cast<int>(role_width) + 2) << roles << std::setw(12) << created << std::setw(12) << expires
       << state << '\n';
  };
  line("ID", "NAME", "ROLES", "CREATED", "EXPIRES", "STATE");
  for (const auto& each : *tokens) {
    line(each.id, each.name, roles_of(each, *file), to_day(each.created), day_or(each.expires, "never"),
         state_of(each, now));
  }
  return flushed(to);
}

result<> revoke_token(const token_settings& settings, timestamp now, std::ostream& to) {
  const auto file = read_settings(settings);
  if (!file) return file.error();
  if (const auto done = auth::revoke_token(*file->tokens, settings.id, now); !done) return done;
  to << "revoked " << settings.id << '\n';
  return flushed(to);
}

}  // namespace weir
