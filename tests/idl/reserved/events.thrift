namespace * weir.reserved

/**
 * Its second field has a name that Thrift reserves; the words switch and "switch" in comments are none.
 */
struct SplitEvent {
  // switch
  1: required string first
  2: required string switch
}
