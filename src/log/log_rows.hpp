#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "log/commit_log.hpp"

namespace weir {

/// The journal of a single machine: the families `events`, `positions` and `streams` of a store.
class local_journal : public journal {
 public:
  /// The families it needs in the store.
  static std::vector<family_options> families();

  /// Finds the end of the log. Error errc::corrupt if the last position names no event.
  static result<std::unique_ptr<local_journal>> open(store& in);

  [[nodiscard]] result<> commit(std::span<const record> records, store::batch& effects) override;
  [[nodiscard]] position last() const override { return position{last_.load(std::memory_order_acquire)}; }
  [[nodiscard]] result<std::optional<format::stream_times>> head_of(std::string_view stream) const override;
  [[nodiscard]] result<std::vector<stored_record>> read_stream(std::string_view stream, sequence from,
                                                               std::size_t limit, direction way) const override;
  [[nodiscard]] result<std::vector<stored_record>> read_log(position after, std::size_t limit) const override;
  [[nodiscard]] result<log_part> scan_log(position after, std::string_view category, std::size_t limit,
                                          std::size_t looked_at_max) const override;

 private:
  explicit local_journal(store& in);
  [[nodiscard]] result<position> find_end() const;

  store& store_;
  family events_, positions_, streams_;
  std::atomic<std::uint64_t> last_ = 0;
};

}  // namespace weir
