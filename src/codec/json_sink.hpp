#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "codec/compact_reader.hpp"
#include "codec/json_writer.hpp"
#include "codec/scalar_text.hpp"
#include "codec/utf8.hpp"
#include "schema/base64.hpp"
#include "schema/schema.hpp"

namespace weir::codec {

/// A walker's sink that appends Weir's JSON to a string.
class json_sink {
 public:
  explicit json_sink(std::string& json) : json_(json) {}

  void begin_structure(const schema::structure&) { json_ += '{'; }
  void begin_field(const schema::field& field) {
    if (json_.back() != '{') json_ += ',';
    append_json_string(json_, field.name);
    json_ += ':';
  }
  void end_field() {}
  void end_structure() { json_ += '}'; }

  void begin_list(const schema::type&, std::size_t) { json_ += '['; }
  void begin_element(std::size_t index) {
    if (index > 0) json_ += ',';
  }
  void end_list(const schema::type&) { json_ += ']'; }

  void begin_map(const schema::type& of, std::size_t) { json_ += schema::names_members(*of.key) ? '{' : '['; }
  void begin_key(const schema::type& of, std::size_t index) {
    if (index > 0) json_ += ',';
    names_member_ = schema::names_members(*of.key);
    if (!names_member_) json_ += '[';
  }
  void begin_value(const schema::type& of) {
    names_member_ = false;
    json_ += schema::names_members(*of.key) ? ':' : ',';
  }
  void end_entry(const schema::type& of) {
    if (!schema::names_members(*of.key)) json_ += ']';
  }
  void end_map(const schema::type& of) { json_ += schema::names_members(*of.key) ? '}' : ']'; }

  void boolean(bool value) { json_ += value ? "true" : "false"; }
  void integer(std::int64_t value, const schema::type& of) {
    const bool quoted = names_member_ || shown_in_quotes(of, value);
    if (quoted) json_ += '"';
    append_bare_integer(json_, of, value);
    if (quoted) json_ += '"';
  }
  void floating(double value) { append_json_double(json_, value); }
  void text(std::string_view value) {
    if (!is_utf8(value)) throw corrupt_bytes{"a string that is not UTF-8"};
    append_json_string(json_, value);
  }
  void binary(std::string_view value) { json_ += '"' + schema::to_base64(value) + '"'; }

 private:
  std::string& json_;
  bool names_member_ = false;  ///< what comes next is the name of a member: in quotes whatever it is
};

}  // namespace weir::codec
