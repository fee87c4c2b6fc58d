#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include <pugixml.hpp>

#include "base/suggestion.hpp"
#include "schema/default_value.hpp"
#include "schema/doc_comment.hpp"
#include "schema/name_template.hpp"
#include "schema/reserved_names.hpp"
#include "schema/rule_tags.hpp"
#include "schema/schema.hpp"

namespace weir::schema {
namespace {

std::optional<kind> base_kind(std::string_view name) {
  static const std::map<std::string_view, kind> kinds{
      {"bool", kind::boolean},  {"i8", kind::i8},     {"byte", kind::i8},         {"i16", kind::i16},
      {"i32", kind::i32},       {"i64", kind::i64},   {"double", kind::floating}, {"string", kind::string},
      {"binary", kind::binary}, {"list", kind::list}, {"set", kind::set},         {"map", kind::map}};
  const auto found = kinds.find(name);
  return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

std::optional<category> category_named(std::string_view element) {
  if (element == "struct") return category::structure;
  if (element == "union") return category::union_;
  if (element == "exception") return category::exception;
  return std::nullopt;
}

requiredness presence_of(const pugi::xml_node& node) {
  const std::string_view text = node.attribute("required").value();
  if (text == "required") return requiredness::required;
  return text == "optional" ? requiredness::optional : requiredness::unspecified;
}

bool is_scalar(const type& of) {
  return of.is != kind::list && of.is != kind::set && of.is != kind::map && of.is != kind::structure;
}

bool can_be_a_parameter(const type& of) {
  return is_scalar(of) || ((of.is == kind::list || of.is == kind::set) && is_scalar(*of.element));
}

/// Where idl/weir declares what all domains share, the exception Problem too.
constexpr std::string_view weirs_scope = "weir";

bool can_be_compared(const type& of) {
  return of.is == kind::i8 || of.is == kind::i16 || of.is == kind::i32 || of.is == kind::i64 || of.is == kind::string;
}

bool can_be_an_etag(const type& of) { return of.is == kind::i32 || of.is == kind::i64 || of.is == kind::string; }

}  // namespace

/// Reads the documents in three rounds: names of structs and enums, then what the structs hold, then what refers to
/// whole structs (streams, refusals, methods). Goes on after a fault, to report them all.
class reader {
 public:
  result<std::shared_ptr<const idl>> read(const std::vector<document>& documents) {
    parse(documents);
    if (!faults_.empty()) return failure();
    for (const auto& each : files_) declare(each);
    for (const auto& each : files_) define_structures(each);
    for (const auto& each : files_) define_service(each);
    check_structures();
    check_service();
    if (!faults_.empty()) return failure();
    return std::shared_ptr<const idl>(read_);
  }

 private:
  struct file {
    std::string name, scope;
    pugi::xml_document xml;
    pugi::xml_node root;
  };
  /// A struct's comment tags, kept until all structs are known.
  struct pending_tags {
    structure* bearer;
    std::vector<tag> tags;
  };
  struct pending_default {
    structure* bearer;
    std::int16_t id;
    pugi::xml_node constant;
  };
  using qualified_name = std::pair<std::string, std::string>;  ///< file, name

  error failure() const {
    std::string lines;
    for (const auto& fault : faults_) lines += (lines.empty() ? "" : "\n") + fault;
    return {errc::invalid, std::move(lines)};
  }

  void fault(std::string_view where, std::string_view what) {
    faults_.push_back(std::string(where) + ": " + std::string(what));
  }
  static std::string place(const file& in, std::string_view name) { return in.name + ".thrift: " + std::string(name); }
  static std::string place(const structure& of) { return of.file + ".thrift: " + of.name; }

  /// A comment where no tag can stand.
  std::string plain_doc(const pugi::xml_node& node, std::string_view where) {
    auto comment = read_doc_comment(node.attribute("doc").value());
    for (const auto& found : comment.tags) misplaced(where, found);
    return std::move(comment.prose);
  }

