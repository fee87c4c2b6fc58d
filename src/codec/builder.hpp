#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "codec/checks.hpp"
#include "codec/codec.hpp"
#include "codec/compact_format.hpp"
#include "schema/schema.hpp"

namespace weir::codec {

/// Makes compact bytes from the values that a source reads one after another, and checks each against the schema.
///
/// A source (JSON, a Thrift protocol, parameters) asks expected(). Then it gives a value of that type, or begins a
/// structure or container of it and gives its content, or refuses the value. Every fault is recorded with its pointer,
/// and the source continues. Members keep the order in which they are given.
class builder {
 public:
  explicit builder(const schema::structure& shape, checks held_against = checks::every_rule);

  /// The type of the value that comes next.
  [[nodiscard]] const schema::type& expected() const;
  /// What that value must be, as the object of "must be".
  [[nodiscard]] std::string expectation() const;
  /// Whether former names are accepted too: in values that were accepted earlier.
  [[nodiscard]] bool takes_former_names() const { return !checks_rules(); }
  /// Whether a date-time may be an integer outside the range of RFC 3339, and this one is.
  [[nodiscard]] bool takes_beyond_dates(std::int64_t microseconds) const;

  // A value, in place of which expected() says what may be.
  void boolean(bool value);
  void integer(std::int64_t value);  ///< of any width; an enum's number; a date-time's microseconds
  void floating(double value);
  void text(std::string_view value);  ///< must be UTF-8
  void binary(std::string_view value);
  void null();                            ///< in a member: it is not set; elsewhere a fault
  void refuse(std::string detail);        ///< there is a value, but not of this type
  void mismatch(std::string_view found);  ///< refuses: "must be an object, not an array"

  // Structures. begin_structure() is false if that is too deep, after which the value counts as refused.
  [[nodiscard]] bool begin_structure();
  [[nodiscard]] bool member(const schema::field& field);  ///< the next member; false: it is a duplicate, skip it
  void unknown_member(std::string_view name);             ///< skip its value
  void end_structure();

  // Lists, sets and maps. In a map a key and a value take turns.
  [[nodiscard]] bool begin_container();
  void name_entry(std::string_view name);           ///< before a key that names a member: for the pointers
  void refuse_entry(std::string_view detail);       ///< of a map: the entry that is not complete yet
  void refuse_last_entry(std::string_view detail);  ///< of a map: the entry that was complete
  void end_container();

  /// Whether something was refused so far.
  [[nodiscard]] bool faulty() const { return faults_ != 0; }

  /// The bytes, or all faults. To be called after the outermost structure has ended.
  [[nodiscard]] decoded finish() &&;

 private:
  /// Which members of a struct were there, by their place among its fields.
  class member_set {
   public:
    /// Whether it is new.
    bool insert(std::size_t place);
    [[nodiscard]] bool contains(std::size_t place) const;
    void clear();

   private:
    std::uint64_t low_ = 0;
    std::vector<bool> high_;  ///< from the 65th on
  };

  struct span {
    std::size_t index, begin, end;
  };

  /// A structure or a container that has begun and not ended.
  struct frame {
    const schema::type* type = nullptr;
    std::size_t content_begin = 0;
    std::size_t value_begin = 0;  ///< of the element, key or member that comes next or is in progress
    std::size_t faults_before_value = 0;
    std::size_t count = 0;     ///< of elements, entries or set members
    bool at_key = false;       ///< of a map: a key comes next
    std::int16_t last_id = 0;  ///< of a structure
    const schema::field* field = nullptr;
    std::string name;  ///< of the entry or unknown member
    member_set seen, filled;
    std::vector<span> unique;    ///< the faultless elements of a set, keys of a map
    std::vector<span> compared;  ///< the faultless members of a struct that has periods, by their places
  };

  [[nodiscard]] frame& top() { return frames_[depth_ - 1]; }
  [[nodiscard]] const frame& top() const { return frames_[depth_ - 1]; }
  [[nodiscard]] static bool named(const frame& f);

  void begin_value(wire type);
  void end_value();
  [[nodiscard]] bool push();
  void pop();

  void report(const faults& found);
  void report_at(std::string pointer, std::string detail);
  /// The pointer to the value in progress in the `levels` outermost frames.
  [[nodiscard]] std::string pointer(std::size_t levels) const;
  [[nodiscard]] std::string pointer() const { return pointer(depth_); }
  void check_required(const frame& f);
  void check_union(const frame& f);
  void check_periods(const frame& f);
  void check_unique(const frame& f);
  [[nodiscard]] bool has_periods(const frame& f) const;
  [[nodiscard]] std::string entry_name(const frame& f, const span& key) const;

  [[nodiscard]] bool checks_rules() const { return held_against_ == checks::every_rule; }
  [[nodiscard]] std::size_t depth_max() const;

  const checks held_against_;
  schema::type root_;
  std::string bytes_;
  std::vector<frame> frames_;  ///< the first depth_ are in use; the others keep their memory
  std::size_t depth_ = 0;
  std::size_t faults_ = 0;  ///< all of them, also beyond those that are kept
  invalid invalid_;
};

}  // namespace weir::codec
