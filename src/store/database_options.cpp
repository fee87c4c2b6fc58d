#include "store/database_options.hpp"

#include <algorithm>

#include <rocksdb/convenience.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/write_buffer_manager.h>

#include "store/expiry.hpp"

namespace weir {
namespace {

bool supported(rocksdb::CompressionType type) {
  const auto all = rocksdb::GetSupportedCompressions();
  return std::find(all.begin(), all.end(), type) != all.end();
}

/// RocksDB does not resume by itself after an error: it would flush what a failed write has left in doubt, and its way
/// there has assertions that do not hold (in Debian's build they end the process). After a failed write the store is
/// opened again. A merge that found no space needs no resuming: it is tried again as soon as there is enough.
class no_recovery : public rocksdb::EventListener {
 public:
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason, rocksdb::Status, bool* automatic) override {
    *automatic = false;
  }
};

}  // namespace

rocksdb::DBOptions database_options(const store_options& options, rocksdb::Env* environment) {
  rocksdb::DBOptions db;
  db.env = environment;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  // A record torn at the end of the log was never acknowledged: log_file_system does not show it. A fault anywhere else
  // is damage, and must stop the start: the mode that is RocksDB's default would drop, in silence, every commit behind
  // it. high_water_mark detects damage that looks like an end.
  db.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.paranoid_checks = true;
  db.allow_concurrent_memtable_write = false;  // writes go one after another
  db.track_and_verify_wals_in_manifest = true;
  db.max_background_jobs = 2;
  db.max_open_files = options.open_files_max;
  // Files are merged at low priority.
  db.env->LowerThreadPoolCPUPriority(rocksdb::Env::Priority::LOW, rocksdb::CpuPriority::kLow).PermitUncheckedError();
  db.bytes_per_sync = 1u << 20;
  db.max_total_wal_size = 256u << 20;
  db.keep_log_file_num = 4;
  db.max_log_file_size = 4u << 20;
  db.info_log_level = rocksdb::InfoLogLevel::WARN_LEVEL;
  // Nobody reads the options file. From RocksDB 8 on, a failure to write it would be told of a family that was created.
  db.fail_if_options_file_error = false;
  db.max_bgerror_resume_count = 0;
  db.listeners.push_back(std::make_shared<no_recovery>());
  db.write_buffer_manager = std::make_shared<rocksdb::WriteBufferManager>(options.write_buffer_bytes);
  return db;
}

rocksdb::ColumnFamilyOptions layout(const family_options& family, const std::shared_ptr<rocksdb::Cache>& cache,
                                    std::size_t write_buffer_bytes) {
  rocksdb::ColumnFamilyOptions options;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = 16u << 10;
  table.cache_index_and_filter_blocks = true;
  // In pieces: that of a whole file outgrows a shard of the cache, and would be read from disk for every lookup.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  if (family.looked_up) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    // Most keys that commands look up do not exist: the filter avoids searching for them.
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.01;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = write_buffer_bytes / 2;
  options.level_compaction_dynamic_level_bytes = true;
  options.compression = supported(rocksdb::kLZ4Compression) ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  if (supported(rocksdb::kZSTD)) {
    options.bottommost_compression = rocksdb::kZSTD;
    // The fastest: a seventh less time for merging than level 3, and a hundredth more on disk.
    options.bottommost_compression_opts.enabled = true;
    options.bottommost_compression_opts.level = 1;
  }
  if (family.expires) {
    options.compaction_filter_factory = std::make_shared<expiry_filter_factory>();
    // Expired rows go when their file is merged: each is, at the latest after a day.
    options.periodic_compaction_seconds = 24 * 60 * 60;
  }
  return options;
}

}  // namespace weir
