#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace rocksdb {
class ColumnFamilyHandle;
class Env;
}  // namespace rocksdb

namespace weir {

class directory_lock;

/// One column family: keys of its own, in the order of their bytes. Lives as long as the store.
struct family {
  rocksdb::ColumnFamilyHandle* handle = nullptr;
};

/// How a family is used; this determines its layout.
struct family_options {
  std::string name;
  bool looked_up = false;  ///< mostly read by whole keys, often absent ones: gets bloom filters
  bool expires =
      false;  ///< values begin with the microsecond they end at (8 bytes, big-endian); gone some time after it
};

struct store_options {
  std::filesystem::path directory;
  std::vector<family_options> families;
  std::size_t cache_bytes = 64u << 20;         ///< blocks read from disk, of all families together
  std::size_t write_buffer_bytes = 64u << 20;  ///< rows not yet in files, of all families together
  int open_files_max = -1;                     ///< files of rows that are kept open; -1: all
  std::uint64_t disk_reserve_bytes = 0;        ///< of the disk, that are kept free (disk_reserve)
  /// If the disk is so full that opening might fail in the middle, the store is opened to be read only.
  bool read_only_if_full = false;
  rocksdb::Env* environment = nullptr;  ///< the operating system, unless a test gives another one
  bool scratch =
      false;  ///< for work that is begun anew after a crash: nothing goes to the WAL, and no write is durable
};

/// A file of rows (*.sst) that the store uses.
struct table_file {
  std::string name;  ///< in the directory
  std::string family;
  std::uint64_t bytes = 0, rows = 0;
};

/// The space on the store's disk, in bytes.
struct store_space {
  std::uint64_t free = 0;
  std::uint64_t kept_free = 0;  ///< batches are refused if less would be free
  std::uint64_t held = 0;       ///< taken by the file disk-reserve, and given back when the disk is full
};

/// Bytes in memory for all families together.
struct store_memory {
  std::uint64_t cache = 0;          ///< blocks read from disk, filters and indexes among them
  std::uint64_t write_buffers = 0;  ///< rows not yet in files, or still being read
  std::uint64_t open_files = 0;     ///< memory for each open file, beside the cache
};

/// A RocksDB database in a directory, with families.
///
/// Atomicity:    a batch is applied whole or not at all, across families.
/// Durability:   write(durable) returns after the WAL has been synced. Once a write has failed, every later one fails.
/// Corruption:   bytes that cannot be read back as written are an error that names their place. It is never served and
///               never dropped. On opening, an incomplete last record of the WAL (a write that never finished) is
///               dropped: nothing in it was acknowledged. Corruption before it is distinguished from it, and stops the
///               opening.
/// Full disk:    a batch that would leave too little space is refused before anything is written (errc::unavailable).
///               The next one is written as soon as there is enough space.
/// Concurrency:  every function from any thread. Writes go one after another.
/// Exclusion:    one process at a time; another gets errc::in_use.
/// Lifetime:     outlives its batches, snapshots and cursors.
class store {
 public:
  class snapshot;
  class cursor;
  class batch;
  enum class durability { durable, operating_system };
  /// once: rows that nobody needs again soon, one after another: they take no place in the cache, and are read ahead.
  enum class reading { normal, once };

  /// Opens or creates. Families that are in the directory but not in the options are opened too, with `looked_up`.
  /// Errors: in_use, corrupt, newer_format, io; each says what to do.
  static result<std::unique_ptr<store>> open(const store_options& options);

  /// Opens for reading and changes nothing in the directory, which may be read-only. Reads the WAL too; its rows are in
  /// memory then. Families that are not in the directory are left out: find() does not know them. Keeps out whoever
  /// wants to write, and is kept out by them. Errors: not_found if there is no database; in_use, corrupt, io.
  static result<std::unique_ptr<store>> open_to_read(const store_options& options);
  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  /// Where it is.
  [[nodiscard]] const std::filesystem::path& directory() const;

  /// A family by its name; throws std::out_of_range if there is none.
  [[nodiscard]] family find(std::string_view name) const;

  /// The names of all families with this prefix, in order.
  [[nodiscard]] std::vector<std::string> names(std::string_view prefix) const;

  /// Creates a family. There must be none with this name. Error: errc::io.
  [[nodiscard]] result<family> create(const family_options& options);

  /// Drops a family: at the next start it is gone. Its rows can be read, and take disk space, until the last copy of
  /// the handle is destroyed, which must be before the store is. Error: errc::io.
  [[nodiscard]] result<std::shared_ptr<void>> drop(const std::string& name);

  [[nodiscard]] result<std::optional<std::string>> get(family in, std::string_view key) const;
  [[nodiscard]] result<std::optional<std::string>> get(family in, std::string_view key, const snapshot& at) const;