  void misplaced(std::string_view where, const tag& found) {
    std::vector<std::string_view> known{"stream",    "throws", "get",      "json",   "etag",
                                        "notBefore", "was",    "personal", "subject"};
    known.insert(known.end(), rule_tags.begin(), rule_tags.end());
    const bool exists = std::find(known.begin(), known.end(), found.name) != known.end();
    fault(where, "@" + found.name +
                     (exists ? " has no meaning here" : " is no tag that Weir knows" + suggestion(found.name, known)));
  }

  // Round one.

  void parse(const std::vector<document>& documents) {
    // Attributes keep their line breaks, so that tags begin lines; a default of spaces keeps its spaces.
    constexpr unsigned flags = (pugi::parse_default & ~pugi::parse_wconv_attribute) | pugi::parse_ws_pcdata_single;
    for (const auto& document : documents) {
      auto& added = *files_.emplace_back(std::make_unique<file>());
      added.name = document.name;
      const auto parsed = added.xml.load_buffer(document.xml.data(), document.xml.size(), flags, pugi::encoding_utf8);
      added.root = added.xml.child("idl").child("document");
      if (!parsed || !added.root) {
        fault(document.name + ".xml", parsed ? "holds no <idl><document>" : parsed.description());
      }
      for (const auto& scope : added.root.children("namespace")) {
        const std::string_view language = scope.attribute("name").value();
        if (language == "cpp" || (language == "*" && added.scope.empty()))
          added.scope = scope.attribute("value").value();
      }
    }
  }

  void declare(const std::unique_ptr<file>& in) {
    for (const auto& node : in->root.children()) {
      const std::string_view element = node.name();
      const qualified_name name{in->name, node.attribute("name").value()};
      if (const auto category = category_named(element)) {
        declare_structure(*in, node, *category);
      } else if (element == "enum") {
        enumerations_[name] = &declare_enumeration(*in, node);
      } else if (element == "typedef") {
        typedefs_[name] = node;
      }
    }
  }

  void declare_structure(const file& in, const pugi::xml_node& node, category as) {
    auto& added = *read_->structures_.emplace_back(std::make_unique<structure>());
    added.name = node.attribute("name").value();
    added.file = in.name;
    added.scope = in.scope;
    added.category = as;
    structures_[{in.name, added.name}] = &added;
    read_->by_name_.emplace(added.name, &added);
    check_name(in, added.name);
  }

  /// A struct or an enum goes by its name alone in the OpenAPI document and in the schema of stored events.
  void check_name(const file& in, const std::string& name) {
    const auto [first, is_new] = declared_in_.emplace(name, in.name);
    if (!is_new) fault(place(in, name), "has the name of a declaration in " + first->second + ".thrift");
  }

  enumeration& declare_enumeration(const file& in, const pugi::xml_node& node) {
    auto& added = *read_->enumerations_.emplace_back(std::make_unique<enumeration>());
    added.name = node.attribute("name").value();
    check_name(in, added.name);
    added.doc = plain_doc(node, place(in, added.name));
    for (const auto& child : node.children("member")) {
      enumeration::member member{child.attribute("name").value(), child.attribute("value").as_int(), {}, {}};
      const std::string where = place(in, added.name + "." + member.name);
      auto comment = read_doc_comment(child.attribute("doc").value());
      member.doc = std::move(comment.prose);
      for (const auto& found : comment.tags) {
        found.name == "was" ? add_former_name(member.former_names, found, where) : misplaced(where, found);
      }
      added.members.push_back(std::move(member));
    }
    check_former_names(added.members, place(in, added.name));
    return added;
  }

  void add_former_name(std::vector<std::string>& names, const tag& found, const std::string& where) {
    if (found.value.empty() || found.value.find_first_of(" \t") != std::string::npos) {
      return fault(where, "@was needs one word, the name of before; more names are more @was");
    }
    names.push_back(found.value);
  }

  /// A name of the past leads to one field or value.
  template <class Named>
  void check_former_names(const std::vector<Named>& all, const std::string& where) {
    std::set<std::string_view> taken;
    for (const auto& each : all) taken.insert(each.name);
    for (const auto& each : all) {
      for (const auto& name : each.former_names) {
        if (!taken.insert(name).second) fault(where + "." + each.name, "@was " + name + ": that name is taken");
      }
    }
  }

