#include <nlohmann/json.hpp>

#include "codec/codec.hpp"

namespace weir::codec {
namespace {

/// Reads until it has met the member.
class member_finder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit member_finder(std::string_view name) : name_(name) {}

  bool null() override { return !met_; }
  bool boolean(bool) override { return !met_; }
  bool number_integer(std::int64_t) override { return !met_; }
  bool number_unsigned(std::uint64_t) override { return !met_; }
  bool number_float(double, const std::string&) override { return !met_; }
  bool binary(nlohmann::json::binary_t&) override { return false; }

  bool string(std::string& value) override {
    if (met_) text_ = std::move(value);
    return !met_;
  }

  bool start_object(std::size_t) override { return deeper(); }
  bool start_array(std::size_t) override { return depth_ > 0 && deeper(); }
  bool end_object() override { return --depth_ > 0; }
  bool end_array() override { return --depth_ > 0; }

  bool key(std::string& found) override {
    met_ = depth_ == 1 && found == name_;
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override { return false; }

  [[nodiscard]] std::optional<std::string>& text() { return text_; }

 private:
  bool deeper() {
    ++depth_;
    return !met_;
  }

  const std::string_view name_;
  std::size_t depth_ = 0;
  bool met_ = false;  ///< its value is what comes next
  std::optional<std::string> text_;
};

}  // namespace

std::optional<std::string> json_text_member(std::string_view json, std::string_view name) {
  member_finder finder(name);
  nlohmann::json::sax_parse(json.begin(), json.end(), &finder);
  return std::move(finder.text());
}

}  // namespace weir::codec
