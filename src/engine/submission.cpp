#include "engine/submission.hpp"

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace weir {

std::string fingerprint_of(const std::vector<addressed_command>& commands, const personal::vault* keys) {
  std::string all;
  const auto append = [&all](std::string_view part) {
    append_big_endian(all, part.size());
    all += part;
  };
  for (const addressed_command& one : commands) {
    append(one.type->name);
    append(one.type->encode(one.command));
  }
  return keys ? keys->hash("fingerprint", all) : sha256(all);
}

}  // namespace weir
