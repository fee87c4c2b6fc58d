namespace * weir.weir_test_after

// The events of ../before, each changed in one thing.

enum Colour {
  RED = 1
  GREEN = 2
}

struct Place {
  1: required i32 x
  2: optional i32 y
  3: optional string name
}

struct Line {
  1: required string item
  2: required i32 count
}

struct Tree {
  1: optional string label
  2: optional list<Tree> children
  3: optional i32 height
}

enum Grown {
  RED = 1
  GREEN = 2
}

enum Shrunk {
  RED = 1
}

enum Renumbered {
  RED = 1
  GREEN = 3
}

enum Renamed {
  RED = 1
  /** @was GREEN */
  LIME = 2
}

union GrownUnion {
  1: i32 number
  2: string text
}

union ShrunkUnion {
  1: i32 number
}

union RenumberedUnion {
  1: i32 number
  3: string text
}

union RenamedUnion {
  1: i32 number
  /** @was text */
  2: string words
}

union Strict {
  1: i32 number
  2: string text
}

struct Loose2 {
  1: optional i32 number
  2: optional string text
}

struct OptionalAddedEvent {
  1: required string id
  2: optional string note
}

struct DefaultAddedEvent {
  1: required string id
  2: optional i32 count = 5
}

struct UnspecifiedAddedEvent {
  1: required string id
  2: i32 count
}

struct RequiredAddedEvent {
  1: required string id
  2: required i32 count
}

struct OptionalGoneEvent {
  1: required string id
}

struct RequiredGoneEvent {
  1: required string id
}

struct FieldRenamedEvent {
  1: required string id
  /** @was note */
  2: required string reason
}

struct NumberChangedEvent {
  1: required string id
  3: optional string note
}

struct NumberAndTypeChangedEvent {
  1: required string id
  3: required i64 count
}

struct NumberTakenEvent {
  1: required string id
  2: optional string reason
  3: optional string note
}

struct OptionalToRequiredEvent {
  1: required string id
  2: required string note
}

struct UnspecifiedToRequiredEvent {
  1: required string id
  2: required string note
}

struct RequiredToOptionalEvent {
  1: required string id
  2: optional string note
}

struct RequiredToUnspecifiedEvent {
  1: required string id
  2: string note
}

struct OptionalToUnspecifiedEvent {
  1: required string id
  2: string note
}

struct UnspecifiedToOptionalEvent {
  1: required string id
  2: optional string note
}

struct DefaultChangedEvent {
  1: required string id
  2: optional i32 count = 5
}

struct DefaultGivenEvent {
  1: required string id
  2: optional i32 count = 5
}

struct DefaultGoneEvent {
  1: required string id
  2: optional i32 count
}

struct DefaultOfRequiredChangedEvent {
  1: required string id
  2: required i32 count = 5
}

struct WidenedEvent {
  1: required string id
  2: optional i64 count
}

struct TextToBytesEvent {
  1: required binary text
}

struct BytesToTextEvent {
  1: required string bytes
}

struct EnumToNumberEvent {
  1: required i32 colour
}

struct NumberToEnumEvent {
  1: required Colour colour
}

struct ElementsWidenedEvent {
  1: required list<i64> counts
}

struct ListToSetEvent {
  1: required set<string> names
}

struct KeysWidenedEvent {
  1: required map<i64, string> byNumber
}

struct ValuesToNumbersEvent {
  1: required map<string, i32> byName
}

struct OtherStructEvent {
  1: required Place place
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
  1: required Strict value
}

struct UnionToStructEvent {
  1: required Loose2 value
}

struct RulesTightenedEvent {
  /** @pattern ^[a-z]+$ */
  1: required string text
}

struct EventRenamedEvent {
  1: required string id
}

struct EventOfNewTypeEvent {
  1: required string id
}

struct EventAddedEvent {
  1: required string id
}

struct EventWithNewNameAndTypeEvent {
  1: required string id
}

struct EventOfOtherNumberEvent {
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
  104: EventOfNewTypeEvent eventOfOtherType
  105: EventWithNewNameAndTypeEvent eventWithNewNameAndType
  202: EventRenamedEvent eventWithNewName
  203: EventOfOtherNumberEvent eventOfOtherNumber
  206: EventAddedEvent eventAdded
}
