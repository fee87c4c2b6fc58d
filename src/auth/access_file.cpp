#include "auth/access_file.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <nlohmann/json.hpp>

#include "auth/file_access.hpp"
#include "auth/json_schema.hpp"
#include "auth/key_download.hpp"
#include "auth/schemas.hpp"
#include "auth/strict_json.hpp"
#include "base/suggestion.hpp"

namespace weir::auth {
namespace {

using nlohmann::json;

// What is read here may be of any shape: the schema's faults are reported beside the others. So members of a wrong type
// count as absent.

const json& member(const json& from, const char* name) {
  static const json absent;
  if (!from.is_object()) return absent;
  const auto found = from.find(name);
  return found == from.end() ? absent : *found;
}

std::string text_of(const json& from, const char* name, std::string otherwise = "") {
  const json& value = member(from, name);
  return value.is_string() ? value.get<std::string>() : otherwise;
}

std::chrono::seconds seconds_of(const json& from, const char* name, std::chrono::seconds otherwise) {
  const json& value = member(from, name);
  return value.is_number_unsigned() ? std::chrono::seconds(value.get<std::uint32_t>()) : otherwise;
}

std::vector<std::string> texts_of(const json& from, const char* name) {
  std::vector<std::string> texts;
  const json& value = member(from, name);
  if (!value.is_array()) return texts;
  for (const json& each : value) {
    if (each.is_string()) texts.push_back(each.get<std::string>());
  }
  return texts;
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<std::string_view> views(const std::vector<std::string>& names) { return {names.begin(), names.end()}; }

bool is_one_of(const std::vector<std::string>& all, const std::string& name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

class reader {
 public:
  reader(const std::filesystem::path& path, const json& document, const known_names* names, std::vector<fault>& faults)
      : document_(document), names_(names), name_(path.string()), faults_(faults) {
    read_.path = path;
  }

  access_file read() {
    const json& roles = member(document_, "roles");
    if (roles.is_object()) {
      for (const auto& role : roles.items()) role_names_.push_back(role.key());
    }
    for (const auto& role : ready_made_roles()) role_names_.push_back(role.first);
    if (const auto tokens = text_of(document_, "tokens"); !tokens.empty()) read_.tokens = beside(tokens);
    each("issuers", [&](const json& from, const std::string& at) { read_issuer(from, at); });
    each("certificates", [&](const json& from, const std::string& at) { read_certificate(from, at); });
    read_roles(roles);
    return std::move(read_);
  }

 private:
  void report(const std::string& at, std::string what) { faults_.push_back({name_, at, std::move(what)}); }

  std::filesystem::path beside(const std::string& file) const { return read_.path.parent_path() / file; }

  template <class Read>
  void each(const char* name, const Read& read) {
    const json& all = member(document_, name);
    if (!all.is_array()) return;
    for (std::size_t i = 0; i < all.size(); ++i) read(all[i], pointer_to(pointer_to("", std::string(name)), i));
  }

  void check_role(const std::string& role, const std::string& at) {
    if (!is_one_of(role_names_, role)) {
      report(at, "there is no role \"" + role + "\"" + suggestion(role, views(role_names_)));
    }
  }

  std::vector<std::string> roles_of(const json& from, const char* name, const std::string& at) {
    auto roles = texts_of(from, name);
    for (std::size_t i = 0; i < roles.size(); ++i) check_role(roles[i], pointer_to(at + '/' + name, i));
    return roles;
  }

  void read_issuer(const json& from, const std::string& at) {
    issuer_settings made;
    made.issuer = text_of(from, "issuer");
    if (!made.issuer.empty() && !issuers_.insert(made.issuer).second) {
      report(at + "/issuer", "another entry has this issuer too");
    }
    made.audiences = texts_of(from, "audiences");
    made.keys = read_key_source(from, at);
    made.skew = seconds_of(from, "skewSeconds", made.skew);
    const json& require_type = member(from, "requireType");
    made.require_type = !require_type.is_boolean() || require_type.get<bool>();
    made.name_claim = text_of(from, "nameClaim", made.name_claim);
    made.name_prefix = text_of(from, "namePrefix");
    made.roles_claim = text_of(from, "rolesClaim", made.roles_claim);
    if (const json& names = member(from, "roleNames"); names.is_object()) {
      made.role_names.emplace();
      for (const auto& [value, role] : names.items()) {
        if (!role.is_string()) continue;
        check_role(role.get<std::string>(), pointer_to(at + "/roleNames", value));
        made.role_names->emplace(value, role.get<std::string>());
      }
    }
    made.roles = roles_of(from, "roles", at);
    read_.issuers.push_back(std::move(made));
  }

  key_source read_key_source(const json& from, const std::string& at) {
    key_source made;
    if (const auto file = text_of(from, "keysFile"); !file.empty()) made.file = beside(file);
    made.url = text_of(from, "keysUrl");
    if (!made.url.empty()) {
      if (const auto fault = key_url_fault(made.url)) report(at + "/keysUrl", *fault);
    }
    for (const char* name : {"caFile", "refreshSeconds"}) {
      if (made.url.empty() && !member(from, name).is_null()) report(at + '/' + name, "goes with keysUrl only");
    }
    if (const auto file = text_of(from, "caFile"); !file.empty()) {
      made.ca_file = beside(file);
      if (const auto text = read_whole_file(made.ca_file); !text) {
        report(at + "/caFile", made.ca_file.string() + ' ' + text.error().detail);
      }
    }
    made.refresh = seconds_of(from, "refreshSeconds", made.refresh);
    return made;
  }

  void read_certificate(const json& from, const std::string& at) {
    using kind = certificate_rule::subject_kind;
    static constexpr std::pair<const char*, kind> kinds[] = {
        {"subject", kind::subject}, {"dns", kind::dns}, {"uri", kind::uri}, {"email", kind::email}};
    certificate_rule made;
    for (const auto& [name, each] : kinds) {
      const auto value = text_of(from, name);
      if (value.empty()) continue;
      made.kind = each;
      made.value = value;
      if (!certificates_.emplace(name, value).second) report(at + '/' + name, "another entry has this too");
    }
    made.name = text_of(from, "name");
    made.roles = roles_of(from, "roles", at);
    read_.certificates.push_back(std::move(made));
  }

  void read_roles(const json& roles) {
    read_.roles = ready_made_roles();
    if (!roles.is_object()) return;
    for (const auto& [name, role] : roles.items()) {
      const std::string at = pointer_to("/roles", name);
      if (ready_made_roles().contains(name)) report(at, "this role is ready-made: give yours another name");
      (void)roles_of(role, "includes", at);
      check_grants(role, at);
    }
    for (const auto& role : roles.items()) {
      if (ready_made_roles().contains(role.key())) continue;
      std::set<std::string> seen;
      grants sum;
      add(roles, role.key(), seen, sum);
      if (includes_itself(roles, role.key())) {
        report(pointer_to("/roles", role.key()) + "/includes", "the role includes itself");
      }
      read_.roles[role.key()] = std::move(sum);
    }
  }

  /// Adds what a role grants and what it includes, each role once.
  void add(const json& roles, const std::string& name, std::set<std::string>& seen, grants& sum) {
    if (const auto made = ready_made_roles().find(name); made != ready_made_roles().end()) return sum.add(made->second);
    if (!roles.contains(name) || !seen.insert(name).second) return;
    const json& role = roles[name];
    const json& metrics = member(role, "metrics");
    sum.add({sorted(texts_of(role, "commands")), sorted(texts_of(role, "queries")), sorted(texts_of(role, "events")),
             sorted(texts_of(role, "streams")), sorted(texts_of(role, "admin")),
             metrics.is_boolean() && metrics.get<bool>()});
    for (const auto& each : texts_of(role, "includes")) add(roles, each, seen, sum);
  }

  /// Whether a role is among those that it includes, or that these include.
  static bool includes_itself(const json& roles, const std::string& name) {
    std::set<std::string> seen;
    std::vector<std::string> waiting = texts_of(roles[name], "includes");
    while (!waiting.empty()) {
      const std::string next = std::move(waiting.back());
      waiting.pop_back();
      if (next == name) return true;
      if (!roles.contains(next) || !seen.insert(next).second) continue;
      for (auto& each : texts_of(roles[next], "includes")) waiting.push_back(std::move(each));
    }
    return false;
  }

  void check_grants(const json& role, const std::string& at) {
    if (names_ == nullptr) return;
    check_operations(role, "commands", names_->commands, at);
    check_operations(role, "queries", names_->queries, at);
    const auto categories = texts_of(role, "events");
    for (std::size_t i = 0; i < categories.size(); ++i) {
      if (categories[i] != "*")
        check_name(categories[i], "category", names_->categories, pointer_to(at + "/events", i));
    }
  }

  void check_operations(const json& role, const char* kind, const std::vector<std::string>& known,
                        const std::string& at) {
    const auto names = texts_of(role, kind);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const std::string place = pointer_to(at + '/' + kind, i);
      if (names[i] == "*") continue;
      if (names[i].ends_with(".*")) {
        check_name(names[i].substr(0, names[i].size() - 2), "domain", names_->domains, place);
      } else {
        check_name(names[i], std::string_view(kind) == "commands" ? "command" : "query", known, place);
      }
    }
  }

  void check_name(const std::string& name, const std::string& kind, const std::vector<std::string>& known,
                  const std::string& at) {
    if (!is_one_of(known, name))
      report(at, "there is no " + kind + " \"" + name + "\"" + suggestion(name, views(known)));
  }

  const json& document_;
  const known_names* names_;
  const std::string name_;
  std::vector<fault>& faults_;
  access_file read_;
  std::vector<std::string> role_names_;
  std::set<std::string> issuers_;
  std::set<std::pair<std::string, std::string>> certificates_;
};

}  // namespace

const std::map<std::string, grants>& ready_made_roles() {
  static const auto made = [] {
    std::map<std::string, grants> roles;
    roles["reader"] = {{}, {"*"}, {"*"}, {"*"}, {}, false};
    roles["writer"] = {{"*"}, {"*"}, {"*"}, {"*"}, {}, false};
    roles["operator"] = {{}, {}, {}, {}, {"archive", "backup", "projections", "rebuild", "verify"}, true};
    roles["admin"] = {{"*"}, {"*"}, {"*"}, {"*"}, {"*"}, true};
    return roles;
  }();
  return made;
}

outcome<access_file> read_access_file(const std::filesystem::path& path, const known_names* names) {
  static const json_schema schema(access_file_schema());
  const auto text = read_whole_file(path);
  if (!text) return faults{{{path.string(), "", text.error().detail}}};
  const auto document = read_strict_json(*text);
  if (!document) return faults{{{path.string(), "", document.error().detail}}};
  faults found{schema.faults_of(*document, path.string())};
  access_file read = reader(path, *document, names, found.all).read();
  if (!found.all.empty()) return found;
  return read;
}

}  // namespace weir::auth
