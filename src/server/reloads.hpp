#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace weir {

/// The settings that can be reloaded while Weir runs, each from files: at SIGHUP, and when the files change. If a reload
/// fails, the old setting stays in use. Each reload writes one line to the diagnostic log.
///
/// Concurrency:  used by one thread.
class reloads {
 public:
  /// `what`: its name in the diagnostic log, such as "the TLS certificate". If `load` fails it must change nothing.
  void add(std::string what, std::vector<std::filesystem::path> files, std::function<result<>()> load);
  [[nodiscard]] bool empty() const { return all_.empty(); }

  /// Reloads everything.
  void all();
  /// Reloads each setting whose files have changed since its last load. The files must be the same in two successive
  /// calls: certificate and key are written one after the other.
  void changed();

 private:
  /// Identifies the state of a file without reading it. All zero if the file is not accessible.
  struct file_state {
    std::uint64_t device = 0, inode = 0, bytes = 0;
    std::int64_t seconds = 0, nanoseconds = 0;
    auto operator<=>(const file_state&) const = default;
  };
  using state = std::vector<file_state>;
  struct one {
    std::string what;
    std::vector<std::filesystem::path> files;
    std::function<result<>()> load;
    state loaded, seen;
  };
  [[nodiscard]] static state look_at(const one& which);
  static void load_again(one& which);

  std::vector<one> all_;
};

}  // namespace weir
