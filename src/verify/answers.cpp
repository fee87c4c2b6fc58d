#include "verify/answers.hpp"

#include "base/bytes.hpp"
#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

constexpr std::size_t time_bytes = 8;

bool has_expired(std::string_view row, timestamp now) {
  return read_big_endian(row) <= static_cast<std::uint64_t>(now.time_since_epoch().count());
}

}  // namespace

std::string why_not_an_answer(std::optional<std::string_view> there, std::optional<std::string_view> expected,
                              position without_answers, timestamp now) {
  if (!there)
    return has_expired(*expected, now) ? "" : "the answer is missing: a commit has it, and it has not expired";
  if (there->size() < time_bytes) return "the row is no answer: it is too short";
  stored::StoredAnswer answer;
  try {
    answer = codec::decode<stored::StoredAnswer>(std::string(there->substr(time_bytes)));
  } catch (const apache::thrift::TException& e) {
    return std::string("the row is no answer: ") + e.what();
  }
  if (expected) return "the answer is not the one that its commit has";
  const bool is_older =
      answer.lastPosition >= 0 && static_cast<std::uint64_t>(answer.lastPosition) <= without_answers.value;
  return is_older ? "" : "no commit has this answer";
}

}  // namespace weir
