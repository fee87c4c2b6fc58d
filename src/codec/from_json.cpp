#include "codec/json_source.hpp"

namespace weir::codec {

decoded from_json(std::string_view json, const schema::structure& shape, checks held_against) {
  if (auto zero = find_zero(json)) return std::move(*zero);
  builder out(shape, held_against);
  json_source source(json, out);
  nlohmann::json::sax_parse(json.begin(), json.end(), &source);
  if (source.fault()) return std::move(*source.fault());
  return std::move(out).finish();
}

}  // namespace weir::codec
