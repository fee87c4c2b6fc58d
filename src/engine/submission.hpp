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

namespace weir {

/// What the stream of a command must be like for the command to be decided at all.
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
  origin from;                                 ///< its actor is the caller's name, whatever it says here
  std::optional<std::string> idempotency_key;  ///< two callers may use the same one: it is kept for each
  bool want_events = false;                    ///< whether the acceptance shall hold the events
};

/// Everything is on disk.
struct acceptance {
  using item = command_result;
  std::vector<item> results;           ///< one for each order
  bool replayed = false;               ///< the remembered answer to an idempotency key
  std::vector<recorded_event> events;  ///< if wanted; of all orders, in order
};

/// Nothing was written, for one of these reasons.
struct refused {
  std::size_t index;                   ///< of the order
  const schema::structure* exception;  ///< its name is the code
  std::string bytes;                   ///< its compact bytes
};
struct sequence_mismatch {
  std::size_t index;
  std::string stream;
  expectation expected;
  weir::sequence actual;  ///< 0: the stream does not exist
};
struct key_reused {};  ///< the idempotency key stands for another command
struct overloaded {};  ///< the queue is full: try again later
struct unavailable {
  bool outcome_unknown;  ///< whether it may have been written all the same
  std::string detail;    ///< for the log; nothing from it is for clients
};
struct faulty {  ///< decide, evolve or a projection threw: a fault of the domain, in the log under its trace
  std::string detail;
};
struct damaged {  ///< stored data that the command needed cannot be read; in the log under its trace
  std::string detail;
};

using outcome =
    std::variant<acceptance, refused, sequence_mismatch, key_reused, overloaded, unavailable, faulty, damaged>;

/// SHA-256 over a submission's commands: equal for equal commands, however their bytes arrived.
[[nodiscard]] std::string fingerprint_of(const std::vector<addressed_command>& commands);

}  // namespace weir
