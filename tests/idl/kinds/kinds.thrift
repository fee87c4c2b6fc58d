namespace * weir.weir_test_kinds

// A value of every kind, in a field and in a list.

enum Colour {
  RED = 1
  GREEN = 2
}

struct Point {
  1: required i32 x
}

struct ABool {
  1: required bool value
}

struct AI8 {
  1: required i8 value
}

struct AI16 {
  1: required i16 value
}

struct AI32 {
  1: required i32 value
}

struct AI64 {
  1: required i64 value
}

struct ADouble {
  1: required double value
}

struct AString {
  1: required string value
}

struct ABinary {
  1: required binary value
}

struct AEnum {
  1: required Colour value
}

struct AList {
  1: required list<i32> value
}

struct ASet {
  1: required set<i32> value
}

struct AMap {
  1: required map<i32, i32> value
}

struct AStruct {
  1: required Point value
}

struct ListOfBool {
  1: required list<bool> value
}

struct ListOfI8 {
  1: required list<i8> value
}

struct ListOfI16 {
  1: required list<i16> value
}

struct ListOfI32 {
  1: required list<i32> value
}

struct ListOfI64 {
  1: required list<i64> value
}

struct ListOfDouble {
  1: required list<double> value
}

struct ListOfString {
  1: required list<string> value
}

struct ListOfBinary {
  1: required list<binary> value
}

struct ListOfEnum {
  1: required list<Colour> value
}

struct ListOfList {
  1: required list<list<i32>> value
}

struct ListOfSet {
  1: required list<set<i32>> value
}

struct ListOfMap {
  1: required list<map<i32, i32>> value
}

struct ListOfStruct {
  1: required list<Point> value
}

union Event {
  1: ABool aBool
  2: AI8 aI8
  3: AI16 aI16
  4: AI32 aI32
  5: AI64 aI64
  6: ADouble aDouble
  7: AString aString
  8: ABinary aBinary
  9: AEnum aEnum
  10: AList aList
  11: ASet aSet
  12: AMap aMap
  13: AStruct aStruct
  14: ListOfBool listOfBool
  15: ListOfI8 listOfI8
  16: ListOfI16 listOfI16
  17: ListOfI32 listOfI32
  18: ListOfI64 listOfI64
  19: ListOfDouble listOfDouble
  20: ListOfString listOfString
  21: ListOfBinary listOfBinary
  22: ListOfEnum listOfEnum
  23: ListOfList listOfList
  24: ListOfSet listOfSet
  25: ListOfMap listOfMap
  26: ListOfStruct listOfStruct
}
