#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/catalog.hpp"

namespace weir::api {

/// The Location of a command: the path of the query for the same stream, if the domain has one.
class location {
 public:
  location(const domain& of, const schema::structure& command);

  /// The path for one command; nothing if there is none, or a field that it needs is not set.
  [[nodiscard]] std::optional<std::string> of(std::string_view compact, const schema::structure& command) const;

 private:
  struct part {
    std::string literal;
    const schema::field* field;  ///< of the command; null after the last one
  };
  std::vector<part> parts_;
};

}  // namespace weir::api
