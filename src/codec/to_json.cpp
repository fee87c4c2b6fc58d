#include "codec/codec.hpp"
#include "codec/json_sink.hpp"
#include "codec/walk.hpp"

namespace weir::codec {

result<> to_json(std::string_view compact, const schema::structure& shape, std::string& json) {
  const std::size_t before = json.size();
  try {
    json_sink out(json);
    walk(compact, shape, out);
    return {};
  } catch (const corrupt_bytes& fault) {
    json.resize(before);
    return error{errc::corrupt, shape.name + ": " + fault.what};
  }
}

}  // namespace weir::codec
