#pragma once

#include <string>
#include <vector>

#include "schema/schema.hpp"

namespace weir::schema {

/// The names in a binding.
struct binding_options {
  std::string name;                   ///< users: the domain
  std::string scope;                  ///< weir::users: where `binding` is declared
  std::vector<std::string> includes;  ///< the generated headers that declare the domain's structs
};

/// The C++ of a domain's binding.hpp.
[[nodiscard]] std::string binding_header(const idl& domain, const binding_options& options);

/// The C++ of a domain's binding.cpp, which holds the documents.
[[nodiscard]] std::string binding_source(const std::vector<document>& documents, const binding_options& options);

}  // namespace weir::schema
