#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "openapi/json.hpp"

namespace weir::openapi {

/// What the operations share: schemas, responses, parameters and headers, each made when it is first referred to, so
/// that none is unused.
class components {
 public:
  /// A reference to the component of that section (`schemas`, ...) and name. `make` makes it, unless it is there
  /// already or is just being made: so a schema may refer to itself.
  json refer(std::string_view section, std::string_view name, const std::function<json()>& make);

  /// All of them, by section and name.
  [[nodiscard]] json all() const;

 private:
  std::map<std::string, std::map<std::string, json>> sections_;
};

}  // namespace weir::openapi
