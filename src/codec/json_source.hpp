#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "codec/builder.hpp"
#include "codec/codec.hpp"
#include "codec/scalar_text.hpp"

namespace weir::codec {

inline constexpr std::size_t shown_digits_max = 40;
inline constexpr std::string_view json_pair_wanted = "must be an array of a key and a value";

/// The place of a zero byte in a JSON text: the library would take it for the end.
[[nodiscard]] std::optional<malformed> find_zero(std::string_view json);

/// The fault at which nlohmann's parser stopped, as a sentence of Weir.
[[nodiscard]] malformed json_fault(std::string_view json, std::size_t read, const std::string& token,
                                   const nlohmann::json::exception& fault);

/// Passes JSON values to the builder as they are parsed.
class json_source final : public nlohmann::json_sax<nlohmann::json> {
 public:
  json_source(std::string_view json, builder& out) : json_(json), out_(out) {}

  bool null() override {
    if (wanted()) out_.null();
    return true;
  }

  bool boolean(bool value) override {
    if (!wanted()) return true;
    if (out_.expected().is == schema::kind::boolean) {
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
    if (of.is == schema::kind::structure) {
      if (!out_.begin_structure()) return pass_over();
      levels_.push_back({level::structure, of.shape});
    } else if (of.is == schema::kind::map && schema::names_members(*of.key)) {
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
    } else if (const auto* field = field_of(*in.shape, name)) {
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
    const bool is_list = of.is == schema::kind::list || of.is == schema::kind::set;
    if (!is_list && !(of.is == schema::kind::map && !schema::names_members(*of.key))) {
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
      out_.refuse_entry(json_pair_wanted);
    } else if (ended.values > 2) {
      out_.refuse_last_entry(json_pair_wanted);
    }
    return true;
  }

  bool parse_error(std::size_t read, const std::string& token, const nlohmann::json::exception& fault) override {
    malformed_ = json_fault(json_, read, token, fault);
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

  [[nodiscard]] const schema::field* field_of(const schema::structure& shape, std::string_view name) const {
    const auto* const field = shape.find(name);
    return field || !out_.takes_former_names() ? field : shape.find_former(name);
  }

  /// Whether the value that was just found goes to the builder. Otherwise it is skipped with its content.
  bool wanted() {
    if (passing_over_ > 0 || std::exchange(pass_over_next_, false)) return false;
    if (levels_.empty()) return true;
    level& in = levels_.back();
    if (in.is == level::pairs) {
      out_.refuse_entry(json_pair_wanted);
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
    const bool as_text = of.demands.as_string || (of.demands.date_time && !out_.takes_beyond_dates(value));
    switch (of.is) {
      case schema::kind::i8:
      case schema::kind::i16:
      case schema::kind::i32:
      case schema::kind::i64:
      case schema::kind::enumeration:
        return as_text ? out_.mismatch("a number") : out_.integer(value);
      case schema::kind::floating:
        return out_.floating(static_cast<double>(value));
      default:
        out_.mismatch("a number");
    }
  }

  void no_integer(double value, const std::string& digits) {
    if (out_.expected().is == schema::kind::floating) return out_.floating(value);
    out_.mismatch(digits.size() > shown_digits_max ? "a number" : digits);
  }

  std::string_view json_;
  builder& out_;
  std::vector<level> levels_;
  std::size_t passing_over_ = 0;  ///< how many skipped objects and arrays are open
  bool pass_over_next_ = false;
  std::optional<malformed> malformed_;
};

}  // namespace weir::codec