  // Round two.

  void define_structures(const std::unique_ptr<file>& in) {
    for (const auto& [name, node] : named_children(*in, "typedef")) check_typedef(*in, name, node);
    for (const auto& node : in->root.children()) {
      if (!category_named(node.name())) continue;
      auto& shape = *structures_.at({in->name, node.attribute("name").value()});
      auto comment = read_doc_comment(node.attribute("doc").value());
      shape.doc = std::move(comment.prose);
      pending_.push_back({&shape, std::move(comment.tags)});
      for (const auto& child : node.children("field")) {
        shape.fields.push_back(read_field(child, place(shape)));
        if (const auto value = child.child("default"))
          pending_defaults_.push_back({&shape, shape.fields.back().id, value.first_child()});
      }
      std::sort(shape.fields.begin(), shape.fields.end(), [](const field& a, const field& b) { return a.id < b.id; });
      check_field_names(shape);
      read_periods(shape);
    }
  }

  void read_periods(structure& shape) {
    for (std::size_t end = 0; end < shape.fields.size(); ++end) {
      const field& last = shape.fields[end];
      if (last.not_before.empty()) continue;
      const std::string where = place(shape) + "." + last.thrift_name;
      const std::string here = "@notBefore " + last.not_before + ": ";
      const field* const first = shape.find(last.not_before);
      if (!first || first == &last) {
        fault(where, here + "there is no other field of that name");
      } else if (first->type.is != last.type.is || !can_be_compared(last.type)) {
        fault(where, here + "both fields must be strings, or integers of the same size");
      } else {
        shape.periods.push_back({static_cast<std::size_t>(first - shape.fields.data()), end});
      }
    }
  }

  static std::vector<std::pair<std::string, pugi::xml_node>> named_children(const file& in, const char* element) {
    std::vector<std::pair<std::string, pugi::xml_node>> found;
    for (const auto& node : in.root.children(element)) found.emplace_back(node.attribute("name").value(), node);
    return found;
  }

  /// Reports a typedef's faults once, where it is declared; where it is used they are passed over.
  void check_typedef(const file& in, const std::string& name, const pugi::xml_node& node) {
    const std::string where = place(in, name);
    auto read = read_type(node, where);
    const auto comment = read_doc_comment(node.attribute("doc").value());
    for (const auto& found : comment.tags) {
      if (!is_rule_tag(found.name)) misplaced(where, found);
    }
    (void)with_rules(std::move(read), comment.tags, &where);
  }

  field read_field(const pugi::xml_node& node, const std::string& owner) {
    field read;
    read.thrift_name = read.name = node.attribute("name").value();
    const std::string where = owner + "." + read.name;
    read.id = static_cast<std::int16_t>(node.attribute("field-id").as_int());
    if (read.id <= 0) fault(where, "has no number of its own");
    read.presence = presence_of(node);
    auto comment = read_doc_comment(node.attribute("doc").value());
    read.doc = std::move(comment.prose);
    read.type = with_rules(read_type(node, where), comment.tags, &where);
    apply_field_tags(read, comment.tags, where);
    return read;
  }

  void apply_field_tags(field& of, const std::vector<tag>& tags, const std::string& where) {
    for (const auto& found : tags) {
      if (found.name == "etag") {
        of.etag = true;
        if (!found.value.empty()) fault(where, "@etag takes no value");
        if (!can_be_an_etag(of.type)) fault(where, "@etag needs an i32, an i64 or a string");
      } else if (found.name == "json") {
        if (found.value.empty() || found.value.find_first_of(" \t") != std::string::npos) {
          fault(where, "@json needs one word");
        } else {
          of.name = found.value;
        }
      } else if (found.name == "was") {
        add_former_name(of.former_names, found, where);
      } else if (found.name == "personal") {
        of.personal = true;
        if (!found.value.empty()) fault(where, "@personal takes no value");
        if (of.type.is != kind::string && of.type.is != kind::binary) {
          fault(where, "@personal needs a string or a binary: only these can hold an encrypted value");
        }
      } else if (found.name == "subject") {
        set_subject(of, found.value, where);
      } else if (found.name == "notBefore") {
        if (found.value.empty()) fault(where, "@notBefore needs the name of a field");
        if (!of.not_before.empty()) fault(where, "@notBefore stands twice");
        of.not_before = found.value;
      } else if (!is_rule_tag(found.name)) {
        misplaced(where, found);
      }
    }
  }

