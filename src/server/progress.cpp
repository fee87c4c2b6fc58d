#include "server/progress.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

#include <unistd.h>

namespace weir {
namespace {

constexpr std::chrono::milliseconds interval{200};

std::string time_text(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
  if (whole < 120) return std::to_string(whole) + " s";
  if (whole < 7'200) return std::to_string(whole / 60) + " min";
  return std::to_string(whole / 3'600) + " h";
}

}  // namespace

progress::progress(std::string done, std::string things)
    : done_(std::move(done)), things_(std::move(things)), terminal_(isatty(STDERR_FILENO) != 0) {}

progress::~progress() {
  if (shown_) std::cerr << '\n';
}

void progress::show(std::uint64_t count, std::uint64_t of) {
  show_text(std::to_string(count) + " of " + std::to_string(of) + " " + things_, count >= of);
}

void progress::show(std::uint64_t count) { show_text(std::to_string(count) + " " + things_, false); }

void progress::show(std::uint64_t count, std::uint64_t through, std::uint64_t of) {
  const auto percent = of == 0 ? 100 : 100 * (static_cast<double>(through) / static_cast<double>(of));
  show_text(std::to_string(count) + " " + things_ + " (" + std::to_string(static_cast<int>(percent)) + " %)",
            through >= of);
}

void progress::show_with_time_left(std::uint64_t count, std::uint64_t through, std::uint64_t of) {
  const double share = of == 0 ? 0 : std::min(1.0, static_cast<double>(through) / static_cast<double>(of));
  std::string text =
      std::to_string(count) + " " + things_ + " (" + std::to_string(static_cast<int>(100 * share)) + " %";
  const double passed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  if (share > 0.01) text += ", " + time_text(passed * (1 - share) / share) + " left";
  show_text(text + ")  ", false);
}

void progress::show_text(const std::string& text, bool at_end) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_ && !at_end) return;
  next_ = now + interval;
  std::cerr << '\r' << done_ << ' ' << text << std::flush;
  shown_ = true;
}

migration_progress show_migration() {
  const auto shown = std::make_shared<progress>("migrated", "events");
  return [shown](position at, position end) {
    shown->show(at.value, end.value);
    return true;
  };
}

}  // namespace weir
