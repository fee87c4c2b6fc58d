include "types.thrift"

namespace * weir.weir_test_nasty

/**
 * Does it all.
 * @stream thing-{number}-{word}
 * @throws Impossible
 */
struct DoCommand {
  1: required i64 number
  2: required types.Word word
  3: optional types.Everything everything
}

/** @stream other-{moment} */
struct UndoCommand {
  1: required types.Moment moment
}

/** It cannot be done. */
exception Impossible {
  1: required string why
  /** Every problem has a status of its own.
   * @json impossibleStatus
   */
  2: optional string status
}

union Command {
  1: DoCommand doIt
  2: UndoCommand undoIt
}

struct DoneEvent {
  1: required types.Everything everything
}

union Event {
  1: DoneEvent done
}

struct FindQuery {
  1: required i64 number
  2: optional bool exact
  3: optional types.Colour colour
  4: optional types.Moment since
  5: optional list<types.Word> words
  6: optional set<i32> numbers
  7: optional double real
  8: optional binary bytes
}
