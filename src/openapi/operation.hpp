#pragma once

#include <map>
#include <string>
#include <string_view>

#include "openapi/json.hpp"

namespace weir::openapi {

/// One operation under construction.
struct operation {
  std::string id, tag, summary, description;
  json parameters = json::array();
  json request_body;              ///< null: none
  std::map<int, json> responses;  ///< by status
  bool open = false;              ///< answered without a credential
};

[[nodiscard]] json path_parameter(std::string_view name, std::string_view description, json schema);
[[nodiscard]] json query_parameter(std::string_view name, bool required, std::string_view description, json schema);

/// An answer with a body of one media type.
[[nodiscard]] json answer(std::string_view description, std::string_view media_type, json schema, json headers = {});

/// The paths of a document.
class paths {
 public:
  /// `method` in lower case. Throws std::logic_error if the path has that method already. An id that is already used
  /// gets the tag as a prefix.
  void add(std::string_view path, std::string_view method, operation what);

  [[nodiscard]] const json& all() const { return all_; }

 private:
  json all_ = json::object();
  std::map<std::string, std::string> ids_;  ///< and the path that has each
};

}  // namespace weir::openapi
