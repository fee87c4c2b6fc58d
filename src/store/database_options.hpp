#pragma once

#include <cstddef>
#include <memory>

#include <rocksdb/cache.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>

#include "store/store.hpp"

namespace weir {

/// How RocksDB is set for a store. `environment` must outlive the database.
[[nodiscard]] rocksdb::DBOptions database_options(const store_options& options, rocksdb::Env* environment);

/// How the rows of a family lie on disk and in memory. All families share the cache.
[[nodiscard]] rocksdb::ColumnFamilyOptions layout(const family_options& family,
                                                  const std::shared_ptr<rocksdb::Cache>& cache,
                                                  std::size_t write_buffer_bytes);

}  // namespace weir
