#include "server/process_metrics.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#include <prometheus/metric_family.h>
#include <sys/resource.h>
#include <unistd.h>

namespace weir {
namespace {

/// From proc_pid_stat(5), in its units.
struct process_state {
  std::uint64_t user_ticks = 0, system_ticks = 0;
  std::uint64_t threads = 0;
  std::uint64_t start_ticks = 0;  ///< since the machine started
  std::uint64_t virtual_bytes = 0, resident_pages = 0;
};

std::optional<process_state> read_state() {
  std::ifstream file("/proc/self/stat");
  const std::string all{std::istreambuf_iterator<char>(file), {}};
  // The second field is the program's name in parentheses, which may hold anything.
  const auto name_end = all.rfind(')');
  if (name_end == all.npos) return std::nullopt;
  std::istringstream rest(all.substr(name_end + 1));
  process_state read;
  std::string word;
  constexpr int first_field = 3, last_field = 24;
  for (int field = first_field; field <= last_field && rest >> word; ++field) {
    switch (field) {
      case 14:
        read.user_ticks = std::stoull(word);
        break;
      case 15:
        read.system_ticks = std::stoull(word);
        break;
      case 20:
        read.threads = std::stoull(word);
        break;
      case 22:
        read.start_ticks = std::stoull(word);
        break;
      case 23:
        read.virtual_bytes = std::stoull(word);
        break;
      case 24:
        read.resident_pages = std::stoull(word);
        return read;
    }
  }
  return std::nullopt;
}

/// When the machine started, in seconds since 1970.
std::optional<std::uint64_t> read_boot_time() {
  std::ifstream file("/proc/stat");
  std::uint64_t seconds = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    if (words >> line && line == "btime" && words >> seconds) return seconds;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> count_descriptors() {
  std::error_code ec;
  std::uint64_t count = 0;
  for (std::filesystem::directory_iterator each("/proc/self/fd", ec), end; !ec && each != end; each.increment(ec)) {
    ++count;
  }
  if (ec || count == 0) return std::nullopt;
  return count - 1;  // without the one that lists them
}

std::optional<std::uint64_t> descriptors_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return limit.rlim_cur;
}

class families {
 public:
  void gauge(const char* name, const char* help, std::optional<double> value) {
    add(name, help, prometheus::MetricType::Gauge, value);
  }
  void counter(const char* name, const char* help, std::optional<double> value) {
    add(name, help, prometheus::MetricType::Counter, value);
  }
  std::vector<prometheus::MetricFamily> take() { return std::move(all_); }

 private:
  void add(const char* name, const char* help, prometheus::MetricType type, std::optional<double> value) {
    if (!value) return;
    prometheus::ClientMetric metric;
    metric.gauge.value = metric.counter.value = *value;
    all_.push_back({name, help, type, {metric}});
  }
  std::vector<prometheus::MetricFamily> all_;
};

}  // namespace

std::vector<prometheus::MetricFamily> process_metrics::Collect() const {
  families made;
  made.gauge("process_open_fds", "Open file descriptors", count_descriptors());
  made.gauge("process_max_fds", "Maximum number of open file descriptors", descriptors_max());
  const auto state = read_state();
  if (!state) return made.take();
  const auto ticks_per_second = static_cast<double>(sysconf(_SC_CLK_TCK));
  made.counter("process_cpu_seconds_total", "User and system CPU time in seconds",
               static_cast<double>(state->user_ticks + state->system_ticks) / ticks_per_second);
  made.gauge("process_resident_memory_bytes", "Resident memory size",
             static_cast<double>(state->resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE)));
  made.gauge("process_virtual_memory_bytes", "Virtual memory size", static_cast<double>(state->virtual_bytes));
  made.gauge("process_threads", "Threads of the process", static_cast<double>(state->threads));
  if (const auto boot_time = read_boot_time()) {
    made.gauge("process_start_time_seconds", "Start time of the process since 1970-01-01, in seconds",
               static_cast<double>(*boot_time) + static_cast<double>(state->start_ticks) / ticks_per_second);
  }
  return made.take();
}

}  // namespace weir