  void set_subject(field& of, const std::string& category, const std::string& where) {
    if (of.subject_category) fault(where, "@subject stands twice");
    if (category.find_first_of(" \t-") != std::string::npos) {
      fault(where, "@subject needs one word without a hyphen, the category of the subject's name, or nothing");
    }
    if (of.type.is != kind::string) fault(where, "@subject needs a string");
    of.subject_category = category;
  }

  /// The type with the rules of a comment added. Faults are reported at `where`, if that is given.
  type with_rules(type of, const std::vector<tag>& tags, const std::string* where) {
    rules own;
    std::set<std::string_view> seen;
    const auto report = [&](const std::string& what) {
      if (where) fault(*where, what);
    };
    for (const auto& found : tags) {
      if (!is_rule_tag(found.name)) continue;
      if (found.name != "pattern" && !seen.insert(found.name).second) report("@" + found.name + " stands twice");
      if (const auto what = add_rule(own, found, of.is)) report(*what);
    }
    of.demands = both(of.demands, own);
    const bool adds_any =
        std::any_of(tags.begin(), tags.end(), [](const tag& found) { return is_rule_tag(found.name); });
    if (const auto what = contradiction(of.demands); what && adds_any) report(*what);
    return of;
  }

  /// The type that an element's attributes and children tell.
  type read_type(const pugi::xml_node& node, const std::string& where) {
    type read;
    const std::string_view name = node.attribute("type").value();
    if (name == "id") return read_named_type(node, where);
    const auto base = base_kind(name);
    if (!base) {
      fault(where, "is of the type \"" + std::string(name) + "\", which Weir does not know");
      return read;
    }
    read.is = *base;
    if (read.is == kind::map) {
      read.key = std::make_shared<const type>(read_type(node.child("keyType"), where));
      read.element = std::make_shared<const type>(read_type(node.child("valueType"), where));
    } else if (read.is == kind::list || read.is == kind::set) {
      read.element = std::make_shared<const type>(read_type(node.child("elemType"), where));
    }
    return read;
  }

  type read_named_type(const pugi::xml_node& node, const std::string& where) {
    const qualified_name name{node.attribute("type-module").value(), node.attribute("type-id").value()};
    type read;
    read.name = name.second;
    if (const auto shape = structures_.find(name); shape != structures_.end()) {
      read.is = kind::structure;
      read.shape = shape->second;
    } else if (const auto names = enumerations_.find(name); names != enumerations_.end()) {
      read.is = kind::enumeration;
      read.names = names->second;
    } else if (const auto alias = typedefs_.find(name); alias != typedefs_.end()) {
      return read_alias(name.second, alias->second, where);
    } else {
      fault(where, "is of the type " + name.first + "." + name.second + ", which no document declares");
    }
    return read;
  }

  type read_alias(const std::string& name, const pugi::xml_node& node, const std::string& where) {
    auto comment = read_doc_comment(node.attribute("doc").value());
    type read = with_rules(read_type(node, where), comment.tags, nullptr);
    if (read.is != kind::structure && read.is != kind::enumeration) {
      read.name = name;
      read.doc = std::move(comment.prose);
    }
    return read;
  }

  void check_field_names(const structure& shape) {
    std::set<std::string_view> seen;
    for (const auto& field : shape.fields) {
      if (!seen.insert(field.name).second)
        fault(place(shape) + "." + field.thrift_name, "two fields are \"" + field.name + "\" in JSON");
    }
    check_former_names(shape.fields, place(shape));
  }

  // Round three.

  void define_service(const std::unique_ptr<file>& in) {
    for (const auto& [name, node] : named_children(*in, "service")) {
      const std::string where = place(*in, name);
      if (read_->service_) {
        fault(where, "is a second service; a domain has one");
        continue;
      }
      service_file_ = in->name;
      read_->service_ = service{name, plain_doc(node, where), {}};
      for (const auto& child : node.children("method")) {
        read_->service_->methods.push_back(read_method(child, where + "." + child.attribute("name").value()));
      }
    }
  }

