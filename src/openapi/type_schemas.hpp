#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "openapi/components.hpp"
#include "openapi/domain.hpp"
#include "openapi/json.hpp"
#include "schema/schema.hpp"

namespace weir::openapi {

/// The IDL's types as JSON Schemas.
///
/// Structs, enums and typedefs become components under their own names. If two domains use one name for different
/// types, or Weir uses it itself, the domain's name is the prefix. Types are identified by their addresses: a type must
/// be part of the domains.
class type_schemas {
 public:
  type_schemas(const std::vector<domain>& domains, components& into);

  json of(const schema::type& type);
  json of(const schema::structure& shape);
  /// With the field's doc and default.
  json of(const schema::field& field);

  /// An object with exactly one of these members: what a union is.
  json one_of(const std::vector<const schema::field*>& members);

 private:
  void name_types_of(const domain& in);
  void name_component(const void* what, std::string_view name, const domain& in);
  void note_typedefs(const schema::type& type);
  void note_input(const schema::type& type);
  json of(const schema::field& field, const schema::structure& in);

  json made(const schema::structure& shape);
  json made(const schema::enumeration& names);
  json made(const schema::type& type);
  json made_map(const schema::type& type);

  components& into_;
  std::unordered_map<std::string, const void*> taken_;
  std::unordered_map<const void*, std::string> names_;  ///< of structures, enumerations, and types that are typedefs

  /// The uses of one typedef, of a domain at a time.
  struct uses {
    std::vector<const schema::type*> all;
    std::string plainest;  ///< the rules of the use to which no field added any
  };
  std::unordered_map<std::string, uses> typedefs_;
  std::vector<std::string> typedef_order_;
  /// The structs that callers send: commands, queries, and the structs in them.
  std::unordered_set<const schema::structure*> input_;
};

/// A field's doc, and @notBefore in words, for which JSON Schema has no keyword.
[[nodiscard]] std::string doc_of(const schema::field& field);

/// Names of schemas that are Weir's own.
[[nodiscard]] const std::vector<std::string_view>& reserved_schema_names();

}  // namespace weir::openapi
