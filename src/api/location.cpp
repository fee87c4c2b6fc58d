#include "api/location.hpp"

#include "base/url.hpp"
#include "codec/codec.hpp"
#include "http/target.hpp"
#include "schema/name_template.hpp"

namespace weir::api {

location::location(const domain& of, const schema::structure& command) {
  if (!command.stream) return;
  for (const auto& query : of.queries) {
    const schema::method& method = *query->method;
    const auto& stream = query->shape->stream;
    if (method.path.empty() || !stream || !schema::name_alike(*stream, *command.stream)) continue;
    std::string_view rest = method.path;
    while (!rest.empty()) {
      const std::size_t open = std::min(rest.find('{'), rest.size());
      const std::size_t close = std::min(rest.find('}', open), rest.size());
      const schema::field* field = nullptr;
      if (open < rest.size()) {
        field = schema::counterpart(rest.substr(open + 1, close - open - 1), *stream, *command.stream);
        if (field == nullptr) {  // a path by something that the stream's name does not say
          parts_.clear();
          break;
        }
      }
      parts_.push_back({std::string(rest.substr(0, open)), field});
      rest.remove_prefix(std::min(close + 1, rest.size()));
    }
    if (!parts_.empty()) return;
  }
}

std::optional<std::string> location::of(std::string_view compact, const schema::structure& command) const {
  if (parts_.empty()) return std::nullopt;
  std::string path;
  for (const part& each : parts_) {
    path += each.literal;
    if (each.field == nullptr) continue;
    const auto value = codec::field_text(compact, command, *each.field);
    if (!value) return std::nullopt;
    append_path_segment(path, *value);
  }
  return path;
}

}  // namespace weir::api
