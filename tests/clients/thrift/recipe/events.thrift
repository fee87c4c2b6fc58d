struct UserCreatedEvent {
  1: required string userId,
  2: optional string name
}
