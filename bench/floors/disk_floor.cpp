// What the disk and RocksDB do by themselves, as JSON on stdout.
//
//   bench_disk_floor fdatasync DIR SECONDS      4 KiB appended and synced, again and again
//   bench_disk_floor batches DIR SECONDS        RocksDB, synced batches of 256 events; an event is as many puts as a
//                                               createUser of Weir's, with keys and values of the same sizes
//   bench_disk_floor iterate DIR                every row of the log's families of Weir's data in DIR, in order
//   bench_disk_floor iterate-all DIR            every row of all families

#include <array>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <fcntl.h>
#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>
#include <unistd.h>

#include "latencies.hpp"

namespace {

using weir::bench::clock;
using weir::bench::latencies;

double seconds_since(clock::time_point start) { return std::chrono::duration<double>(clock::now() - start).count(); }

void check(const rocksdb::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

void fdatasyncs(const std::string& directory, double seconds) {
  const std::string path = directory + "/synced";
  const int file = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("cannot make " + path);
  const std::array<char, 4096> block{};
  latencies took;
  const auto start = clock::now();
  while (seconds_since(start) < seconds) {
    const auto before = clock::now();
    if (::write(file, block.data(), block.size()) != static_cast<ssize_t>(block.size()) || ::fdatasync(file) != 0) {
      throw std::runtime_error("cannot write " + path);
    }
    took.add(clock::now() - before);
  }
  ::close(file);
  ::unlink(path.c_str());
  std::cout << "{\"count\": " << took.count() << ", " << took.json() << "}\n";
}

/// What createUser puts, with the sizes that Weir's keys and values have.
struct put {
  const char* family;
  int key_bytes, value_bytes;
  bool ordered;  ///< the key is a counter, as positions are
};
constexpr std::array<put, 6> puts_of_an_event{{{"events", 22, 110, false},
                                               {"positions", 8, 21, true},
                                               {"streams", 13, 24, false},
                                               {"view.users.1", 8, 70, false},
                                               {"view.emails.1", 20, 11, false},
                                               {"view.signups.1", 10, 8, false}}};
constexpr int events_of_a_batch = 256;

/// Its defaults, with as much memory for rows that are not yet in files as Weir takes.
rocksdb::Options database_options() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.db_write_buffer_size = 64u << 20;
  return options;
}

void batches(const std::string& directory, double seconds) {
  std::vector<rocksdb::ColumnFamilyDescriptor> families{{rocksdb::kDefaultColumnFamilyName, {}}};
  for (const auto& each : puts_of_an_event) families.emplace_back(each.family, rocksdb::ColumnFamilyOptions{});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  check(rocksdb::DB::Open(database_options(), directory + "/rocksdb", families, &handles, &opened));
  const std::unique_ptr<rocksdb::DB> database(opened);

  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::uint64_t events = 0, mixed = 0;
  std::string key, value;
  const auto start = clock::now();
  while (seconds_since(start) < seconds) {
    rocksdb::WriteBatch batch;
    for (int i = 0; i < events_of_a_batch; ++i) {
      ++events;
      mixed = events * 0x9E3779B97F4A7C15u;  // different for each event, and in no order
      for (std::size_t j = 0; j < puts_of_an_event.size(); ++j) {
        const put& each = puts_of_an_event[j];
        const std::uint64_t number = __builtin_bswap64(each.ordered ? events : mixed);
        key.assign(static_cast<std::size_t>(each.key_bytes), 'k');
        std::memcpy(key.data(), &number, sizeof number);
        value.assign(static_cast<std::size_t>(each.value_bytes), 'v');
        std::memcpy(value.data(), &mixed, sizeof mixed);
        check(batch.Put(handles[j + 1], key, value));
      }
    }
    check(database->Write(synced, &batch));
  }
  const double took = seconds_since(start);

  std::uint64_t kept = 0;
  const std::unique_ptr<rocksdb::Iterator> rows(database->NewIterator(rocksdb::ReadOptions{}, handles[2]));
  for (rows->SeekToFirst(); rows->Valid(); rows->Next()) ++kept;
  check(rows->status());
  for (auto* handle : handles) check(database->DestroyColumnFamilyHandle(handle));
  std::cout << "{\"events\": " << events << ", \"kept\": " << kept << ", \"seconds\": " << took << "}\n";
}

void iterate(const std::string& directory, bool all) {
  std::vector<std::string> names;
  rocksdb::Options options = database_options();
  options.disable_auto_compactions = true;
  check(rocksdb::DB::ListColumnFamilies(options, directory, &names));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : names) families.emplace_back(name, options);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  // To write as well, though nothing is: Debian's RocksDB stops at an assertion when it opens a log to read only.
  check(rocksdb::DB::Open(options, directory, families, &handles, &opened));
  const std::unique_ptr<rocksdb::DB> database(opened);

  std::uint64_t events = 0, bytes = 0;
  const auto start = clock::now();
  for (auto* handle : handles) {
    const bool is_events = handle->GetName() == "events";
    if (!all && !is_events && handle->GetName() != "positions") continue;
    const std::unique_ptr<rocksdb::Iterator> rows(database->NewIterator(rocksdb::ReadOptions{}, handle));
    for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
      bytes += rows->key().size() + rows->value().size();
      if (is_events) ++events;
    }
    check(rows->status());
  }
  const double took = seconds_since(start);
  for (auto* handle : handles) check(database->DestroyColumnFamilyHandle(handle));
  std::cout << "{\"events\": " << events << ", \"bytes\": " << bytes << ", \"seconds\": " << took << "}\n";
}

}  // namespace

int main(int count, char** arguments) {
  try {
    const std::string what = count > 1 ? arguments[1] : "";
    if (what == "fdatasync" && count == 4) {
      fdatasyncs(arguments[2], std::stod(arguments[3]));
    } else if (what == "batches" && count == 4) {
      batches(arguments[2], std::stod(arguments[3]));
    } else if ((what == "iterate" || what == "iterate-all") && count == 3) {
      iterate(arguments[2], what == "iterate-all");
    } else {
      std::cerr << "usage: bench_disk_floor fdatasync|batches DIR SECONDS | iterate|iterate-all DIR\n";
      return 2;
    }
  } catch (const std::exception& fault) {
    std::cerr << "bench_disk_floor: " << fault.what() << "\n";
    return 1;
  }
}
