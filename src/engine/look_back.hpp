#pragma once

#include "engine/engine.hpp"
#include "engine/memory_rows.hpp"

namespace weir {

/// See look_back in engine.hpp.
class look_back::implementation {
 public:
  /// Up to and with the event `until`, which exists.
  implementation(const journal& log, const catalog& domains, const query_type& query, std::string compact,
                 std::string stream, sequence until);

  [[nodiscard]] result<bool> fold(std::size_t events_max);
  [[nodiscard]] result<query_answer> answer() const;

 private:
  [[nodiscard]] result<> apply(const stored_record& stored);

  const journal& journal_;
  const catalog& domains_;
  const query_type& query_;
  std::string compact_;
  std::string stream_;
  sequence until_;
  sequence folded_;
  position reflects_;
  memory_rows rows_;
};

/// The last event of a stream that was recorded at that time or before; 0 if there is none. Errors: errc::corrupt,
/// errc::io.
[[nodiscard]] result<sequence> last_event_at(const journal& log, std::string_view stream, sequence head,
                                             timestamp time);

/// What answered, as the answer to a query. Throws std::logic_error if it is a refusal that no IDL declares.
[[nodiscard]] query_answer answer_of(std::variant<std::string, refusal> answered, position reflects,
                                     const query_type& query, const catalog& domains);

}  // namespace weir
