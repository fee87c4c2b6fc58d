#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace weir {

/// Something in a store that is not what was written, or does not follow from the event log.
struct store_fault {
  std::string file;    ///< in the data directory; "": unknown, or none in particular
  std::string family;  ///< "": none in particular
  std::string key;     ///< bytes; "": none in particular
  std::string what;    ///< a sentence
};

/// Bytes of a key as text: what cannot be printed as \xHH.
[[nodiscard]] std::string printable_key(std::string_view key);

/// Collects faults. Only the first ones are kept; all are counted.
///
/// Concurrency:  every function from any thread.
class findings {
 public:
  explicit findings(std::size_t kept_max) : kept_max_(kept_max) {}

  void add(store_fault one);
  /// Something that the reader should know, but that is no fault.
  void note(std::string what);

  [[nodiscard]] std::uint64_t count() const { return count_.load(); }
  [[nodiscard]] std::vector<store_fault> faults() const;
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  const std::size_t kept_max_;
  std::atomic<std::uint64_t> count_ = 0;
  mutable std::mutex mutex_;
  std::vector<store_fault> kept_;   ///< guarded by mutex_
  std::vector<std::string> notes_;  ///< guarded by mutex_
};

/// The file that an error of RocksDB names, without its folder; "" if it names none.
[[nodiscard]] std::string file_named_in(std::string_view detail);

}  // namespace weir
