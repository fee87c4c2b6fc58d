struct GetUserQuery {
  1: required string userId
}
