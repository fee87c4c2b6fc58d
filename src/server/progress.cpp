#include "server/progress.hpp"

#include <iostream>

#include <unistd.h>

namespace weir {
namespace {

constexpr std::chrono::milliseconds interval{200};

}  // namespace

progress::progress(std::string done, std::string things)
    : done_(std::move(done)), things_(std::move(things)), terminal_(isatty(STDERR_FILENO) != 0) {}

progress::~progress() {
  if (shown_) std::cerr << '\n';
}

void progress::show(std::uint64_t count, std::uint64_t of) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_ && count < of) return;
  next_ = now + interval;
  std::cerr << '\r' << done_ << ' ' << count << " of " << of << ' ' << things_ << std::flush;
  shown_ = true;
}

}  // namespace weir
