#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"

namespace re2 {
class RE2;
}

/// The IDL as data: what a Thrift file declares, with the rules that its doc comments state, resolved and checked.
/// Everything is immutable once read, and may be used from any thread. Pointers live as long as the `idl` they are
/// from.
namespace weir::schema {

struct structure;
struct enumeration;

enum class kind { boolean, i8, i16, i32, i64, floating, string, binary, enumeration, list, set, map, structure };

/// The combined rules of the tags of a field and its typedefs; the names are JSON Schema's.
struct rules {
  std::vector<std::shared_ptr<const re2::RE2>> patterns;  ///< each must match somewhere (anchor them)
  std::vector<std::string> pattern_texts;
  std::optional<std::uint64_t> min_length, max_length;  ///< of a string, in Unicode code points; of binary, in bytes
  std::optional<double> minimum, maximum;
  std::optional<std::uint64_t> min_items, max_items;  ///< of a list, set or map
  std::string format;                                 ///< as written after @format; "" if none
  std::optional<std::string> example;                 ///< as written after @example
  bool date_time = false;                             ///< @format date-time on an i64: microseconds, RFC 3339 in JSON
  bool as_string = false;                             ///< @string on an i64: a string in JSON
  bool day = false;                                   ///< @format date on a string: a day that the calendar has

  [[nodiscard]] bool any() const;  ///< whether there is any rule to check
};

/// A type as used at one place, with every typedef on the way resolved and its rules gathered.
struct type {
  kind is = kind::boolean;
  std::string name;  ///< of the enum or struct, else of the nearest typedef; "" for a plain base type
  std::string doc;   ///< of that typedef; without tags
  rules demands;     ///< of the typedefs (a field adds its own)
  std::shared_ptr<const type> key, element;  ///< key: of a map. element: of a list, a set, a map's values
  const structure* shape = nullptr;          ///< of a structure
  const enumeration* names = nullptr;        ///< of an enumeration
};

/// Whether JSON shows a map of such keys as an object: strings, integers and enums can name members.
[[nodiscard]] bool names_members(const type& key);

struct enumeration {
  struct member {
    std::string name;
    std::int32_t value;
    std::string doc;
    std::vector<std::string> former_names;  ///< @was
  };
  std::string name, doc;
  std::vector<member> members;

  [[nodiscard]] const member* find(std::string_view member_name) const;
  [[nodiscard]] const member* find(std::int32_t value) const;
  /// The member with this former name.
  [[nodiscard]] const member* find_former(std::string_view member_name) const;
};

enum class requiredness { required, optional, unspecified };

struct field {
  std::int16_t id;
  std::string name,
      doc;  ///< name: in JSON, which is Thrift's unless @json says another. doc: the comment without its tags
  std::vector<std::string> former_names;  ///< @was: in JSON that was written before the field was renamed
  std::string thrift_name;  ///< differs from `name` where Thrift reserves the word that JSON uses (`next`, `from`)
  requiredness presence = requiredness::unspecified;
  schema::type type;                        ///< its demands are the typedefs' and the field's own together
  std::optional<std::string> default_json;  ///< the default, as Weir's JSON would show it
  bool etag = false;                        ///< @etag: its value is the entity tag of an answer
  std::string not_before;                   ///< @notBefore: the name in JSON of a field of the same struct; "" if none
  bool personal = false;                    ///< @personal
  /// @subject: what stands before the value, and a hyphen, in the subject's name; "" if the value is the whole name.
  std::optional<std::string> subject_category;
};

enum class category { structure, union_, exception };

/// `user-{userId}` as literal text and fields of its struct, by their names in JSON.
struct name_template {
  struct part {
    std::string literal;                   ///< text before the field
    const schema::field* field = nullptr;  ///< null in the last part, if text ends the template
  };
  std::string text;
  std::vector<part> parts;
};

struct structure {
  std::string name, doc;
  std::string file;   ///< where it is declared: the file's name without .thrift
  std::string scope;  ///< the namespace of that file: weir.users
  schema::category category = category::structure;
  std::vector<schema::field> fields;       ///< by ascending id
  std::optional<name_template> stream;     ///< @stream, on commands and on queries of one stream
  std::vector<const structure*> refusals;  ///< @throws, on commands
  /// Two fields by their places in `fields`: if both are set, the value of `end` must not be below that of `begin`.
  struct period {
    std::size_t begin, end;
  };
  std::vector<period> periods;             ///< @notBefore
  const schema::field* subject = nullptr;  ///< the field that is tagged @subject
  bool personal = false;                   ///< whether it has a personal field, itself or in a struct in it

  [[nodiscard]] const schema::field* find(std::string_view field_name) const;
  [[nodiscard]] const schema::field* find(std::int16_t id) const;
  /// The field with this former name in JSON.
  [[nodiscard]] const schema::field* find_former(std::string_view field_name) const;
};

/// A method of the domain's service. With a path it is a query by HTTP too.
struct method {
  std::string name, doc;
  std::string path;                    ///< @get, e.g. /users/{userId}; "" if none
  const structure* query = nullptr;    ///< the struct of argument 1
  std::string query_name;              ///< the name of argument 1
  std::optional<schema::type> answer;  ///< absent: void
  struct refusal {
    std::int16_t id;
    std::string name;
    const structure* exception;
  };
  std::vector<refusal> refusals;         ///< throws
  std::vector<schema::field> arguments;  ///< all of them, by id
};

struct service {
  std::string name, doc;
  std::vector<method> methods;
  [[nodiscard]] const method* find(std::string_view method_name) const;
};

/// One Thrift file as `thrift --gen xml` prints it.
struct document {
  std::string name;  ///< the file's name without .thrift
  std::string xml;
};

/// The declarations of all files of one domain.
class idl {
 public:
  /// Reads and checks the documents, which must include everything that they refer to. Errors: errc::invalid with one
  /// line per fault (file, declaration, fault): an unknown tag or one in the wrong place, a pattern that RE2 refuses, a
  /// template naming no field, a rule on a type it cannot hold for.
  static result<std::shared_ptr<const idl>> read(const std::vector<document>& documents);

  /// All structs, unions and exceptions, in the order of declaration.
  [[nodiscard]] const std::vector<std::unique_ptr<structure>>& structures() const { return structures_; }
  [[nodiscard]] const std::vector<std::unique_ptr<enumeration>>& enumerations() const { return enumerations_; }
  [[nodiscard]] const structure* find(std::string_view structure_name) const;

  /// The unions `Command` and `Event`; null if the documents declare none.
  [[nodiscard]] const structure* commands() const { return find("Command"); }
  [[nodiscard]] const structure* events() const { return find("Event"); }
  /// The member of `Command` whose type this struct is; null if it is not a command's struct.
  [[nodiscard]] const field* command_of(const structure& shape) const;
  /// Whether a method is a query: its one argument is neither `Command` nor a command's struct.
  [[nodiscard]] bool is_query(const method& of) const;
  /// The domain's service; null if there is none.
  [[nodiscard]] const service* rpc() const { return service_ ? &*service_ : nullptr; }

 private:
  friend class reader;
  /// Looks up a std::string_view without making a std::string of it.
  struct text_hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::vector<std::unique_ptr<structure>> structures_;
  std::vector<std::unique_ptr<enumeration>> enumerations_;
  std::unordered_map<std::string, structure*, text_hash, std::equal_to<>> by_name_;
  std::optional<service> service_;
};

}  // namespace weir::schema
