namespace * weir
namespace py weir.weir

// What every domain shares.

/** What is known of where an event comes from. */
struct EventMetadata {
  /** The command that caused it, a UUID. */
  1: optional string commandId
  /** What the caller says belongs together. */
  2: optional string correlationId
  /** What the caller says was the cause. */
  3: optional string causationId
  /** W3C Trace Context of the request. */
  4: optional string traceparent
  /** Who asked for it. */
  5: optional string actor
}

/** An event as the log holds it, the same for every domain. */
struct RecordedEvent {
  /** Its place in the whole log: 1, 2, 3, ... */
  1: required i64 position
  /** The stream it belongs to: `user-u1`. */
  2: required string stream
  /** Its place in the stream: 1, 2, 3, ... */
  3: required i64 sequence
  /** A UUID of version 7, in its 16 bytes. */
  4: required binary eventId
  /** @format date-time */
  5: required i64 recordedAt
  /** The member of the domain's union `Event`: `userCreated`. */
  6: required string type
  /** That member's struct, in Thrift's compact protocol. */
  7: required binary payload
  8: optional EventMetadata metadata
  /** The personal values in it that were erased: JSON pointers, `/userCreated/name`. */
  9: optional list<string> erased
}

/** Events of a stream, or of the whole log, a page at a time. */
struct EventPage {
  1: required list<RecordedEvent> events
  /**
   * Of a stream's page: the sequence that the next page begins with; absent at the end.
   * @json next
   */
  2: optional i64 nextSequence
  /** Of a page of the log: how far was read, also past what a filter left out. Whoever goes on after it misses nothing. */
  3: optional i64 lastPosition
  /** Of a page of the log: where the log ends. */
  4: optional i64 headPosition
}

/** What a command came to. */
struct CommandResult {
  /** The stream the command was for. */
  1: required string stream
  /** The stream's last event. */
  2: required i64 sequence
  /** The command's last event in the log; of a command that changed nothing, its stream's (0: it does not exist). */
  3: required i64 position
  /** Whether this is the remembered answer to an idempotency key. */
  4: optional bool replayed
}

/** Who a credential belongs to. */
struct Caller {
  1: required string name
  2: required list<string> roles
  /**
   * When the credential expires; absent: it does not.
   * @format date-time
   */
  3: optional i64 expiresAt
}

/** How a command is to be carried out. */
struct ExecuteOptions {
  /**
   * The first success is remembered under this key for a day.
   * @minLength 1
   * @maxLength 255
   */
  1: optional string idempotencyKey
  /**
   * The sequence the stream must be at; 0: the stream must not exist.
   * @minimum 0
   */
  2: optional i64 expectedSequence
}

/** One rule that an input breaks. */
struct Violation {
  /** A JSON pointer (RFC 6901) into the command or query. */
  1: required string pointer
  2: required string detail
}

/** Why a call failed that broke no rule of the domain: RFC 9457's members. */
exception Problem {
  /** For example `/problems/validation`. */
  1: required string type
  2: required string title
  /** The HTTP status the same problem has. */
  3: required i32 status
  4: optional string detail
  5: optional list<Violation> errors
  /** Of a sequence mismatch. */
  6: optional i64 expected
  7: optional i64 actual
  /** `unknown`, where nobody can tell whether the command was carried out. */
  8: optional string outcome
}
