#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "auth/fault.hpp"

namespace weir::auth {

/// A JSON Schema (2020-12) that documents are checked against. It finds all faults of a document at once, and says each
/// in a sentence. It knows the keywords that Weir's own schemas use, and refuses a schema with another one.
class json_schema {
 public:
  /// Throws std::logic_error for a text that is not such a schema.
  explicit json_schema(std::string_view text);

  /// The first 100 faults of a document, in its order; `file` is the name that they bear.
  [[nodiscard]] std::vector<fault> faults_of(const nlohmann::json& document, const std::string& file) const;

 private:
  nlohmann::json root_;
};

}  // namespace weir::auth
