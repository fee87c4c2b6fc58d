#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "auth/fault.hpp"
#include "auth/permissions.hpp"

namespace weir::auth {

/// Where the keys of an issuer come from: a URL, or a file if `url` is "".
struct key_source {
  std::string url;
  std::filesystem::path file;
  std::filesystem::path ca_file;  ///< for a URL; "" for the system's
  std::chrono::seconds refresh{300};

  auto operator<=>(const key_source&) const = default;
};

/// Who issues access tokens, and how they are read.
struct issuer_settings {
  std::string issuer;
  std::vector<std::string> audiences;
  key_source keys;
  std::chrono::seconds skew{30};
  bool require_type = true;
  std::string name_claim = "/sub";
  std::string name_prefix;
  std::string roles_claim = "/roles";
  std::optional<std::map<std::string, std::string>> role_names;  ///< if there, no other value of the claim counts
  std::vector<std::string> roles;                                ///< of everyone

  bool operator==(const issuer_settings&) const = default;
};

/// The name and the roles of a client certificate.
struct certificate_rule {
  enum class subject_kind { subject, dns, uri, email };
  subject_kind kind = subject_kind::subject;
  std::string value;
  std::string name;
  std::vector<std::string> roles;
};

/// What the file of `--auth` says, with the roles that are ready-made.
struct access_file {
  std::filesystem::path path;
  std::optional<std::filesystem::path> tokens;
  std::vector<issuer_settings> issuers;
  std::vector<certificate_rule> certificates;
  std::map<std::string, grants> roles;  ///< with what they include
};

/// The names that a server has. A grant of any other is a fault: it is misspelt.
struct known_names {
  std::vector<std::string> domains, commands, queries, categories;
};

/// The roles that need not be in the file, and cannot be: reader, writer, operator, admin.
[[nodiscard]] const std::map<std::string, grants>& ready_made_roles();

/// Reads the access file. `names`: nullptr where they are not known; then grants of any name are taken.
/// Errors: all faults at once.
[[nodiscard]] outcome<access_file> read_access_file(const std::filesystem::path& path, const known_names* names);

}  // namespace weir::auth