  /// The values of many keys at once, in the order of the keys.
  [[nodiscard]] result<std::vector<std::optional<std::string>>> get_all(family in, const std::vector<std::string>& keys,
                                                                        reading how = reading::normal) const;

  /// All rows as they are now, however long that takes to read.
  [[nodiscard]] snapshot take_snapshot() const;
  [[nodiscard]] cursor scan(family in) const;
  [[nodiscard]] cursor scan(family in, const snapshot& at, reading how = reading::normal) const;

  [[nodiscard]] batch begin() const;
  /// Errors: errc::unavailable: nothing was written, and a later write may succeed; errc::outcome_unknown.
  [[nodiscard]] result<> write(batch& changes, durability how);

  /// False once a write has failed: then every later one fails, until the store is reopened.
  [[nodiscard]] bool accepts_writes() const;

  /// Why a small batch would be refused at present although no write has failed: the disk is full, or the store was
  /// opened to be read only. A sentence, for clients too. Nothing if it would be written. Takes about a microsecond.
  [[nodiscard]] std::optional<std::string> why_refused() const;
  [[nodiscard]] bool read_only() const;
  [[nodiscard]] store_space space() const;

  /// Flushes the write buffers to files, so that the next opening need not replay the WAL. Nothing is lost without it.
  /// Error: errc::io.
  [[nodiscard]] result<> flush();

  /// The files of rows in use now.
  [[nodiscard]] std::vector<table_file> table_files() const;

  /// About how many rows a family has.
  [[nodiscard]] std::uint64_t estimated_rows(family in) const;

  /// Makes a copy of the store as it is at one moment, in a directory that must not exist, on the same file system:
  /// links to its files of rows, which never change, and copies of a few small files. Opening the copy reads no WAL.
  /// Writes wait for some milliseconds, from before `at_rest` is called until it is fixed what the copy will hold:
  /// `at_rest` may read it. Errors, and then there is no copy: errc::io; errc::unavailable of a store that is only read;
  /// errc::outcome_unknown if a write has failed.
  [[nodiscard]] result<> copy_to(const std::filesystem::path& directory, const std::function<void()>& at_rest);

  /// Bytes in the files of the store, including WAL and indexes.
  [[nodiscard]] std::uint64_t bytes_on_disk() const;
  [[nodiscard]] store_memory memory() const;

 private:
  class implementation;
  static result<std::unique_ptr<store>> open_to_read(const store_options& options, std::unique_ptr<directory_lock> held,
                                                     std::string why);
  explicit store(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

/// A consistent snapshot of the store.
class store::snapshot {
 public:
  snapshot(snapshot&&) noexcept;
  snapshot& operator=(snapshot&&) noexcept;
  ~snapshot();

 private:
  friend class store;
  struct implementation;
  explicit snapshot(std::shared_ptr<const implementation> made);
  std::shared_ptr<const implementation> implementation_;
};

/// A place in a family's order. After every move: if valid(), then key() and value(); if not, status(): no error at the
/// end, or the error.
class store::cursor {
 public:
  cursor(cursor&&) noexcept;
  cursor& operator=(cursor&&) noexcept;
  ~cursor();

  void seek(std::string_view key);           ///< to the first key that is not before it
  void seek_backward(std::string_view key);  ///< to the last key that is not after it
  void seek_last();
  void next();
  void previous();
  [[nodiscard]] bool valid() const;
  [[nodiscard]] result<> status() const;
  [[nodiscard]] std::string_view key() const;    ///< until the next move
  [[nodiscard]] std::string_view value() const;  ///< until the next move

 private:
  friend class store;
  struct implementation;
  explicit cursor(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

/// Changes that will be written together. get() and scan() see the store with these changes.
class store::batch {
 public:
  batch(batch&&) noexcept;
  batch& operator=(batch&&) noexcept;
  ~batch();

  void put(family in, std::string_view key, std::string_view value);
  void erase(family in, std::string_view key);
  /// The same as put() at less cost, for a row that is neither changed again nor read in this batch: get() and scan()
  /// do not see it.
  void append(family in, std::string_view key, std::string_view value);

  [[nodiscard]] result<std::optional<std::string>> get(family in, std::string_view key) const;
  /// Calls `row` for keys from `from` on, in order, until it returns false. `row` must not change the batch.
  [[nodiscard]] result<> scan(family in, std::string_view from,
                              const std::function<bool(std::string_view key, std::string_view value)>& row) const;

  [[nodiscard]] bool empty() const;
  /// The approximate size of the batch in the WAL, in bytes.
  [[nodiscard]] std::size_t bytes() const;

  /// Sets a mark; undoes all changes since the last mark and removes it; only removes the last mark.
  void mark();
  void back_to_mark();
  void drop_mark();

 private:
  friend class store;
  struct implementation;
  explicit batch(std::unique_ptr<implementation> made);
  std::unique_ptr<implementation> implementation_;
};

}  // namespace weir
