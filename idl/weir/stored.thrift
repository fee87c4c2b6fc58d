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

/** What one command of a submission with an idempotency key came to. */
struct StoredAnswerItem {
  1: required string stream
  2: required i64 sequence
  3: required i64 position
}

/** The value, after 8 bytes of the time it ends at, under an idempotency key in the family `requests`. */
struct StoredAnswer {
  /** SHA-256 of the commands. */
  1: required binary fingerprint
  2: required list<StoredAnswerItem> results
  /** The first and the last position that the submission wrote; first > last if it wrote none. */
  3: required i64 firstPosition
  4: required i64 lastPosition
}

/** An event as a commit holds it. */
struct StoredCommitEvent {
  1: required string stream
  2: required i64 sequence
  /** A StoredEvent, in the compact protocol. */
  3: required binary event
}

/** The answer to a submission that had an idempotency key, as a commit holds it. */
struct StoredCommitAnswer {
  /** The caller's name; empty for callers that are not authenticated. */
  1: required string caller
  2: required string key
  /** Microseconds since the epoch. */
  3: required i64 expiresAt
  4: required StoredAnswer answer
}

/** A new subject of personal data, and the key that its values are encrypted with. */
struct StoredSubject {
  1: required string subject
  /** The number of its slot in the files of keys. */
  2: required i64 key
}

/** What one batch adds to the event log. */
struct StoredCommit {
  /** 1, 2, 3, ... without a gap. */
  1: required i64 number
  /** Of the leader that wrote it; 0: written before the log had commits. */
  2: required i64 epoch
  /** Of its first event; of a commit without events, the position of the next event. */
  3: required i64 firstPosition
  /** SHA-256 of the commit before it; 32 zero bytes in the first. */
  4: required binary previousHash
  /** Microseconds since the epoch: none of its events was recorded later. */
  5: required i64 committedAt
  6: required list<StoredCommitEvent> events
  7: required list<StoredCommitAnswer> answers
  /** New subjects of personal data, by ascending keys. Absent if there are none. */
  8: optional list<StoredSubject> subjects
  /** Subjects whose personal data is erased with this commit. Absent if there are none. */
  9: optional list<StoredSubject> erasures
}

/**
 * A commit without its events, which stand in the family `events`: the value under the commit's number in the family
 * `commits`.
 */
struct StoredCommitFrame {
  1: required i64 epoch
  2: required i64 firstPosition
  3: required i32 eventCount
  4: required binary previousHash
  5: required i64 committedAt
  6: required list<StoredCommitAnswer> answers
  /** SHA-256 of the whole commit. */
  7: required binary hash
  /** As in StoredCommit. */
  8: optional list<StoredSubject> subjects
  9: optional list<StoredSubject> erasures
}

/** Where a log that was restored goes on from another one. */
struct StoredBranch {
  /** The 16 bytes of a UUID: what the log is called from there on. */
  1: required binary id
  /** The last position that both have. */
  2: required i64 position
  /** SHA-256 of the last commit that both have. */
  3: required binary hash
  /** Microseconds since the epoch. */
  4: required i64 madeAt
}

/** Which event log this is: the value under `log` in the family `meta`. */
struct StoredLogIdentity {
  /** The 16 bytes of a UUID, made with the log. */
  1: required binary id
  /** Microseconds since the epoch. */
  2: required i64 madeAt
  /** From the oldest on. */
  3: required list<StoredBranch> branches
}
