#include <algorithm>
#include <limits>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "codec/builder.hpp"
#include "codec/codec.hpp"
#include "codec/scalar_text.hpp"

namespace weir::codec {
namespace {

using schema::kind;

constexpr std::string_view pair_wanted = "must be an array of a key and a value";
constexpr std::size_t shown_digits_max = 40;
constexpr int number_overflow = 406;  // the library's id of that fault

malformed fault_at(std::string_view json, std::size_t offset, std::string detail) {
  const std::string_view before = json.substr(0, std::min(offset, json.size()));
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  const auto line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return {std::move(detail), lines + 1, before.size() - line_begin + 1};
}

/// The sentence in the library's message, without what it quotes of the input, which may be anything.
std::string sentence_of(std::string_view message) {
  const auto place = message.find(": ");
  if (place != message.npos) message.remove_prefix(place + 2);
  const auto quote = message.find("; last read: '");
  std::string sentence(message.substr(0, quote));
  const auto expected = message.rfind("; expected ");
  if (quote != message.npos && expected != message.npos && expected > quote) sentence += message.substr(expected);
  return sentence;
}

/// How many of the bytes that were read last are the fault: of a token in the wrong place all of it, of a malformed one
/// only the byte that made it so. The library tells which it is in its message alone, and the token only of strings and
/// numbers.
std::size_t misplaced_bytes(std::string_view message, std::string_view token) {
  const auto says = [&](std::string_view words) { return message.find(words) != message.npos; };
  if (says("unexpected string literal") || says("unexpected number literal")) return token.size();
  if (says("unexpected true literal") || says("unexpected null literal")) return 4;
  if (says("unexpected false literal")) return 5;
  return 1;
}

/// Takes JSON's values as they are read, and gives them to the builder.
class json_source : public nlohmann::json_sax<nlohmann::json> {
 public:
  json_source(std::string_view json, builder& out) : json_(json), out_(out) {}

  bool null() override {
    if (wanted()) out_.null();
    return true;
  }

  bool boolean(bool value) override {
    if (!wanted()) return true;
    if (out_.expected().is == kind::boolean) {
      out_.boolean(value);
    } else {
      out_.mismatch("a boolean");
    }
    return true;
  }

  bool number_integer(std::int64_t value) override {
    if (wanted()) integer(value);
    return true;
  }

  bool number_unsigned(std::uint64_t value) override {
    if (!wanted()) return true;
    if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      integer(static_cast<std::int64_t>(value));
    } else {
      no_integer(static_cast<double>(value), std::to_string(value));
    }
    return true;
  }

  bool number_float(double value, const std::string& digits) override {
    if (wanted()) no_integer(value, digits);
    return true;
  }

  bool string(std::string& value) override {
    if (wanted()) put_json_string(out_, value);
    return true;
  }

  bool binary(nlohmann::json::binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t) override {
    if (!wanted()) return pass_over();
    const auto& of = out_.expected();
    if (of.is == kind::structure) {
      if (!out_.begin_structure()) return pass_over();
      levels_.push_back({level::structure, of.shape});
    } else if (of.is == kind::map && schema::names_members(*of.key)) {
      if (!out_.begin_container()) return pass_over();
      levels_.push_back({level::named_entries, nullptr});
    } else {
      out_.mismatch("an object");
      return pass_over();
    }
    return true;
  }

  bool key(std::string& name) override {
    if (passing_over_ > 0) return true;
    const level& in = levels_.back();
    if (in.is == level::named_entries) {
      out_.name_entry(name);
      put_bare_text(out_, name);
    } else if (const auto* field = in.shape->find(name)) {
      pass_over_next_ = !out_.member(*field);
    } else {
      out_.unknown_member(name);
      pass_over_next_ = true;
    }
    return true;
  }

  bool end_object() override {
    if (passed_over()) return true;
    const bool is_structure = levels_.back().is == level::structure;
    levels_.pop_back();
    if (is_structure) {
      out_.end_structure();
    } else {
      out_.end_container();
    }
    return true;
  }

