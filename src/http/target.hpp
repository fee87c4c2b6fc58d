#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::http {

/// A request target taken apart and percent-decoded: RFC 9112, section 3.2, and RFC 3986.
///
/// In the query `+` is a space and `%2B` a plus, as every encoder of forms writes them (the URL standard's
/// application/x-www-form-urlencoded). In the path `+` is a plus, so that `a+b@example.org` can be written as it is.
/// The views live as long as the target and the text it was read from.
class target {
 public:
  target() = default;
  target(const target&) = delete;  // the views are into itself
  target& operator=(const target&) = delete;

  /// Takes apart origin-form (/users/u1?at=...), absolute-form (http://host/users/u1) and asterisk-form (*). Nothing on
  /// success, otherwise the fault in a sentence: a bad escape, bytes that are not ASCII, escapes that are not UTF-8, a
  /// fragment, another form.
  [[nodiscard]] std::optional<std::string> read(std::string_view text);

  [[nodiscard]] bool is_asterisk() const { return asterisk_; }
  /// Of an absolute URL: host and port as they came; "" of another form.
  [[nodiscard]] std::string_view authority() const { return authority_; }
  [[nodiscard]] std::string_view raw_path() const { return raw_path_; }    ///< as it came, without the query
  [[nodiscard]] std::string_view raw_query() const { return raw_query_; }  ///< as it came, without the question mark
  /// The decoded segments of the path: "/a%2Fb/c" has "a/b" and "c"; "/" has one, "".
  [[nodiscard]] const std::vector<std::string_view>& segments() const { return segments_; }
  /// The decoded parameters of the query, in order; one without '=' has the value "".
  [[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& parameters() const {
    return parameters_;
  }
  [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;

 private:
  enum class plus { itself, space };
  std::optional<std::string_view> decode(std::string_view text, plus means);

  bool asterisk_ = false;
  std::string_view authority_, raw_path_, raw_query_;
  std::vector<std::string_view> segments_;
  std::vector<std::pair<std::string_view, std::string_view>> parameters_;
  std::string decoded_;  ///< decoded parts; its capacity is reserved before any view of it is taken
};

}  // namespace weir::http
