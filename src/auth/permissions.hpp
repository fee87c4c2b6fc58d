#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace weir::auth {

/// What a role allows, as the access file says it. Each list is sorted and has nothing twice.
struct grants {
  std::vector<std::string> commands;  ///< "createUser", "users.*" or "*"
  std::vector<std::string> queries;   ///< the same
  std::vector<std::string> events;    ///< categories of streams, or "*"
  std::vector<std::string> streams;   ///< "user-u1", "user-*" or "*"
  std::vector<std::string> admin;     ///< admin_actions(), or "*"
  bool metrics = false;

  void add(const grants& more);
  bool operator==(const grants&) const = default;
};

/// Everything under /admin that a role can allow.
[[nodiscard]] const std::vector<std::string>& admin_actions();

/// What one caller may do: the sum of the grants of its roles, made for quick answers. What is not granted is refused.
///
/// Concurrency: never changes; asked by any number of threads.
class permissions {
 public:
  /// For a server without an access file: every answer is yes.
  [[nodiscard]] static const std::shared_ptr<const permissions>& everything();
  /// Every answer is no.
  [[nodiscard]] static const std::shared_ptr<const permissions>& nothing();

  explicit permissions(grants granted);

  [[nodiscard]] bool may_command(std::string_view domain, std::string_view command) const {
    return commands_.holds(domain, command);
  }
  [[nodiscard]] bool may_query(std::string_view domain, std::string_view query) const {
    return queries_.holds(domain, query);
  }
  /// Whether events of the streams `<category>-...` may be read. A feed leaves out the others.
  [[nodiscard]] bool may_read_category(std::string_view category) const { return events_.holds(category); }
  /// Whether no event has to be left out.
  [[nodiscard]] bool may_read_all_events() const { return events_.all; }
  /// Whether any event may be read: if not, a feed is refused.
  [[nodiscard]] bool may_read_some_events() const { return events_.all || !events_.names.empty(); }
  /// Whether a stream may be read by its name. A granted category grants its streams.
  [[nodiscard]] bool may_read_stream(std::string_view stream) const;
  [[nodiscard]] bool may_administer(std::string_view action) const { return admin_.holds(action); }
  [[nodiscard]] bool may_read_metrics() const { return granted_.metrics; }

  /// All of it, for people.
  [[nodiscard]] const grants& granted() const { return granted_; }

 private:
  struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct name_set {
    bool all = false;
    std::unordered_set<std::string, text_hash, std::equal_to<>> names;
    explicit name_set(const std::vector<std::string>& granted);
    [[nodiscard]] bool holds(std::string_view name) const { return all || names.find(name) != names.end(); }
  };
  /// Names of commands or queries; of a domain all of them, where its name is among `domains`.
  struct operation_set {
    name_set names;
    std::unordered_set<std::string, text_hash, std::equal_to<>> domains;
    explicit operation_set(const std::vector<std::string>& granted);
    [[nodiscard]] bool holds(std::string_view domain, std::string_view name) const {
      return names.holds(name) || (!domains.empty() && domains.find(domain) != domains.end());
    }
  };

  grants granted_;
  operation_set commands_, queries_;
  name_set events_, streams_, admin_;
  std::vector<std::string> stream_beginnings_;
};

/// The category of a stream's name: what is before its first hyphen, or all of it.
[[nodiscard]] std::string_view category_of_stream(std::string_view stream);

}  // namespace weir::auth
