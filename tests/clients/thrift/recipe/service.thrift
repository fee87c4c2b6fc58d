// What such a client declares by itself around the three structs: a call for the command, and one for the query.
include "commands.thrift"
include "events.thrift"
include "queries.thrift"

struct Recorded {
  1: required string stream
  2: required i64 sequence
  3: required i64 position
}

service Users {
  Recorded createUser(1: commands.CreateUserCommand command)
  // The answer's first two fields are those of the event.
  events.UserCreatedEvent getUser(1: queries.GetUserQuery query)
}
