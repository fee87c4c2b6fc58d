#pragma once

#include <memory>
#include <string>
#include <vector>

#include "schema/schema.hpp"

namespace weir::openapi {

/// A domain in the document.
struct domain {
  std::string name;  ///< users: its operations' tag
  const schema::idl* declares;
};

/// Each domain, named by the last part of its namespace.
[[nodiscard]] std::vector<domain> named(const std::vector<std::shared_ptr<const schema::idl>>& domains);

/// Whether a structure is Weir's own, declared in idl/weir, and so not a refusal of the domain.
[[nodiscard]] bool is_weirs_own(const schema::structure& shape);

}  // namespace weir::openapi
