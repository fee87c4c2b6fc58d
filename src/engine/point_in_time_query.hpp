#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "base/caller.hpp"
#include "domain/catalog.hpp"
#include "engine/reads.hpp"
#include "state/applied_state.hpp"
#include "state/memory_rows.hpp"

namespace weir {

/// A query of one stream as of an earlier event: call fold() until it returns true, then answer(). It folds in pieces,
/// so that a long stream does not block the thread.
///
/// Lifetime:     the engine outlives it.
class point_in_time_query {
 public:
  /// Up to and including the event `until`, which must exist.
  point_in_time_query(const applied_state& state, const query_type& query, std::string compact, std::string stream,
                      sequence until, std::shared_ptr<const caller> by);

  /// Folds at most `events_max` further events. True once all are folded. Errors: errc::corrupt, errc::io;
  /// errc::invalid if the rows would take more than limits::folded_rows_bytes_max.
  [[nodiscard]] result<bool> fold(std::size_t events_max);

  /// The answer; it reflects the position of the last event folded.
  [[nodiscard]] result<query_answer> answer() const;

 private:
  [[nodiscard]] result<> fold(const stored_event& one);

  const applied_state* state_;
  const query_type* query_;
  std::string compact_;
  std::string stream_;
  sequence until_;
  std::shared_ptr<const caller> by_;
  sequence folded_;
  position reflects_;
  memory_rows rows_;
};

/// The last event of a stream that was recorded at that time or before; 0 if there is none. Errors: errc::corrupt,
/// errc::io.
[[nodiscard]] result<sequence> last_event_at(const log_rows& log, std::string_view stream, sequence head,
                                             timestamp time);

/// The domain's answer or refusal as a query_answer. Throws std::logic_error for a refusal that no IDL declares.
[[nodiscard]] query_answer answer_of(std::variant<std::string, refusal> answered, position reflects,
                                     const query_type& query, const catalog& domains);

}  // namespace weir
