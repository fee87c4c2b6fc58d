namespace * weir.stored
namespace py weir.stored

// What Weir keeps on its own disk. Field numbers never change their meaning; what becomes needless is left out.

/** The value under stream and sequence (which stand in its key) in the family `events`. */
struct StoredEvent {
  1: required i64 position
  /** Microseconds since the epoch. */
  2: required i64 recordedAt
  /** The member of the domain's union `Event`. */
  3: required string type
  /** That member's struct, in the compact protocol. */
  4: required binary payload
  /** The 16 bytes of the command's UUID. */
  5: required binary commandId
  /** Which of the command's events this is, from 1: added to the command's UUID it makes the event's. */
  6: required i32 indexInCommand
  /** The 16 bytes of the event's UUID, where it is not the command's plus the index. */
  7: optional binary eventId
  8: optional string correlationId
  9: optional string causationId
  /** W3C Trace Context, version 00: 16 bytes of trace, 8 of parent, 1 of flags. */
  10: optional binary trace
  11: optional string actor
}

/** How far the rows of a view's family are: the value under the family's name in the family `meta`. */
struct StoredView {
  /** Whether queries are answered from it; else it is being built. */
  1: required bool serving
  /** Up to here the log is in the rows. Absent: every commit keeps it up with the log. */
  2: optional i64 checkpoint
  /** SHA-256 of the shape of its rows. */
  3: required binary shape
  /** Another family has taken its place, and it is to be dropped. */
  4: optional bool retired
}

/** An aggregate's state, under the stream's name in the family `snapshots`. */
struct StoredSnapshot {
  /** The last event in it. */
  1: required i64 sequence
  /** SHA-256 of the state's shape and the aggregate's version. */
  2: required binary shape
  /** The state, in the compact protocol. */
  3: required binary state
}

/** What one command of a remembered submission came to. */
struct RememberedResult {
  1: required string stream
  2: required i64 sequence
  3: required i64 position
}

/** The value, after 8 bytes of the time it ends at, under an idempotency key in the family `requests`. */
struct RememberedAnswer {
  /** SHA-256 of the commands. */
  1: required binary fingerprint
  2: required list<RememberedResult> results
  /** The first and the last position that the submission wrote; first > last if it wrote none. */
  3: required i64 firstPosition
  4: required i64 lastPosition
}
