#include "schema/shape_text.hpp"

#include <set>

namespace weir::schema {
namespace {

/// Each struct and enum is written once; where it comes again its name stands for it.
class shape_writer {
 public:
  void write(const structure& of) {
    if (!written_.insert(of.scope + "." + of.name).second) {
      text_ += of.scope + "." + of.name;
      return;
    }
    text_ += of.category == category::union_ ? "union{" : "struct{";
    for (const field& each : of.fields) {
      text_ += std::to_string(each.id);
      text_ += each.presence == requiredness::required ? "!" : each.presence == requiredness::optional ? "?" : ":";
      write(each.type);
      text_ += ' ';
    }
    text_ += '}';
  }

  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  void write(const type& of) {
    switch (of.is) {
      case kind::boolean:
        text_ += "bool";
        break;
      case kind::i8:
        text_ += "i8";
        break;
      case kind::i16:
        text_ += "i16";
        break;
      case kind::i32:
        text_ += "i32";
        break;
      case kind::i64:
        text_ += "i64";
        break;
      case kind::floating:
        text_ += "double";
        break;
      case kind::string:
        text_ += "string";
        break;
      case kind::binary:
        text_ += "binary";
        break;
      case kind::enumeration:
        write(*of.names);
        break;
      case kind::list:
        write_container("list", of);
        break;
      case kind::set:
        write_container("set", of);
        break;
      case kind::map:
        write_container("map", of);
        break;
      case kind::structure:
        write(*of.shape);
        break;
    }
  }

  void write(const enumeration& of) {
    text_ += "enum{";
    for (const enumeration::member& each : of.members) text_ += each.name + "=" + std::to_string(each.value) + " ";
    text_ += '}';
  }

  void write_container(const char* name, const type& of) {
    text_ += name;
    text_ += '<';
    if (of.key) {
      write(*of.key);
      text_ += ',';
    }
    write(*of.element);
    text_ += '>';
  }

  std::set<std::string> written_;
  std::string text_;
};

}  // namespace

std::string shape_text(const structure& of) {
  shape_writer writer;
  writer.write(of);
  return std::move(writer).text();
}

}  // namespace weir::schema
