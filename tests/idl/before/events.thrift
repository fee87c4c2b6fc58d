namespace * weir.weir_test_before

// Events as they were once. Each differs from its namesake in ../after in one thing.

enum Colour {
  RED = 1
  GREEN = 2
}

struct Point {
  1: required i32 x
  2: optional i32 y
}

struct Line {
  1: required string item
  2: optional i32 count
}

struct Tree {
  1: optional string label
  2: optional list<Tree> children
}

enum Grown {
  RED = 1
}

enum Shrunk {
  RED = 1
  GREEN = 2
}

enum Renumbered {
  RED = 1
  GREEN = 2
}

enum Renamed {
  RED = 1
  GREEN = 2
}

union GrownUnion {
  1: i32 number
}

union ShrunkUnion {
  1: i32 number
  2: string text
}

union RenumberedUnion {
  1: i32 number
  2: string text
}

union RenamedUnion {
  1: i32 number
  2: string text
}

struct Loose {
  1: optional i32 number
  2: optional string text
}

union Strict2 {
  1: i32 number
  2: string text
}

struct OptionalAddedEvent {
  1: required string id
}

struct DefaultAddedEvent {
  1: required string id
}

struct UnspecifiedAddedEvent {
  1: required string id
}

struct RequiredAddedEvent {
  1: required string id
}

struct OptionalGoneEvent {
  1: required string id
  2: optional string note
}

struct RequiredGoneEvent {
  1: required string id
  2: required string note
}

struct FieldRenamedEvent {
  1: required string id
  2: required string note
}

struct NumberChangedEvent {
  1: required string id
  2: required string note
}

struct NumberAndTypeChangedEvent {
  1: required string id
  2: required i32 count
}

struct NumberTakenEvent {
  1: required string id
  2: optional string note
}

struct OptionalToRequiredEvent {
  1: required string id
  2: optional string note
}

struct UnspecifiedToRequiredEvent {
  1: required string id
  2: string note
}

struct RequiredToOptionalEvent {
  1: required string id
  2: required string note
}

struct RequiredToUnspecifiedEvent {
  1: required string id
  2: required string note
}

struct OptionalToUnspecifiedEvent {
  1: required string id
  2: optional string note
}

struct UnspecifiedToOptionalEvent {
  1: required string id
  2: string note
}

struct DefaultChangedEvent {
  1: required string id
  2: optional i32 count = 3
}

struct DefaultGivenEvent {
  1: required string id
  2: optional i32 count
}

struct DefaultGoneEvent {
  1: required string id
  2: optional i32 count = 3
}

struct DefaultOfRequiredChangedEvent {
  1: required string id
  2: required i32 count = 3
}

struct WidenedEvent {
  1: required string id
  2: optional i32 count
}

struct TextToBytesEvent {
  1: required string text
}

struct BytesToTextEvent {
  1: required binary bytes
}

struct EnumToNumberEvent {
  1: required Colour colour
}

struct NumberToEnumEvent {
  1: required i32 colour
}

struct ElementsWidenedEvent {
  1: required list<i32> counts
}

struct ListToSetEvent {
  1: required list<string> names
}

struct KeysWidenedEvent {
  1: required map<i32, string> byNumber
}

struct ValuesToNumbersEvent {
  1: required map<string, Colour> byName
}

struct OtherStructEvent {
  1: required Point place
}

struct NestedFieldRequiredEvent {
  1: required list<Line> lines
}

struct RecursiveGrownEvent {
  1: required Tree tree
}

struct EnumGrownEvent {
  1: required Grown value
}

struct EnumShrunkEvent {
  1: required Shrunk value
}

struct EnumRenumberedEvent {
  1: required Renumbered value
}

struct EnumValueRenamedEvent {
  1: required Renamed value
}

struct UnionGrownEvent {
  1: required GrownUnion value
}

struct UnionShrunkEvent {
  1: required ShrunkUnion value
}

struct UnionRenumberedEvent {
  1: required RenumberedUnion value
}

struct UnionMemberRenamedEvent {
  1: required RenamedUnion value
}

struct StructToUnionEvent {
  1: required Loose value
}

struct UnionToStructEvent {
  1: required Strict2 value
}

struct RulesTightenedEvent {
  1: required string text
}

struct EventGoneEvent {
  1: required string id
}

struct EventRenamedEvent {
  1: required string id
}

struct EventOfOtherNumberEvent {
  1: required string id
}

struct EventOfOldTypeEvent {
  1: required string id
}

struct EventRenamedAndChangedEvent {
  1: required string id
}

union Event {
  1: OptionalAddedEvent optionalAdded
  2: DefaultAddedEvent defaultAdded
  3: UnspecifiedAddedEvent unspecifiedAdded
  4: RequiredAddedEvent requiredAdded
  5: OptionalGoneEvent optionalGone
  6: RequiredGoneEvent requiredGone
  7: FieldRenamedEvent fieldRenamed
  8: NumberChangedEvent numberChanged
  9: NumberAndTypeChangedEvent numberAndTypeChanged
  10: NumberTakenEvent numberTaken
  11: OptionalToRequiredEvent optionalToRequired
  12: UnspecifiedToRequiredEvent unspecifiedToRequired
  13: RequiredToOptionalEvent requiredToOptional
  14: RequiredToUnspecifiedEvent requiredToUnspecified
  15: OptionalToUnspecifiedEvent optionalToUnspecified
  16: UnspecifiedToOptionalEvent unspecifiedToOptional
  17: DefaultChangedEvent defaultChanged
  18: DefaultGivenEvent defaultGiven
  19: DefaultGoneEvent defaultGone
  20: DefaultOfRequiredChangedEvent defaultOfRequiredChanged
  21: WidenedEvent widened
  22: TextToBytesEvent textToBytes
  23: BytesToTextEvent bytesToText
  24: EnumToNumberEvent enumToNumber
  25: NumberToEnumEvent numberToEnum
  26: ElementsWidenedEvent elementsWidened
  27: ListToSetEvent listToSet
  28: KeysWidenedEvent keysWidened
  29: ValuesToNumbersEvent valuesToNumbers
  30: OtherStructEvent otherStruct
  31: NestedFieldRequiredEvent nestedFieldRequired
  32: RecursiveGrownEvent recursiveGrown
  33: EnumGrownEvent enumGrown
  34: EnumShrunkEvent enumShrunk
  35: EnumRenumberedEvent enumRenumbered
  36: EnumValueRenamedEvent enumValueRenamed
  37: UnionGrownEvent unionGrown
  38: UnionShrunkEvent unionShrunk
  39: UnionRenumberedEvent unionRenumbered
  40: UnionMemberRenamedEvent unionMemberRenamed
  41: StructToUnionEvent structToUnion
  42: UnionToStructEvent unionToStruct
  43: RulesTightenedEvent rulesTightened
  101: EventGoneEvent eventGone
  102: EventRenamedEvent eventRenamed
  103: EventOfOtherNumberEvent eventOfOtherNumber
  104: EventOfOldTypeEvent eventOfOtherType
  105: EventRenamedAndChangedEvent eventRenamedAndChanged
}
