#pragma once

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/requirement.hpp"
#include "base/numbers.hpp"
#include "http/message.hpp"
#include "http/task.hpp"

namespace weir::http {

class exchange;

/// A handler of requests: a coroutine, or a function that never waits (cheaper, and enough for most reads).
using handler = std::function<task<>(exchange&)>;
using quick_handler = std::function<void(exchange&)>;
using endpoint = std::variant<std::monostate, quick_handler, handler>;

/// The handlers of one path.
struct route {
  std::string pattern;                                ///< /users/{userId}
  std::size_t index;                                  ///< of all routes, in the order in which they were added
  std::vector<std::string> parameters;                ///< names, in the order of the path
  std::array<endpoint, method_count> endpoints;       ///< by method; HEAD is answered by GET's
  std::array<auth::requirement, method_count> needs;  ///< by method, as the endpoints
  std::string allow;                                  ///< GET, HEAD, OPTIONS
  bool audits_itself = false;                         ///< its handlers write the lines of the audit log
  bool above_limit = false;                           ///< answered on connections above the limit too
  bool hides_path = false;                            ///< its paths hold personal data: logs have the pattern

  [[nodiscard]] const endpoint* find(method which) const;
  /// What a caller needs for a method that find() finds.
  [[nodiscard]] const auth::requirement& needs_for(method which) const;
};

/// Maps paths and methods to handlers. A literal segment takes precedence over a parameter.
///
/// Concurrency:  filled in before the server starts, only read after that.
/// Lifetime:     outlives the server.
class router {
 public:
  router();
  router(const router&) = delete;
  router& operator=(const router&) = delete;
  ~router();

  /// `needs`: what the server checks before it calls the handler. Throws std::logic_error if the method has a handler at
  /// that pattern already.
  void add(method which, std::string_view pattern, auth::requirement needs, handler handle);
  void add_quick(method which, std::string_view pattern, auth::requirement needs, quick_handler handle);

  /// The handlers of this pattern write their own lines of the audit log.
  void audits_itself(std::string_view pattern);

  /// Paths of this pattern hold personal data, so they must not be in logs.
  void hides_path(std::string_view pattern);

  /// From now on requests to that pattern, which must have been added, are answered on connections above the limit too.
  void answer_above_limit(std::string_view pattern);

  /// Sets the function that gives Weir-Position for answers whose handler did not set it: the head of the event log.
  void show_position(std::function<position()> head) { head_ = std::move(head); }
  void add_position(response& to) const;

  /// The route of a path and, in its order, the values of its parameters; null if there is none.
  [[nodiscard]] const route* find(const std::vector<std::string_view>& segments,
                                  std::vector<std::string_view>& values) const;

  /// ` (did you mean "/users"?)` if a route is similar to the path; "" if none is.
  [[nodiscard]] std::string near(const std::vector<std::string_view>& segments) const;

  [[nodiscard]] const std::vector<std::unique_ptr<route>>& routes() const { return routes_; }

 private:
  struct node;
  void add_endpoint(method which, std::string_view pattern, auth::requirement needs, endpoint what);

  std::unique_ptr<node> root_;
  std::function<position()> head_;
  std::vector<std::unique_ptr<route>> routes_;
};

}  // namespace weir::http