  bool start_array(std::size_t) override {
    if (begins_pair()) {
      levels_.push_back({level::pair, nullptr});
      return true;
    }
    if (!wanted()) return pass_over();
    const auto& of = out_.expected();
    const bool is_list = of.is == kind::list || of.is == kind::set;
    if (!is_list && !(of.is == kind::map && !schema::names_members(*of.key))) {
      out_.mismatch("an array");
      return pass_over();
    }
    if (!out_.begin_container()) return pass_over();
    levels_.push_back({is_list ? level::elements : level::pairs, nullptr});
    return true;
  }

  bool end_array() override {
    if (passed_over()) return true;
    const level ended = levels_.back();
    levels_.pop_back();
    if (ended.is != level::pair) {
      out_.end_container();
    } else if (ended.values < 2) {
      out_.refuse_entry(pair_wanted);
    } else if (ended.values > 2) {
      out_.refuse_last_entry(pair_wanted);
    }
    return true;
  }

  bool parse_error(std::size_t read, const std::string& token, const nlohmann::json::exception& fault) override {
    const std::string_view message = fault.what();
    const bool too_large = fault.id == number_overflow;
    const std::size_t back = too_large ? token.size() : misplaced_bytes(message, token);
    malformed_ = fault_at(json_, read - std::min(back, read),
                          too_large ? "a number is too large for a double" : sentence_of(message));
    return false;
  }

  [[nodiscard]] std::optional<malformed>& fault() { return malformed_; }

 private:
  /// A JSON object or array whose values count.
  struct level {
    enum { structure, named_entries, elements, pairs, pair } is;
    const schema::structure* shape;
    std::size_t values = 0;  ///< of a pair
  };

  /// Whether the value that was just found is to go to the builder. Otherwise it is passed over with all that is in it.
  bool wanted() {
    if (passing_over_ > 0 || std::exchange(pass_over_next_, false)) return false;
    if (levels_.empty()) return true;
    level& in = levels_.back();
    if (in.is == level::pairs) {
      out_.refuse_entry(pair_wanted);
      return false;
    }
    return in.is != level::pair || ++in.values <= 2;
  }

  [[nodiscard]] bool begins_pair() const {
    return passing_over_ == 0 && !pass_over_next_ && !levels_.empty() && levels_.back().is == level::pairs;
  }

  bool pass_over() {
    ++passing_over_;
    return true;
  }

  bool passed_over() {
    if (passing_over_ == 0) return false;
    --passing_over_;
    return true;
  }

  void integer(std::int64_t value) {
    const auto& of = out_.expected();
    const bool as_text = of.demands.as_string || of.demands.date_time;
    switch (of.is) {
      case kind::i8:
      case kind::i16:
      case kind::i32:
      case kind::i64:
      case kind::enumeration:
        return as_text ? out_.mismatch("a number") : out_.integer(value);
      case kind::floating:
        return out_.floating(static_cast<double>(value));
      default:
        out_.mismatch("a number");
    }
  }

  void no_integer(double value, const std::string& digits) {
    if (out_.expected().is == kind::floating) return out_.floating(value);
    out_.mismatch(digits.size() > shown_digits_max ? "a number" : digits);
  }

  std::string_view json_;
  builder& out_;
  std::vector<level> levels_;
  std::size_t passing_over_ = 0;  ///< how many objects and arrays of no account are open
  bool pass_over_next_ = false;
  std::optional<malformed> malformed_;
};

}  // namespace

decoded from_json(std::string_view json, const schema::structure& shape) {
  // To the library a zero ends the text.
  if (const auto zero = json.find('\0'); zero != json.npos)
    return fault_at(json, zero, "a zero byte is no part of JSON");
  builder out(shape);
  json_source source(json, out);
  nlohmann::json::sax_parse(json.begin(), json.end(), &source);
  if (source.fault()) return std::move(*source.fault());
  return std::move(out).finish();
}

}  // namespace weir::codec
