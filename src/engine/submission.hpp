#pragma once

#include <any>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/caller.hpp"
#include "base/limits.hpp"
#include "base/numbers.hpp"
#include "domain/tables.hpp"
#include "log/commit.hpp"
#include "log/recorded_event.hpp"
#include "personal/vault.hpp"

namespace weir {

/// The condition on a command's stream (If-Match, If-None-Match) that must hold before the command is decided.
struct expectation {
  enum class kind { anything, exists, absent, at };
  kind is = kind::anything;
  weir::sequence at{};  ///< for kind::at
};

/// One command, decoded, checked and addressed.
struct addressed_command {
  const command_type* type;
  std::string stream;
  std::any command;  ///< the generated struct
  expectation expected;
};

/// Commands that are carried out together: all of them or none.
struct submission {
  std::vector<addressed_command> commands;  ///< 1 to limits::group_commands_max
  std::shared_ptr<const caller> by = anonymous();
  origin from;                                 ///< its actor is replaced by the caller's name
  std::optional<std::string> idempotency_key;  ///< stored per caller
  bool want_events = false;                    ///< whether the acceptance should hold the events
  /// Subjects whose personal data is erased; then there are no commands. The acceptance is `replayed` if all were erased
  /// before.
  std::vector<std::string> erases;
  /// They were erased before, on data that is lost: one is marked as erased also if it is unknown here.
  bool erased_before = false;
};

/// Everything is on disk.
struct acceptance {
  using item = command_result;
  std::vector<item> results;           ///< one for each command
  bool replayed = false;               ///< the stored answer of an idempotency key
  std::vector<recorded_event> events;  ///< if wanted; of all commands, in order
};

/// Nothing was written, for one of these reasons.
struct refused {
  std::size_t index;                   ///< of the command
  const schema::structure* exception;  ///< its name is the code
  std::string bytes;                   ///< its compact bytes
};
struct sequence_mismatch {
  std::size_t index;
  std::string stream;
  expectation expected;
  weir::sequence actual;  ///< 0: the stream does not exist
};
struct subject_erased {  ///< a command would record new personal values of a subject that was erased
  std::size_t index;     ///< of the command
  std::string subject;
};
struct subject_unknown {  ///< a subject is to be erased that has no personal values
  std::string subject;
};
struct key_reused {};  ///< the idempotency key was used for another command
struct overloaded {};  ///< the queue is full: try again later
struct unavailable {
  bool outcome_unknown;  ///< whether it may have been written nevertheless
  std::string detail;    ///< for the diagnostic log; not shown to clients
  std::string shown{};   ///< why, for clients; then the diagnostic log has it already
};
struct faulty {  ///< decide, evolve or a projection threw; the diagnostic log has the reason under the trace
  std::string detail;
};
struct damaged {  ///< stored data that the command needed cannot be read; the diagnostic log has the reason
  std::string detail;
};

using outcome = std::variant<acceptance, refused, sequence_mismatch, subject_erased, subject_unknown, key_reused,
                             overloaded, unavailable, faulty, damaged>;

/// A hash of a submission's commands: equal for equal commands, however their bytes arrived. SHA-256, or a keyed hash if
/// there are keys: nobody can then find out what is personal in a command by trying.
[[nodiscard]] std::string fingerprint_of(const std::vector<addressed_command>& commands, const personal::vault* keys);

}  // namespace weir