  method read_method(const pugi::xml_node& node, const std::string& where) {
    method read;
    read.name = node.attribute("name").value();
    auto comment = read_doc_comment(node.attribute("doc").value());
    read.doc = std::move(comment.prose);
    for (const auto& argument : node.children("arg")) read.arguments.push_back(read_field(argument, where));
    if (!read.arguments.empty() && read.arguments.front().type.is == kind::structure) {
      read.query = read.arguments.front().type.shape;
      read.query_name = read.arguments.front().name;
    }
    const auto returned = node.child("returns");
    if (returned && returned.attribute("type").value() != std::string_view("void"))
      read.answer = read_type(returned, where);
    for (const auto& thrown : node.children("throws")) {
      const auto declared = read_field(thrown, where);
      read.refusals.push_back({declared.id, declared.name, declared.type.shape});
    }
    for (const auto& found : comment.tags) apply_method_tag(read, found, where);
    return read;
  }

  void apply_method_tag(method& of, const tag& found, const std::string& where) {
    if (found.name != "get") return misplaced(where, found);
    if (!of.path.empty()) return fault(where, "@get stands twice");
    if (!of.query || of.arguments.size() != 1 || !of.answer || of.answer->is != kind::structure) {
      return fault(where, "@get needs a method of one argument, a struct, that answers with a struct");
    }
    of.path = found.value;
    if (const auto what = path_fault(of.path, *of.query)) fault(where, "@get " + of.path + ": " + *what);
    if (const auto own = own_segment(of.path)) {
      fault(where, "@get " + of.path + ": Weir itself answers at /" + std::string(*own) + ": choose another path");
    }
    for (const auto& parameter : of.query->fields) {
      if (!can_be_a_parameter(parameter.type)) {
        fault(where, "@get " + of.path + ": " + parameter.name + " is no scalar and no list or set of scalars");
      }
    }
  }

  /// The first segment of a path, if it is one of Weir's own.
  static std::optional<std::string_view> own_segment(std::string_view path) {
    if (!path.starts_with('/')) return std::nullopt;
    const std::string_view first = path.substr(1, path.find('/', 1) - 1);
    const auto found = std::find(own_path_segments.begin(), own_path_segments.end(), first);
    return found == own_path_segments.end() ? std::nullopt : std::optional(*found);
  }

  void check_structures() {
    fill_defaults();
    find_personal_structures();
    for (const auto& shape : read_->structures_) check_personal_fields(*shape);
    check_exceptions();
    for (const auto* root : {read_->commands(), read_->events()}) {
      if (root) check_root_union(*root);
    }
    for (auto& [bearer, tags] : pending_) {
      for (const auto& found : tags) apply_structure_tag(*bearer, found);
    }
    if (!read_->commands()) return;
    for (const auto& command : read_->commands()->fields) {
      if (command.type.shape && !command.type.shape->stream)
        fault(place(*command.type.shape), "is a command without @stream");
    }
  }

  /// Defaults wait until all fields are known, for a struct's default names the fields of that struct.
  void fill_defaults() {
    for (const auto& [shape, id, constant] : pending_defaults_) {
      const auto of =
          std::find_if(shape->fields.begin(), shape->fields.end(), [id = id](const field& f) { return f.id == id; });
      of->default_json = default_as_json(constant, of->type);
      if (!of->default_json) fault(place(*shape) + "." + of->thrift_name, "has a default that is no value of its type");
    }
  }

  /// Structs may contain themselves: go on until no struct is found any more.
  void find_personal_structures() {
    for (bool found = true; found;) {
      found = false;
      for (const auto& shape : read_->structures_) {
        if (shape->personal) continue;
        shape->personal = std::any_of(shape->fields.begin(), shape->fields.end(),
                                      [](const field& f) { return f.personal || holds_personal(f.type); });
        found = found || shape->personal;
      }
    }
  }

