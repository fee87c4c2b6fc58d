#include "auth/strict_json.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace weir::auth {
namespace {

using nlohmann::json;

constexpr int depth_max = 32;

struct refused {
  std::string why;
};

/// The names of each object that is open.
class member_watch {
 public:
  bool operator()(int depth, json::parse_event_t event, const json& parsed) {
    if (depth > depth_max) throw refused{"is nested deeper than " + std::to_string(depth_max)};
    if (event == json::parse_event_t::object_start) open_.emplace_back();
    if (event == json::parse_event_t::object_end) open_.pop_back();
    if (event == json::parse_event_t::key && !open_.back().insert(parsed.get<std::string>()).second) {
      throw refused{"has the member " + parsed.dump() + " twice in one object"};
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> open_;
};

std::string place_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto start = before.rfind('\n');
  const auto column = before.size() - (start == before.npos ? 0 : start + 1) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

}  // namespace

result<json> read_strict_json(std::string_view text) {
  try {
    member_watch watch;
    const auto look = [&](int depth, json::parse_event_t event, json& parsed) { return watch(depth, event, parsed); };
    // A JSON value can be converted to nearly everything, an error included.
    return result<json>(boost::system::in_place_value, json::parse(text.begin(), text.end(), look));
  } catch (const refused& fault) {
    return error{errc::invalid, fault.why};
  } catch (const json::parse_error& fault) {
    return error{errc::invalid, "is not JSON at " + place_of(text, fault.byte)};
  } catch (const json::exception&) {
    return error{errc::invalid, "holds a number that is out of range"};
  }
}

}  // namespace weir::auth
