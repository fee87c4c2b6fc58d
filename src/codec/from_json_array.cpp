#include <algorithm>

#include "base/limits.hpp"
#include "codec/json_source.hpp"

namespace weir::codec {
namespace {

/// Takes the elements of the outermost array one after another, and makes each with a builder of its own.
class json_elements final : public nlohmann::json_sax<nlohmann::json> {
 public:
  json_elements(std::string_view json, const schema::structure& shape, std::size_t elements_max)
      : json_(json), shape_(shape), elements_max_(elements_max) {}

  bool null() override {
    return value([](json_source& to) { to.null(); });
  }
  bool boolean(bool given) override {
    return value([given](json_source& to) { to.boolean(given); });
  }
  bool number_integer(std::int64_t given) override {
    return value([given](json_source& to) { to.number_integer(given); });
  }
  bool number_unsigned(std::uint64_t given) override {
    return value([given](json_source& to) { to.number_unsigned(given); });
  }
  bool number_float(double given, const std::string& digits) override {
    return value([&](json_source& to) { to.number_float(given, digits); });
  }
  bool string(std::string& given) override {
    return value([&given](json_source& to) { to.string(given); });
  }
  bool binary(nlohmann::json::binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t size) override {
    if (depth_++ == 1) begin();
    give([size](json_source& to) { to.start_object(size); });
    return true;
  }

  bool key(std::string& name) override {
    give([&name](json_source& to) { to.key(name); });
    return true;
  }

  bool end_object() override {
    give([](json_source& to) { to.end_object(); });
    leave();
    return true;
  }

  bool start_array(std::size_t size) override {
    const std::size_t outside = depth_++;
    if (outside == 0) {
      is_array_ = true;
      return true;
    }
    if (outside == 1) begin();
    give([size](json_source& to) { to.start_array(size); });
    return true;
  }

  bool end_array() override {
    give([](json_source& to) { to.end_array(); });
    leave();
    return true;
  }

  bool parse_error(std::size_t read, const std::string& token, const nlohmann::json::exception& fault) override {
    malformed_ = json_fault(json_, read, token, fault);
    return false;
  }

  [[nodiscard]] std::variant<std::vector<std::string>, malformed, invalid> finish() && {
    if (malformed_) return std::move(*malformed_);
    if (!is_array_) {
      refuse({}, "must be an array");
    } else if (count_ == 0 || count_ > elements_max_) {
      invalid_.violations.insert(invalid_.violations.begin(), {"", "must have 1 to " + std::to_string(elements_max_) +
                                                                       " elements, and has " + std::to_string(count_)});
      invalid_.violations.resize(std::min(invalid_.violations.size(), limits::violations_max));
    }
    if (!invalid_.violations.empty()) return std::move(invalid_);
    return std::move(elements_);
  }

 private:
  struct element {
    element(std::string_view json, const schema::structure& shape) : out(shape), source(json, out) {}
    builder out;
    json_source source;
  };

  template <class Function>
  void give(Function function) {
    if (element_) function(element_->source);
  }

  template <class Function>
  bool value(Function function) {
    if (depth_ == 1) begin();
    give(function);
    if (depth_ == 1) end();
    return true;
  }

  void leave() {
    if (--depth_ == 1) end();
  }

  /// Elements beyond those that are taken are read, and that is all.
  void begin() {
    if (is_array_ && ++count_ <= elements_max_) element_.emplace(json_, shape_);
  }

  void end() {
    if (!element_) return;
    decoded made = std::move(element_->out).finish();
    if (auto* compact = std::get_if<std::string>(&made)) {
      if (invalid_.violations.empty()) elements_.push_back(std::move(*compact));
    } else {
      auto& faults = std::get<invalid>(made);
      const std::string place = "/" + std::to_string(count_ - 1);
      for (violation& each : faults.violations) refuse(place + each.pointer, std::move(each.detail));
      if (!invalid_.unknown_member) invalid_.unknown_member = std::move(faults.unknown_member);
    }
    element_.reset();
  }

  void refuse(std::string pointer, std::string detail) {
    if (invalid_.violations.size() == limits::violations_max) return;
    invalid_.violations.push_back({std::move(pointer), std::move(detail)});
  }

  std::string_view json_;
  const schema::structure& shape_;
  const std::size_t elements_max_;
  std::size_t depth_ = 0;  ///< of open objects and arrays, the outermost one included
  std::size_t count_ = 0;  ///< of elements that have begun
  bool is_array_ = false;
  std::optional<element> element_;  ///< the one in progress
  std::vector<std::string> elements_;
  std::optional<malformed> malformed_;
  invalid invalid_;
};

}  // namespace

std::variant<std::vector<std::string>, malformed, invalid> from_json_array(std::string_view json,
                                                                           const schema::structure& shape,
                                                                           std::size_t elements_max) {
  if (auto zero = find_zero(json)) return std::move(*zero);
  json_elements elements(json, shape, elements_max);
  nlohmann::json::sax_parse(json.begin(), json.end(), &elements);
  return std::move(elements).finish();
}

}  // namespace weir::codec
