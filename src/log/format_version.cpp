#include "log/format_version.hpp"

#include <charconv>

#include "log/format.hpp"

namespace weir {
namespace {

constexpr std::string_view format_key = "format";

result<int> version_of_unmarked(const store& in) {
  auto events = in.scan(in.find("events"));
  events.seek("");
  if (events.valid()) return error{errc::corrupt, "there are events, but no mark of the format that they are in"};
  if (const auto status = events.status(); !status) return status.error();
  return 0;
}

}  // namespace

result<int> stored_format_version(const store& in) {
  const auto marked = in.get(in.find("meta"), format_key);
  if (!marked) return marked.error();
  if (!*marked) return version_of_unmarked(in);

  int version = 0;
  const auto [end, fault] = std::from_chars((*marked)->data(), (*marked)->data() + (*marked)->size(), version);
  if (fault != std::errc{} || end != (*marked)->data() + (*marked)->size() || version < 1) {
    return error{errc::corrupt, "the mark of the format is not a number: " + **marked};
  }
  if (version > format::version) {
    return error{errc::newer_format, "the data is in format " + std::to_string(version) +
                                         ", written by a newer Weir; this one reads up to format " +
                                         std::to_string(format::version) +
                                         ": upgrade Weir, or restore a backup made by this version"};
  }
  return version;
}

void put_format_version(const store& in, store::batch& into) {
  into.put(in.find("meta"), format_key, std::to_string(format::version));
}

}  // namespace weir
