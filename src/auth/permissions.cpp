#include "auth/permissions.hpp"

#include <algorithm>
#include <utility>

namespace weir::auth {
namespace {

constexpr std::string_view of_domain = ".*";

void merge(std::vector<std::string>& into, const std::vector<std::string>& more) {
  into.insert(into.end(), more.begin(), more.end());
  std::sort(into.begin(), into.end());
  into.erase(std::unique(into.begin(), into.end()), into.end());
}

grants all_grants() { return {{"*"}, {"*"}, {"*"}, {"*"}, {"*"}, true}; }

}  // namespace

void grants::add(const grants& more) {
  merge(commands, more.commands);
  merge(queries, more.queries);
  merge(events, more.events);
  merge(streams, more.streams);
  merge(admin, more.admin);
  metrics = metrics || more.metrics;
}

const std::vector<std::string>& admin_actions() {
  static const std::vector<std::string> all{"projections", "rebuild", "backup", "archive", "verify", "erase"};
  return all;
}

permissions::name_set::name_set(const std::vector<std::string>& granted) {
  for (const std::string& each : granted) {
    if (each == "*") {
      all = true;
    } else if (!each.ends_with('*')) {
      names.insert(each);
    }
  }
}

permissions::operation_set::operation_set(const std::vector<std::string>& granted) : names(granted) {
  for (const std::string& each : granted) {
    if (each.ends_with(of_domain)) domains.insert(each.substr(0, each.size() - of_domain.size()));
  }
}

permissions::permissions(grants granted)
    : granted_(std::move(granted)),
      commands_(granted_.commands),
      queries_(granted_.queries),
      events_(granted_.events),
      streams_(granted_.streams),
      admin_(granted_.admin) {
  for (const std::string& each : granted_.streams) {
    if (each.size() > 1 && each.ends_with('*')) stream_beginnings_.push_back(each.substr(0, each.size() - 1));
  }
}

const std::shared_ptr<const permissions>& permissions::everything() {
  static const auto made = std::make_shared<const permissions>(all_grants());
  return made;
}

const std::shared_ptr<const permissions>& permissions::nothing() {
  static const auto made = std::make_shared<const permissions>(grants{});
  return made;
}

bool permissions::may_read_stream(std::string_view stream) const {
  return streams_.holds(stream) || may_read_category(category_of_stream(stream)) ||
         std::any_of(stream_beginnings_.begin(), stream_beginnings_.end(),
                     [&](const std::string& each) { return stream.starts_with(each); });
}

std::string_view category_of_stream(std::string_view stream) { return stream.substr(0, stream.find('-')); }

}  // namespace weir::auth
