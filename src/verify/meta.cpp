#include "verify/meta.hpp"

#include <algorithm>
#include <set>

#include "log/format.hpp"
#include "log/format_version.hpp"
#include "schema/schema_comparison.hpp"
#include "state/applied_state.hpp"
#include "state/stored_view.hpp"
#include "verify/stored_schema.hpp"
#include "verify/verify_store.hpp"

namespace weir {
namespace {

constexpr std::string_view default_family = "default";

/// The rows of `meta` that are not of views: log/format_version, log/log_identity, verify/stored_schema, state/stored_view.
constexpr std::string_view known_rows[] = {"format", "log", "schema", views_named_key};

/// The projection whose rows are in a family, in the form in which this program makes them.
struct known_projection {
  const domain* of = nullptr;
  const projection_type* type = nullptr;
};

known_projection projection_of(const catalog& domains, const view_family_name& name, const stored_view& stored) {
  for (const domain& one : domains.domains()) {
    for (const projection_type& each : one.projections) {
      const bool is_it = each.name == name.projection && each.version == name.version && each.shape == stored.shape;
      if (is_it) return {&one, &each};
    }
  }
  return {};
}

/// Whether rows are there at all. Reports what cannot be read.
void read_all(const verification& of, const std::string& family_name, family rows) {
  auto cursor = of.all_of(rows);
  std::uint64_t bytes = 0;
  for (cursor.seek(""); cursor.valid(); cursor.next()) {
    bytes += cursor.key().size() + cursor.value().size();
    if (bytes < (1u << 20)) continue;
    of.speed.read(bytes);
    bytes = 0;
  }
  if (const auto status = cursor.status(); !status) {
    of.unreadable(family_name, "", "rows cannot be read", status.error());
  }
}

}  // namespace

result<> check_format(const store& in) {
  const auto present = in.names("");
  if (std::find(present.begin(), present.end(), meta_family().name) == present.end()) {
    return error{errc::corrupt, "there is no family meta, so it is unknown in which format the data is"};
  }
  const auto version = stored_format_version(in);
  if (!version) return version.error();
  if (*version == 0 || *version == format::version) return {};
  return error{errc::unavailable, "the data is in format " + std::to_string(*version) +
                                      "; start a server of this version on it once: it migrates the data to format " +
                                      std::to_string(format::version)};
}

void check_families(const verification& of, bool& has_all) {
  std::set<std::string> known{std::string(default_family)};
  const auto present = of.in.names("");
  for (const family_options& each : applied_state::families()) {
    known.insert(each.name);
    if (std::find(present.begin(), present.end(), each.name) != present.end()) continue;
    has_all = false;
    of.fault(each.name, "", "the family is missing");
  }
  for (const std::string& name : present) {
    if (known.count(name) != 0 || name.starts_with(view_family_prefix)) continue;
    of.fault(name, "", "this program does not know this family");
    read_all(of, name, of.in.find(name));
  }
  auto rows = of.all_of(of.in.find(default_family));
  for (rows.seek(""); rows.valid(); rows.next()) {
    of.fault(std::string(default_family), rows.key(), "this family must be empty");
  }
  if (const auto status = rows.status(); !status) {
    of.unreadable(std::string(default_family), "", "rows cannot be read", status.error());
  }
}

std::optional<log_identity> check_meta(const verification& of) {
  auto rows = of.all_of(of.in.find(meta_family().name));
  for (rows.seek(""); rows.valid(); rows.next()) {
    const std::string_view key = rows.key();
    const bool is_known = std::find(std::begin(known_rows), std::end(known_rows), key) != std::end(known_rows);
    if (!is_known && !key.starts_with(view_family_prefix)) of.fault("meta", key, "this program does not know this row");
  }
  if (const auto status = rows.status(); !status) of.unreadable("meta", "", "rows cannot be read", status.error());

  if (const auto kept = stored_schema(of.in); !kept) {
    of.fault("meta", "schema", kept.error().detail);
  } else if (!*kept) {
    of.found.note("no schema is stored yet: the next start of the server stores it");
  } else if (!compare(**kept, schema_of(of.domains.domains())).compatible()) {
    of.found.note("the stored schema is not the one of this program: weir schema check says how they differ");
  }
  auto which = read_log_identity(of.in);
  if (!which) {
    of.fault("meta", "log", which.error().detail);
    return std::nullopt;
  }
  if (!*which) of.found.note("the event log has no identity yet: the next start of the server makes one");
  return std::move(*which);
}

namespace {

/// All families of views in the store, as far as `meta` names them.
std::vector<checked_view> views_in(const store& in) {
  std::vector<checked_view> all;
  for (const std::string& name : in.names(view_family_prefix)) all.push_back({name, in.find(name), nullptr});
  return all;
}

std::optional<view_target> target_for(const verification& of, const checked_view& view, position head,
                                      std::set<std::string>& serving) {
  const auto name = read_view_family_name(view.family_name);
  const auto value = of.in.get(of.in.find(meta_family().name), view.family_name, of.at);
  if (!value) {
    of.unreadable("meta", view.family_name, "the description of a view cannot be read", value.error());
    return std::nullopt;
  }
  if (!name || !*value) {
    of.found.note("the rows in " + view.family_name + " are incomplete: the next start of the server drops them");
    return std::nullopt;
  }
  const auto stored = read_stored_view(view.family_name, **value);
  if (!stored) {
    of.fault("meta", view.family_name, stored.error().detail);
    return std::nullopt;
  }
  if (stored->retired) return std::nullopt;
  if (stored->serving && !serving.insert(name->projection).second) {
    of.fault("meta", view.family_name, "the view " + name->projection + " has two families that serve");
  }
  if (stored->checkpoint && *stored->checkpoint > head) {
    of.fault("meta", view.family_name,
             "the view is at position " + std::to_string(stored->checkpoint->value) +
                 ", behind the end of the log at " + std::to_string(head.value));
    return std::nullopt;
  }
  const known_projection made_by = projection_of(of.domains, *name, *stored);
  if (!made_by.type) {
    of.found.note("the rows in " + view.family_name +
                  " are of a projection, or a version of it, that this program does not have: their checksums were "
                  "compared, but not what they say");
    read_all(of, view.family_name, view.rows);
    return std::nullopt;
  }
  const bool is_live = stored->serving && !stored->checkpoint;
  return view_target{view, made_by.type, stored->checkpoint.value_or(head), is_live};
}

}  // namespace

std::vector<view_target> check_stored_views(const verification& of,
                                            const std::optional<std::vector<checked_view>>& given, position head) {
  const auto views = given ? *given : views_in(of.in);
  std::vector<view_target> targets;
  std::set<std::string> serving;
  for (const checked_view& each : views) {
    if (auto target = target_for(of, each, head, serving)) targets.push_back(std::move(*target));
  }
  if (given) return targets;
  auto rows = of.in.scan(of.in.find(meta_family().name), of.at);
  for (rows.seek(view_family_prefix); rows.valid() && rows.key().starts_with(view_family_prefix); rows.next()) {
    const bool is_there = std::any_of(views.begin(), views.end(),
                                      [&](const checked_view& each) { return each.family_name == rows.key(); });
    const auto stored = read_stored_view(rows.key(), rows.value());
    if (!is_there && stored && !stored->retired && stored->serving) {
      of.fault("meta", rows.key(), "the family of this view is missing");
    }
  }
  return targets;
}

}  // namespace weir
