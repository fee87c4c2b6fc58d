namespace * weir.weir_test_nasty

// Every type of Thrift in every place, to be hard on the codec.

enum Colour {
  RED = 1
  GREEN = 2
  BLUE = -7
}

/** @pattern ^[a-z]+$ */
typedef string Word

/**
 * @pattern ^[a-z]+$
 * @maxLength 4
 */
typedef string ShortWord

/** @minItems 1 */
typedef list<ShortWord> Words

/** @format date-time */
typedef i64 Moment

/** @string */
typedef i64 BigNumber

struct Empty {
}

struct Point {
  1: required i32 x
  2: required i32 y
}

/** Trees may be of any depth. */
struct Tree {
  1: optional string label
  2: optional list<Tree> children
  3: optional map<string, Tree> named
}

union Choice {
  1: i64 number
  2: string text
  3: Empty nothing
  4: Tree tree
  5: list<i32> numbers
  6: bool flag
  /** Far from the others, so that its field header takes the long form. */
  300: Point point
}

struct Scalars {
  1: bool yes
  2: i8 tiny
  3: i16 small
  4: i32 medium
  5: i64 large
  6: double real
  7: string text
  8: binary bytes
  9: Colour colour
  10: BigNumber big
  11: Moment moment
  12: optional Word word
  /** The word is Thrift's own. @json is no tag here, for it begins no line.
   * @json next
   */
  13: string nextOne
}

struct Containers {
  1: optional list<bool> flags
  2: optional list<i8> tinies
  3: optional list<double> reals
  4: optional list<binary> blobs
  5: optional set<string> names
  6: optional set<i64> numbers
  7: optional set<bool> both
  8: optional set<Point> corners
  9: optional map<string, i32> counts
  10: optional map<i64, string> byNumber
  11: optional map<BigNumber, string> byBigNumber
  12: optional map<Colour, string> byColour
  13: optional map<bool, string> byFlag
  14: optional map<Point, list<Choice>> byPoint
  15: optional map<double, i8> byReal
  16: optional map<binary, Colour> byBytes
  17: optional list<list<map<string, set<i16>>>> deep
  18: optional map<i8, bool> bits
  19: optional list<Choice> choices
  20: optional list<Empty> empties
  21: optional map<Moment, Moment> moments
  22: optional Words words
  23: optional set<double> realSet
  24: optional map<i16, BigNumber> bigNumbers
}

/** Field numbers that make every form of the compact protocol's field headers. */
struct Scattered {
  1: optional i32 first
  16: optional bool sixteenth
  17: optional bool seventeenth
  40: optional string far
  5000: optional i64 farther
  32767: optional bool last
}

struct Bounded {
  /**
   * @minLength 2
   * @maxLength 3
   */
  1: optional string text
  /**
   * @minimum -1.5
   * @maximum 10
   */
  2: optional double real
  /**
   * @minimum 1
   * @maximum 5
   */
  3: optional i32 number
  /**
   * @minItems 1
   * @maxItems 2
   */
  4: optional list<i32> items
  /** @maxItems 1 */
  5: optional map<string, i32> counts
  /** @maxLength 2 */
  6: optional binary bytes
  /** @pattern ^\p{Lu} */
  7: optional string capital
  /**
   * @minLength 2
   * @pattern [aeiou]
   */
  8: optional ShortWord word
  9: optional Words words
  /** @minimum 9007199254740992 */
  10: optional BigNumber big
  /** @format date */
  11: optional string day
}

/** Two fields at a time, of which one must not be before the other. */
struct Period {
  /**
   * @format date
   * @json from
   */
  1: optional string fromDay
  /**
   * @format date
   * @json to
   * @notBefore from
   */
  2: optional string toDay
  3: optional i32 least
  /** @notBefore least */
  4: optional i32 most
  /** @notBefore begins */
  5: optional Moment ends
  6: optional Moment begins
  7: optional i8 tiny
  /** @notBefore tiny */
  8: optional i8 tinier
  9: optional list<Period> inner
}

struct Defaults {
  1: optional bool yes = true
  2: optional i32 number = -5
  3: optional double real = 1.5
  4: optional string text = "a \"quoted\" < & text"
  5: optional Colour colour = Colour.GREEN
  6: optional list<i32> numbers = [1, 2, 3]
  7: optional map<string, i32> counts = {"one": 1, "two": 2}
  8: optional set<string> names = ["x", "y"]
  9: optional Point point = {"x": 1, "y": 2}
  10: optional i64 large = 9007199254740991
  11: optional Moment moment = 1700000000000000
  12: optional BigNumber big = 12
  13: optional map<Colour, bool> switches = {Colour.RED: true, Colour.BLUE: false}
  14: optional double whole = 2
  15: optional map<Point, string> byPoint = {{"x": 1, "y": 2}: "there"}
  16: optional binary bytes = "abc"
  17: optional i8 hex = 0x7f
  18: optional list<string> none = []
}

struct Everything {
  1: optional Scalars scalars
  2: optional Containers containers
  3: optional Choice choice
  4: optional Tree tree
  5: optional Scattered scattered
  6: optional Defaults defaults
  7: optional list<Everything> more
  8: optional Point point
}
