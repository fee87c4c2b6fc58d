#include "base/time.hpp"

namespace weir {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hh_mm_ss;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::year_month_day;

/// Takes digits off a text, one group after another; after the first fault everything it gives is worthless.
class digits {
 public:
  explicit digits(std::string_view text) : rest_(text) {}

  int number(std::size_t width) {
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
      if (rest_.empty() || rest_.front() < '0' || rest_.front() > '9') {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }

  char one_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == allowed.npos) {
      ok_ = false;
      return 0;
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  [[nodiscard]] bool next_is(char c) const { return !rest_.empty() && rest_.front() == c; }
  [[nodiscard]] bool next_is_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
  [[nodiscard]] bool done() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

/// With zeros before it, as wide as that.
void append_digits(std::string& text, unsigned number, std::size_t width) {
  const std::size_t end = text.size() + width;
  text.resize(end, '0');
  for (std::size_t i = end; i-- > end - width; number /= 10) text[i] = static_cast<char>('0' + number % 10);
}

/// The day of a year from 0 to 9999; of another one its last four digits.
void append_day(std::string& text, std::chrono::sys_days day) {
  const year_month_day date{day};
  append_digits(text, static_cast<unsigned>(int(date.year())), 4);
  text += '-';
  append_digits(text, unsigned(date.month()), 2);
  text += '-';
  append_digits(text, unsigned(date.day()), 2);
}

}  // namespace

timestamp wall_clock_now() { return floor<microseconds>(std::chrono::system_clock::now()); }

std::string to_day(timestamp time) {
  std::string text;
  append_day(text, floor<days>(time));
  return text;
}

namespace {

/// `shortest`: without the digits after the second that are zeros, three at a time.
std::optional<std::string> written(timestamp time, bool shortest) {
  // By the days: chrono's year has 16 bits, and a time far away would come out as another one.
  const auto midnight = floor<days>(time);
  if (midnight < std::chrono::sys_days{std::chrono::year{0} / 1 / 1} ||
      midnight > std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}) {
    return std::nullopt;
  }
  const hh_mm_ss clock{floor<microseconds>(time - midnight)};
  std::string text;
  text.reserve(27);
  append_day(text, midnight);
  text += 'T';
  append_digits(text, static_cast<unsigned>(clock.hours().count()), 2);
  text += ':';
  append_digits(text, static_cast<unsigned>(clock.minutes().count()), 2);
  text += ':';
  append_digits(text, static_cast<unsigned>(clock.seconds().count()), 2);
  const auto micros = static_cast<unsigned>(clock.subseconds().count());
  if (micros != 0 || !shortest) {
    const bool are_millis = shortest && micros % 1000 == 0;
    text += '.';
    append_digits(text, are_millis ? micros / 1000 : micros, are_millis ? 3 : 6);
  }
  text += 'Z';
  return text;
}

year_month_day read_day(digits& in) {
  const int year = in.number(4);
  in.one_of("-");
  const int month = in.number(2);
  in.one_of("-");
  const int day = in.number(2);
  return {std::chrono::year{year}, std::chrono::month{unsigned(month)}, std::chrono::day{unsigned(day)}};
}

}  // namespace

std::optional<std::string> to_rfc3339(timestamp time) { return written(time, false); }

std::optional<std::string> to_shortest_rfc3339(timestamp time) { return written(time, true); }

bool is_day(std::string_view text) {
  digits in(text);
  const year_month_day date = read_day(in);
  return in.done() && date.ok();
}

std::optional<timestamp> from_rfc3339(std::string_view text) {
  digits in(text);
  const year_month_day date = read_day(in);
  in.one_of("Tt ");
  const int hour = in.number(2);
  in.one_of(":");
  const int minute = in.number(2);
  in.one_of(":");
  const int second = in.number(2);

  int micros = 0;
  if (in.next_is('.')) {
    in.one_of(".");
    int scale = 100'000;
    do {
      micros += in.number(1) * scale;
      scale /= 10;  // 0 from the seventh digit on
    } while (in.next_is_digit());
  }

  minutes offset{0};
  const char zone = in.one_of("Zz+-");
  if (zone == '+' || zone == '-') {
    const int offset_hours = in.number(2);
    in.one_of(":");
    const int offset_minutes = in.number(2);
    if (offset_hours > 23 || offset_minutes > 59) return std::nullopt;
    offset = hours{offset_hours} + minutes{offset_minutes};
    if (zone == '-') offset = -offset;
  }
  if (!in.done()) return std::nullopt;

  // A leap second (60) is taken as the first moment of the next minute, as POSIX time does.
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + microseconds{micros} - offset;
}

}  // namespace weir
