#include "http/router.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

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

router::router() : root_(std::make_unique<node>()) {}
router::~router() = default;

void router::add(method which, std::string_view pattern, handler handle) {
  add_endpoint(which, pattern, std::move(handle));
}

void router::add_quick(method which, std::string_view pattern, quick_handler handle) {
  add_endpoint(which, pattern, std::move(handle));
}

void router::add_endpoint(method which, std::string_view pattern, endpoint what) {
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
  at->here->allow = allow_of(*at->here);
}

const route* router::find(const std::vector<std::string_view>& segments, std::vector<std::string_view>& values) const {
  values.clear();
  return root_->find(segments, 0, values);
}

std::optional<std::string> router::near(const std::vector<std::string_view>& segments) const {
  std::optional<std::string> nearest;
  std::size_t least = 3;  // further off is no slip of the finger
  for (const auto& each : routes_) {
    const std::vector<std::string_view> wanted = split(each->pattern);
    if (wanted.size() != segments.size()) continue;
    std::size_t distance = 0;
    for (std::size_t i = 0; i < wanted.size() && distance < least; ++i) {
      if (is_parameter(wanted[i])) continue;
      if (segments[i].size() > wanted[i].size() + least) {
        distance = least;
      } else {
        distance += edit_distance(wanted[i], segments[i]);
      }
    }
    // Two edits make any two short words alike: at most a third of the path may differ.
    if (distance < least && distance * 3 <= each->pattern.size()) {
      least = distance;
      nearest = each->pattern;
    }
  }
  return nearest;
}

std::size_t edit_distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> row(right.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t k = 1; k <= right.size(); ++k) {
      const std::size_t replaced = diagonal + (left[i - 1] == right[k - 1] ? 0 : 1);
      diagonal = std::exchange(row[k], std::min({row[k] + 1, row[k - 1] + 1, replaced}));
    }
  }
  return row.back();
}

}  // namespace weir::http
