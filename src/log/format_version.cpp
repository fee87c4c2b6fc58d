#include "log/format_version.hpp"

#include <charconv>

#include "log/format.hpp"

namespace weir {
namespace {

constexpr std::string_view format_key = "format";

result<> put_mark(store& in) {
  auto batch = in.begin();
  batch.put(in.find("meta"), format_key, std::to_string(format::version));
  return in.write(batch, store::durability::durable);
}

result<> mark(store& in) {
  auto events = in.scan(in.find("events"));
  events.seek("");
  if (events.valid()) return error{errc::corrupt, "there are events, but the format they are in is not marked"};
  if (const auto status = events.status(); !status) return status;
  return put_mark(in);
}

}  // namespace

result<> check_format_version(store& in) {
  const auto marked = in.get(in.find("meta"), format_key);
  if (!marked) return marked.error();
  if (!*marked) return mark(in);

  int version = 0;
  const auto [end, fault] = std::from_chars((*marked)->data(), (*marked)->data() + (*marked)->size(), version);
  if (fault != std::errc{} || end != (*marked)->data() + (*marked)->size() || version < 1) {
    return error{errc::corrupt, "the mark of the format is not a number: " + **marked};
  }
  // What format 2 added is made where it is needed; older programs must not write to it.
  if (version < format::version) return put_mark(in);
  if (version > format::version) {
    return error{errc::newer_format, "the data is in format " + std::to_string(version) +
                                         ", written by a newer Weir; this one reads up to format " +
                                         std::to_string(format::version) +
                                         ": upgrade Weir, or restore a backup made by this version"};
  }
  return {};
}

}  // namespace weir
