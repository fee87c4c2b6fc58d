#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir::schema {

/// One `@name value` at the start of a line of a doc comment.
struct tag {
  std::string name;   ///< without the @
  std::string value;  ///< the rest of the line, trimmed; "" if there is none
};

/// A doc comment, split into the text for people and the tags for Weir.
struct doc_comment {
  std::string prose;
  std::vector<tag> tags;  ///< in their order
};

/// Splits a comment's text, as Thrift's XML holds it, line by line.
[[nodiscard]] doc_comment read_doc_comment(std::string_view text);

}  // namespace weir::schema
