#pragma once

#include <memory>

#include <rocksdb/compaction_filter.h>

namespace weir {

/// Lets compaction drop expired values: their first 8 bytes are a time (microseconds) in the past.
class expiry_filter_factory : public rocksdb::CompactionFilterFactory {
 public:
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(const rocksdb::CompactionFilter::Context&) override;
  [[nodiscard]] const char* Name() const override { return "weir.expiry"; }
};

}  // namespace weir