  static bool holds_personal(const type& of) {
    return (of.shape && of.shape->personal) || (of.key && holds_personal(*of.key)) ||
           (of.element && holds_personal(*of.element));
  }

  static bool has_personal_key(const type& of) {
    return (of.key && (holds_personal(*of.key) || has_personal_key(*of.key))) ||
           (of.element && has_personal_key(*of.element));
  }

  void check_personal_fields(structure& shape) {
    for (const auto& each : shape.fields) {
      const std::string where = place(shape) + "." + each.thrift_name;
      if (has_personal_key(each.type))
        fault(where, "has personal fields in the keys of a map, which are not encrypted");
      if (each.personal) check_personal(shape, each, where);
      if (!each.subject_category) continue;
      if (shape.subject) fault(where, "is a second @subject; all personal fields of a struct are of one subject");
      if (each.personal) fault(where, "cannot be @personal too: the names of subjects are not encrypted");
      if (!shape.personal) fault(where, "@subject has no meaning here: no field of the struct is @personal");
      if (shape.category == category::union_) fault(where, "@subject cannot stand in a union");
      shape.subject = &each;
    }
  }

  void check_personal(const structure& in, const field& of, const std::string& where) {
    if (in.category == category::union_) {
      fault(where, "@personal cannot stand in a union: once the value is erased, no member would be set");
    }
    if (of.default_json) fault(where, "@personal cannot stand on a field with a default, which everybody can read");
    if (of.etag) fault(where, "@personal and @etag exclude each other: entity tags are not encrypted");
  }

  /// Over HTTP the fields of an exception stand in a problem, beside the problem's own members.
  void check_exceptions() {
    for (const auto& shape : read_->structures_) {
      if (shape->category != category::exception || shape->scope == weirs_scope) continue;
      for (const auto& field : shape->fields) {
        if (std::find(problem_members.begin(), problem_members.end(), field.name) == problem_members.end()) continue;
        fault(place(*shape) + "." + field.thrift_name,
              "is \"" + field.name + "\" in JSON, which every problem has already as a member of another meaning: " +
                  "give it another name there, as by @json " + other_name(*shape, field.name));
      }
    }
  }

  /// status of Broken: brokenStatus.
  static std::string other_name(const structure& of, std::string name) {
    std::string made = of.name;
    if (made.front() >= 'A' && made.front() <= 'Z') made.front() = static_cast<char>(made.front() - 'A' + 'a');
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return made + name;
  }

  void check_root_union(const structure& shape) {
    if (shape.category != category::union_) fault(place(shape), "must be a union");
    for (const auto& member : shape.fields) {
      if (!member.former_names.empty()) {
        fault(
            place(shape) + "." + member.name,
            "@was has no meaning here: stored events and sent commands bear the name. Keep it, and let the new name be "
            "another one");
      }
      if (member.type.is != kind::structure || member.type.shape->category != category::structure) {
        fault(place(shape) + "." + member.name, "must be a struct");
      }
    }
  }

  [[nodiscard]] bool is_command(const structure& shape) const { return read_->command_of(shape) != nullptr; }

  [[nodiscard]] bool is_query(const structure& shape) const {
    return read_->service_ && std::any_of(read_->service_->methods.begin(), read_->service_->methods.end(),
                                          [&](const method& m) { return m.query == &shape && read_->is_query(m); });
  }

  void apply_structure_tag(structure& of, const tag& found) {
    const bool fits =
        (found.name == "stream" && (is_command(of) || is_query(of))) || (found.name == "throws" && is_command(of));
    if (!fits) return misplaced(place(of), found);
    if (found.name == "stream") {
      set_stream(of, found.value);
    } else {
      add_refusal(of, found.value);
    }
  }

