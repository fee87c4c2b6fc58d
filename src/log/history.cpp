#include "log/history.hpp"

#include <array>
#include <charconv>

#include "log/commit_frame.hpp"
#include "log/format.hpp"

namespace weir {
namespace {

constexpr std::uint64_t position_max = (1ull << 53) - 1;
constexpr std::size_t mark_digits = 8;

/// Commits without events that are passed over before it is quicker to search.
constexpr int steps_max = 4;

history_mark mark_of(std::string_view hash) {
  history_mark made = 0;
  for (const char byte : hash.substr(0, sizeof made)) made = made << 8 | static_cast<unsigned char>(byte);
  return made;
}

}  // namespace

result<std::optional<history::span>> history::read(std::uint64_t number) const {
  const auto value = store_.get(commits_, format::commit_key(number));
  if (!value) return value.error();
  if (!*value) return std::optional<span>{};
  const auto frame = read_frame(number, **value);
  if (!frame) return frame.error();
  const std::uint64_t first = frame->without_events.first.value;
  return std::optional(span{number, first, first + frame->events - 1, mark_of(frame->hash)});
}

result<std::uint64_t> history::last_number() const {
  auto cursor = store_.scan(commits_);
  cursor.seek_last();
  if (cursor.valid()) return format::read_commit_key(cursor.key());
  if (const auto status = cursor.status(); !status) return status.error();
  return std::uint64_t{0};
}

result<std::optional<history_mark>> history::mark_at(position which) {
  if (which.value == 0) return std::optional<history_mark>{0};
  if (found_.holds(which)) return std::optional{found_.mark};
  for (int step = 0; step < steps_max && found_.number > 0 && found_.last < which.value; ++step) {
    auto next = read(found_.number + 1);
    if (!next) return next.error();
    if (!*next) break;
    found_ = **next;
    if (found_.holds(which)) return std::optional{found_.mark};
  }
  if (const auto searched = search(which); !searched) return searched.error();
  return found_.holds(which) ? std::optional{found_.mark} : std::nullopt;
}

/// The first commit that ends at the position or behind it.
result<> history::search(position which) {
  const auto last = last_number();
  if (!last) return last.error();
  std::uint64_t low = 1, high = *last;  // its number is between them, if there is one
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const auto there = read(middle);
    if (!there) return there.error();
    if (!*there) return error{errc::corrupt, "commit " + std::to_string(middle) + " is missing"};
    if ((*there)->last < which.value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const auto found = read(low);
  if (!found) return found.error();
  if (*found) found_ = **found;
  return {};
}

std::optional<given_position> read_position(std::string_view text) {
  given_position made;
  const char* end = text.data() + text.size();
  const auto [number_end, fault] = std::from_chars(text.data(), end, made.at.value);
  if (fault != std::errc{} || made.at.value > position_max) return std::nullopt;
  if (number_end == end) return made;
  const std::string_view digits = text.substr(static_cast<std::size_t>(number_end - text.data()));
  if (digits.size() != 1 + mark_digits || digits.front() != '.') return std::nullopt;
  history_mark mark = 0;
  const auto [mark_end, wrong] = std::from_chars(number_end + 1, end, mark, 16);
  if (wrong != std::errc{} || mark_end != end) return std::nullopt;
  made.mark = mark;
  return made;
}

void append_position(std::string& text, position at, history_mark mark) {
  constexpr std::string_view digits = "0123456789abcdef";
  text.append(std::to_string(at.value)).append(1, '.');
  for (int shift = 28; shift >= 0; shift -= 4) text += digits[mark >> shift & 15];
}

}  // namespace weir
