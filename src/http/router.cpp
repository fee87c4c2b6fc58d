#include "http/router.hpp"

#include <algorithm>
#include <stdexcept>

#include "base/suggestion.hpp"

namespace weir::http {

struct router::node {
  std::map<std::string, std::unique_ptr<node>, std::less<>> literals;
  std::unique_ptr<node> parameter;
  route* here = nullptr;

  /// Depth first, literals before the parameter: the first that leads to a route is the one.
  const route* find(const std::vector<std::string_view>& segments, std::size_t at,
                    std::vector<std::string_view>& values) const {
    if (at == segments.size()) return here;
    if (const auto literal = literals.find(segments[at]); literal != literals.end()) {
      if (const route* found = literal->second->find(segments, at + 1, values)) return found;
    }
    if (!parameter || segments[at].empty()) return nullptr;
    values.push_back(segments[at]);
    if (const route* found = parameter->find(segments, at + 1, values)) return found;
    values.pop_back();
    return nullptr;
  }
};

namespace {

std::vector<std::string_view> split(std::string_view pattern) {
  std::vector<std::string_view> segments;
  while (!pattern.empty()) {
    pattern.remove_prefix(1);
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    segments.push_back(pattern.substr(0, end));
    pattern.remove_prefix(end);
  }
  return segments;
}

bool is_parameter(std::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

/// What Allow says: HEAD goes with GET, OPTIONS is always answered.
std::string allow_of(const route& where) {
  std::string allow;
  for (std::size_t i = 0; i < method_count; ++i) {
    const auto which = static_cast<method>(i);
    if (!where.find(which) && which != method::options) continue;
    if (!allow.empty()) allow += ", ";
    allow += name_of(which);
  }
  return allow;
}

}  // namespace

const endpoint* route::find(method which) const {
  const endpoint* found = &endpoints[static_cast<std::size_t>(which)];
  if (which == method::head && found->index() == 0) found = &endpoints[static_cast<std::size_t>(method::get)];
  return found->index() == 0 ? nullptr : found;
}

const auth::requirement& route::needs_for(method which) const {
  const bool by_get = which == method::head && endpoints[static_cast<std::size_t>(which)].index() == 0;
  return needs[static_cast<std::size_t>(by_get ? method::get : which)];
}

router::router() : root_(std::make_unique<node>()) {}
router::~router() = default;

void router::add(method which, std::string_view pattern, auth::requirement needs, handler handle) {
  add_endpoint(which, pattern, std::move(needs), std::move(handle));
}

void router::add_quick(method which, std::string_view pattern, auth::requirement needs, quick_handler handle) {
  add_endpoint(which, pattern, std::move(needs), std::move(handle));
}

void router::add_endpoint(method which, std::string_view pattern, auth::requirement needs, endpoint what) {
  if (pattern.empty() || pattern.front() != '/') throw std::logic_error("a route begins with a slash");
  node* at = root_.get();
  std::vector<std::string> parameters;
  for (const std::string_view segment : split(pattern)) {
    std::unique_ptr<node>* next = &at->parameter;
    if (is_parameter(segment)) {
      parameters.emplace_back(segment.substr(1, segment.size() - 2));
    } else {
      next = &at->literals[std::string(segment)];
    }
    if (!*next) *next = std::make_unique<node>();
    at = next->get();
  }
  if (!at->here) {
    auto made = std::make_unique<route>();
    made->pattern = pattern;
    made->index = routes_.size();
    made->parameters = std::move(parameters);
    at->here = made.get();
    routes_.push_back(std::move(made));
  }
  endpoint& place = at->here->endpoints[static_cast<std::size_t>(which)];
  if (place.index() != 0 || at->here->pattern != pattern) {
    throw std::logic_error("two routes for " + std::string(name_of(which)) + " " + std::string(pattern));
  }
  place = std::move(what);
  at->here->needs[static_cast<std::size_t>(which)] = std::move(needs);
  at->here->allow = allow_of(*at->here);
}

void router::audits_itself(std::string_view pattern) {
  for (const auto& each : routes_) each->audits_itself = each->audits_itself || each->pattern == pattern;
}

void router::hides_path(std::string_view pattern) {
  for (const auto& each : routes_) each->hides_path = each->hides_path || each->pattern == pattern;
}

void router::answer_above_limit(std::string_view pattern) {
  const auto named = [pattern](const auto& each) { return each->pattern == pattern; };
  const auto found = std::find_if(routes_.begin(), routes_.end(), named);
  if (found == routes_.end()) throw std::logic_error("no route " + std::string(pattern));
  (*found)->above_limit = true;
}

void router::add_position(response& to) const {
  if (head_ && !to.has("Weir-Position")) to.set("Weir-Position", std::to_string(head_().value));
}

const route* router::find(const std::vector<std::string_view>& segments, std::vector<std::string_view>& values) const {
  values.clear();
  return root_->find(segments, 0, values);
}

std::string router::near(const std::vector<std::string_view>& segments) const {
  std::string path;
  for (const std::string_view segment : segments) path.append("/").append(segment);
  // Each route of as many segments as the path of it that has the same values for its parameters.
  std::vector<std::string> paths;
  for (const auto& each : routes_) {
    const std::vector<std::string_view> wanted = split(each->pattern);
    if (wanted.size() != segments.size()) continue;
    std::string& made = paths.emplace_back();
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      made.append("/").append(is_parameter(wanted[i]) ? segments[i] : wanted[i]);
    }
    // A parameter that is empty makes of /users/{userId} the very path that is not there.
    if (made == path) paths.pop_back();
  }
  return suggestion(path, {paths.begin(), paths.end()});
}

}  // namespace weir::http