  void set_stream(structure& of, const std::string& text) {
    const std::string here = "@stream " + text + ": ";
    if (of.stream) return fault(place(of), "@stream stands twice");
    of.stream = name_template{text, {}};
    auto read = read_name_template(text, of);
    if (const auto* what = std::get_if<std::string>(&read)) return fault(place(of), here + *what);
    of.stream = std::get<name_template>(std::move(read));
    if (const auto what = category_fault(*of.stream)) fault(place(of), here + *what);
    for (const auto& part : of.stream->parts) {
      if (part.field && part.field->personal) {
        fault(place(of), here + part.field->name + " is @personal, but the names of streams are not encrypted");
      }
    }
    if (!is_query(of)) return;
    for (const auto& field : of.fields) {
      if (field.name != "at" && field.name != "atSequence") continue;
      fault(place(of) + "." + field.name, "is how a query of one stream asks for the past: choose another name");
    }
  }

  void add_refusal(structure& of, const std::string& name) {
    const auto* const thrown = read_->find(name);
    if (!thrown || thrown->category != category::exception)
      return fault(place(of), "@throws " + name + ": there is no such exception");
    if (std::find(of.refusals.begin(), of.refusals.end(), thrown) != of.refusals.end()) {
      return fault(place(of), "@throws " + name + " stands twice");
    }
    of.refusals.push_back(thrown);
  }

  void check_service() {
    if (!read_->service_) return;
    std::map<std::string, std::string> taken;
    for (const auto& method : read_->service_->methods) {
      if (method.path.empty()) continue;
      const auto [present, is_new] = taken.emplace(shape_of_path(method.path), method.name);
      if (!is_new)
        fault(method_place(method.name), "@get " + method.path + ": " + present->second + " has the same path");
    }
    for (const auto& method : read_->service_->methods) {
      if (!method.query || !read_->commands()) continue;
      if (method.query == read_->commands()) {
        if (method.name != "execute") continue;
        for (const auto& command : method.query->fields) check_refusals(method, command);
      } else if (const auto* command = read_->command_of(*method.query)) {
        check_command_method(method, *command);
      }
    }
    report_undeclared_refusals();
  }

  /// A method that takes one command's struct alone.
  void check_command_method(const method& of, const field& command) {
    const std::string where = method_place(of.name);
    if (of.name != command.name) fault(where, "takes the command " + command.name + ": give it that name");
    if (!of.path.empty()) fault(where, "@get " + of.path + ": a command is no query");
    if (!of.answer || !of.answer->shape || of.answer->shape->name != "CommandResult") {
      fault(where, "carries out a command, so that it must return weir.CommandResult");
    }
    check_refusals(of, command);
  }

  [[nodiscard]] std::string method_place(const std::string& name) const {
    return service_file_ + ".thrift: " + read_->service_->name + "." + name;
  }

  static std::string shape_of_path(const std::string& path) {
    std::string shape;
    bool inside = false;
    for (const char c : path) {
      inside = inside ? c != '}' : c == '{';
      if (!inside) shape += c;
    }
    return shape;
  }

  /// What a command is refused with must be declared on the method too, or it could not be told over RPC.
  void check_refusals(const method& of, const field& command) {
    if (!command.type.shape) return;
    for (const auto* refusal : command.type.shape->refusals) {
      const bool declared = std::any_of(of.refusals.begin(), of.refusals.end(),
                                        [&](const method::refusal& r) { return r.exception == refusal; });
      if (!declared) undeclared_refusals_.emplace(of.name, refusal->name);
    }
  }

  void report_undeclared_refusals() {
    for (const auto& [method, name] : undeclared_refusals_)
      fault(method_place(method), "does not throw " + name + ", with which a command can be refused");
  }

  std::shared_ptr<idl> read_ = std::make_shared<idl>();
  std::vector<std::unique_ptr<file>> files_;
  std::map<qualified_name, structure*> structures_;
  std::map<qualified_name, const enumeration*> enumerations_;
  std::map<qualified_name, pugi::xml_node> typedefs_;
  std::map<std::string, std::string> declared_in_;  ///< structs' and enums' names, and the file of each
  std::vector<pending_tags> pending_;
  std::vector<pending_default> pending_defaults_;
  std::string service_file_;
  std::set<std::pair<std::string, std::string>> undeclared_refusals_;  ///< method, exception
  std::vector<std::string> faults_;
};

result<std::shared_ptr<const idl>> idl::read(const std::vector<document>& documents) {
  return reader{}.read(documents);
}

}  // namespace weir::schema
