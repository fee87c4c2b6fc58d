namespace * weir.reserved

/**
 * Its second field has a name that Thrift reserves; the words next and "next" in comments are none.
 */
struct SplitEvent {
  // next
  1: required string first
  2: required string next
}
