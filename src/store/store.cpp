#include "store/store.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <map>
#include <mutex>
#include <numeric>
#include <random>
#include <shared_mutex>
#include <stdexcept>

#include <rocksdb/cache.h>
#if __has_include(<rocksdb/advanced_cache.h>)  // where RocksDB 8 and later have Cache itself
#include <rocksdb/advanced_cache.h>
#endif
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/write_batch.h>
#include <rocksdb/write_buffer_manager.h>
#include <sys/stat.h>

#include "base/bytes.hpp"
#include "store/changed_rows.hpp"
#include "store/database_options.hpp"
#include "store/directory_lock.hpp"
#include "store/disk_reserve.hpp"
#include "store/errors.hpp"
#include "store/high_water_mark.hpp"
#include "store/log_copies.hpp"
#include "store/log_end.hpp"
#include "store/log_file_system.hpp"
#include "store/read_only_file_system.hpp"
#include "store/spare_descriptors.hpp"
#include "store/spare_space.hpp"

namespace weir {
namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

/// A change in memory can fail only through a bug (an unknown family): stop.
void must(const rocksdb::Status& status) {
  if (!status.ok()) throw std::logic_error("a batch refused a change: " + status.ToString());
}

/// Creates the directory if it does not exist, for its owner only: the data may be personal. An existing one keeps its
/// permissions.
result<> make_directory(const std::filesystem::path& directory) {
  const auto itself = directory.has_filename() ? directory : directory.parent_path();  // of "data/" too
  std::error_code ec;
  if (itself.has_parent_path()) std::filesystem::create_directories(itself.parent_path(), ec);
  if (!ec && ::mkdir(itself.c_str(), S_IRWXU) != 0) ec.assign(errno, std::generic_category());
  std::error_code unknown;
  if (!ec || std::filesystem::is_directory(itself, unknown)) return {};
  return error{errc::io, "cannot create the data directory " + directory.string() + ": " + ec.message() +
                             "; choose another one with --data, or give this user the right to write there"};
}

/// Existing families are kept: those of projections that this program does not know are opened but not used.
std::vector<family_options> with_present(std::vector<family_options> families, std::vector<std::string> present) {
  present.push_back(rocksdb::kDefaultColumnFamilyName);
  for (const std::string& name : present) {
    const bool known = std::any_of(families.begin(), families.end(), [&](const auto& f) { return f.name == name; });
    if (!known) families.push_back({.name = name, .looked_up = name != rocksdb::kDefaultColumnFamilyName});
  }
  return families;
}

/// RocksDB's own diagnostic log, where none is to be written.
class no_log : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

/// What RocksDB writes when it opens a database, beside the rows of its WAL: a few small files.
constexpr std::uint64_t opening_bytes = 2u << 20;

/// Bytes of the WAL's files, whose rows are written to other files when the database is opened.
std::uint64_t wal_bytes(const std::filesystem::path& directory) {
  std::uint64_t bytes = 0;
  std::error_code ec;
  for (std::filesystem::directory_iterator file(directory, ec), end; !ec && file != end; file.increment(ec)) {
    std::error_code gone;
    const auto size = file->path().extension() == ".log" ? file->file_size(gone) : 0;
    if (!gone) bytes += size;
  }
  return bytes;
}

/// Why the disk has too little space for opening the database; nothing if it has enough. Opening gives the reserve back
/// if that is necessary.
std::optional<std::string> why_no_space_to_open(const std::filesystem::path& directory, disk_reserve& reserve) {
  const std::uint64_t needed = wal_bytes(directory) + opening_bytes;
  const auto free = reserve.free();
  if (!free || *free >= needed) return std::nullopt;
  (void)reserve.give_back();
  const auto now = reserve.free();
  if (!now || *now >= needed) return std::nullopt;
  return "The disk is full: " + std::to_string(*now >> 10) + " KiB are free, " + std::to_string(needed >> 10) +
         " KiB are needed to start. Weir reads its data and changes nothing until it is started again with more space.";
}

/// For reading rows in their order. Weir deletes no ranges of rows. With range deletions RocksDB 7.8 passes over a file of
/// a level in silence, if the file's first block cannot be read (MergingIterator::SkipNextDeleted asks for no status).
rocksdb::ReadOptions scan_options() {
  rocksdb::ReadOptions options;
  options.ignore_range_deletions = true;
  return options;
}

/// A number that a client cannot guess.
std::string new_process_number() {
  std::random_device random;
  std::string number;
  append_big_endian(number, std::uint64_t{random()} << 32 | random());
  static_assert(process_number_bytes == sizeof(std::uint64_t));
  return number;
}

}  // namespace

struct store::snapshot::implementation {
  explicit implementation(rocksdb::DB* from) : db(from), taken(from->GetSnapshot()) {}
  ~implementation() { db->ReleaseSnapshot(taken); }
  implementation(const implementation&) = delete;
  implementation& operator=(const implementation&) = delete;
  rocksdb::DB* const db;
  const rocksdb::Snapshot* const taken;
};

class store::implementation {
 public:
  ~implementation() {
    latest.reset();
    for (const auto& [name, handle] : by_name) destroy(handle);
    // The error of a write that failed before is known already; closing can add nothing to it.
    if (db) db->Close().PermitUncheckedError();
  }

  void destroy(rocksdb::ColumnFamilyHandle* handle) const {
    if (const auto status = db->DestroyColumnFamilyHandle(handle); !status.ok()) std::terminate();
  }

  /// Otherwise it would keep overwritten values from being freed.
  void forget_snapshot() {
    const std::lock_guard lock(taking);
    latest.reset();
  }

  std::filesystem::path directory;
  /// Why nothing may be changed; nothing if it may.
  [[nodiscard]] result<> may_write() const {
    if (read_only) return error{errc::unavailable, *read_only};
    if (failed) return error{errc::outcome_unknown, "an earlier write failed: the store must be opened again"};
    return {};
  }

  std::optional<std::string> read_only;  ///< why, if it is
  std::shared_ptr<disk_reserve> reserve;
  std::unique_ptr<directory_lock> held;  ///< until everything else is closed
  std::unique_ptr<rocksdb::Env> environment;
  std::unique_ptr<rocksdb::DB> db;
  std::shared_ptr<rocksdb::Cache> cache;
  std::size_t write_buffer_bytes = 0;
  std::shared_mutex naming;  ///< guards by_name
  std::map<std::string, rocksdb::ColumnFamilyHandle*, std::less<>> by_name;
  std::mutex writing;  ///< so that the mark is raised to what this sync has covered, and no further
  std::unique_ptr<high_water_mark> mark;
  std::atomic<bool> failed = false;  ///< set while writing is held
  bool all_synced = false;           ///< what this process has written; guarded by writing
  bool scratch = false;
  const std::string process_number = new_process_number();
  /// Taken since the last write and shared by all readers until the next one: RocksDB locks the whole database to take
  /// one.
  std::shared_ptr<const snapshot::implementation> latest;
  std::mutex taking;  ///< guards latest
};

struct store::cursor::implementation {
  std::unique_ptr<rocksdb::Iterator> at;
};

struct store::batch::implementation {
  explicit implementation(rocksdb::DB* over) : db(over) {}
  rocksdb::DB* db;
  changed_rows changed;
  rocksdb::WriteBatch appended;
};

result<std::unique_ptr<store>> store::open(const store_options& options) {
  if (const auto made = make_directory(options.directory); !made) return made.error();
  auto held = directory_lock::take(options.directory);
  if (!held) return held.error();
  const std::string path = options.directory.string();
  rocksdb::Env* const machine = options.environment ? options.environment : rocksdb::Env::Default();
  const auto disk = machine->GetFileSystem();
  const auto reserve = std::make_shared<disk_reserve>(options.directory, disk, options.disk_reserve_bytes);
  if (std::error_code unknown;
      options.read_only_if_full && std::filesystem::exists(options.directory / "CURRENT", unknown)) {
    if (auto why = why_no_space_to_open(options.directory, *reserve)) {
      return open_to_read(options, std::move(*held), std::move(*why));
    }
  }
  auto environment = rocksdb::NewCompositeEnv(std::make_shared<spare_space>(
      std::make_shared<log_file_system>(std::make_shared<spare_descriptors>(disk)), reserve));
  const rocksdb::DBOptions db_options = database_options(options, environment.get());

  std::vector<std::string> present;
  const auto listed = rocksdb::DB::ListColumnFamilies(db_options, path, &present);
  if (!listed.ok() && !listed.IsPathNotFound() && !listed.IsNotFound() && !listed.IsIOError()) {
    return opening_error(listed, options.directory);
  }
  const std::vector<family_options> families = with_present(options.families, std::move(present));

  auto mark = high_water_mark::open(options.directory / "high-water-mark");
  if (!mark) return mark.error();
  const auto copies = log_copies::make(options.directory);
  if (!copies) return copies.error();

  const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const auto& family : families) {
    descriptors.emplace_back(family.name, layout(family, cache, options.write_buffer_bytes));
  }

  auto made = std::make_unique<implementation>();
  made->directory = options.directory;
  made->held = std::move(*held);
  made->environment = std::move(environment);
  made->cache = cache;
  made->write_buffer_bytes = options.write_buffer_bytes;
  made->scratch = options.scratch;
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (const auto status = rocksdb::DB::Open(db_options, path, descriptors, &handles, &db); !status.ok()) {
    return opening_error(status, options.directory);
  }
  made->db.reset(db);
  for (std::size_t i = 0; i < families.size(); ++i) made->by_name[families[i].name] = handles[i];
  if (db->GetLatestSequenceNumber() < (*mark)->value()) {
    return damaged_log_error(db->GetLatestSequenceNumber(), (*mark)->value(), copies->folder());
  }
  copies->drop();
  reserve->take();
  made->reserve = reserve;
  made->mark = std::move(*mark);
  return std::unique_ptr<store>(new store(std::move(made)));
}

result<std::unique_ptr<store>> store::open_to_read(const store_options& options) {
  std::error_code unknown;
  if (!std::filesystem::exists(options.directory / "CURRENT", unknown)) {
    return error{errc::not_found,
                 options.directory.string() + " is not a data directory of Weir: it has no file CURRENT"};
  }
  auto held = directory_lock::take_to_read(options.directory);
  if (!held) return held.error();
  return open_to_read(options, std::move(*held), "The data was opened to be read only.");
}

result<std::unique_ptr<store>> store::open_to_read(const store_options& options, std::unique_ptr<directory_lock> held,
                                                   std::string why) {
  const std::string path = options.directory.string();
  rocksdb::Env* const machine = options.environment ? options.environment : rocksdb::Env::Default();
  auto environment = rocksdb::NewCompositeEnv(std::make_shared<log_file_system>(
      std::make_shared<read_only_file_system>(std::make_shared<spare_descriptors>(machine->GetFileSystem()))));
  rocksdb::DBOptions db_options = database_options(options, environment.get());
  db_options.create_if_missing = db_options.create_missing_column_families = false;
  db_options.info_log = std::make_shared<no_log>();

  std::vector<std::string> present;
  if (const auto listed = rocksdb::DB::ListColumnFamilies(db_options, path, &present); !listed.ok()) {
    return opening_error(listed, options.directory);
  }
  std::vector<family_options> families = options.families;
  std::erase_if(families, [&present](const family_options& one) {
    return std::find(present.begin(), present.end(), one.name) == present.end();
  });
  families = with_present(std::move(families), std::move(present));
  const auto mark = high_water_mark::read(options.directory / "high-water-mark");
  if (!mark) return mark.error();

  auto made = std::make_unique<implementation>();
  made->directory = options.directory;
  made->held = std::move(held);
  made->environment = std::move(environment);
  made->cache = rocksdb::NewLRUCache(options.cache_bytes);
  made->read_only = std::move(why);
  made->reserve =
      std::make_shared<disk_reserve>(options.directory, machine->GetFileSystem(), options.disk_reserve_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (const auto& family : families) {
    descriptors.emplace_back(family.name, layout(family, made->cache, options.write_buffer_bytes));
  }
  rocksdb::DB* db = nullptr;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  if (const auto status = rocksdb::DB::OpenForReadOnly(db_options, path, descriptors, &handles, &db); !status.ok()) {
    return opening_error(status, options.directory);
  }
  made->db.reset(db);
  for (std::size_t i = 0; i < families.size(); ++i) made->by_name[families[i].name] = handles[i];
  if (db->GetLatestSequenceNumber() < *mark) {
    return damaged_log_error(db->GetLatestSequenceNumber(), *mark, options.directory);
  }
  return std::unique_ptr<store>(new store(std::move(made)));
}

store::store(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
store::~store() = default;

const std::filesystem::path& store::directory() const { return implementation_->directory; }

family store::find(std::string_view name) const {
  const std::shared_lock lock(implementation_->naming);
  const auto found = implementation_->by_name.find(name);
  if (found == implementation_->by_name.end()) throw std::out_of_range("no family " + std::string(name));
  return {found->second};
}

std::vector<std::string> store::names(std::string_view prefix) const {
  const std::shared_lock lock(implementation_->naming);
  std::vector<std::string> found;
  for (auto at = implementation_->by_name.lower_bound(prefix);
       at != implementation_->by_name.end() && at->first.starts_with(prefix); ++at) {
    found.push_back(at->first);
  }
  return found;
}

result<family> store::create(const family_options& options) {
  if (const auto may = implementation_->may_write(); !may) return may.error();
  rocksdb::ColumnFamilyHandle* handle = nullptr;
  const auto status = implementation_->db->CreateColumnFamily(
      layout(options, implementation_->cache, implementation_->write_buffer_bytes), options.name, &handle);
  if (!status.ok()) {
    if (handle) implementation_->destroy(handle);  // created in part
    return writing_error(status);
  }
  const std::unique_lock lock(implementation_->naming);
  implementation_->by_name[options.name] = handle;
  return family{handle};
}

result<std::shared_ptr<void>> store::drop(const std::string& name) {
  if (const auto may = implementation_->may_write(); !may) return may.error();
  const std::unique_lock lock(implementation_->naming);
  const auto found = implementation_->by_name.find(name);
  if (found == implementation_->by_name.end()) throw std::out_of_range("no family " + name);
  rocksdb::ColumnFamilyHandle* handle = found->second;
  if (const auto status = implementation_->db->DropColumnFamily(handle); !status.ok()) return writing_error(status);
  implementation_->by_name.erase(found);
  return std::shared_ptr<void>(handle, [from = implementation_.get()](void* last) {
    from->destroy(static_cast<rocksdb::ColumnFamilyHandle*>(last));
  });
}

namespace {

result<std::optional<std::string>> read(rocksdb::DB& db, const rocksdb::ReadOptions& options, family in,
                                        std::string_view key) {
  std::string value;
  const auto status = db.Get(options, in.handle, slice(key), &value);
  if (status.IsNotFound()) return std::optional<std::string>{};
  if (!status.ok()) return reading_error(status, in.handle->GetName(), key);
  return std::optional<std::string>{std::move(value)};
}

}  // namespace

result<std::optional<std::string>> store::get(family in, std::string_view key) const {
  return read(*implementation_->db, {}, in, key);
}

result<std::optional<std::string>> store::get(family in, std::string_view key, const snapshot& at) const {
  rocksdb::ReadOptions options;
  options.snapshot = at.implementation_->taken;
  return read(*implementation_->db, options, in, key);
}

namespace {

using order_of_keys = std::vector<std::uint32_t>;

/// Reads keys in their order by walking, as long as few of the steps are long; how many were read. A step to the next
/// row costs a tenth of a look-up: what was written one after another often stands so.
result<std::size_t> walk_to(rocksdb::DB& db, const rocksdb::ReadOptions& options, family in,
                            const std::vector<std::string>& keys, const order_of_keys& order,
                            std::vector<std::optional<std::string>>& found) {
  constexpr std::size_t tried_keys = 32, short_step = 2;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options, in.handle));
  at->Seek(keys[order[0]]);
  std::size_t long_steps = 0;
  std::size_t i = 0;
  for (; i < order.size() && (i < tried_keys || long_steps * 8 < i); ++i) {
    const std::string& key = keys[order[i]];
    for (std::size_t step = 0; step < short_step && at->Valid() && at->key().compare(key) < 0; ++step) at->Next();
    if (at->Valid() && at->key().compare(key) < 0) {
      at->Seek(key);
      ++long_steps;
    }
    if (!at->status().ok()) return reading_error(at->status(), in.handle->GetName(), key);
    if (at->Valid() && at->key() == key) found[order[i]] = at->value().ToString();
  }
  return i;
}

}  // namespace

result<std::vector<std::optional<std::string>>> store::get_all(family in, const std::vector<std::string>& keys,
                                                               reading how) const {
  rocksdb::ReadOptions options = scan_options();
  options.fill_cache = how == reading::normal;
  std::vector<std::optional<std::string>> found(keys.size());
  if (keys.empty()) return found;
  order_of_keys order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&keys](auto a, auto b) { return keys[a] < keys[b]; });
  const auto walked = walk_to(*implementation_->db, options, in, keys, order, found);
  if (!walked) return walked.error();
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(*walked));
  if (order.empty()) return found;

  std::vector<rocksdb::Slice> slices;
  slices.reserve(order.size());
  for (const auto each : order) slices.emplace_back(keys[each]);
  std::vector<rocksdb::PinnableSlice> values(order.size());
  std::vector<rocksdb::Status> statuses(order.size());
  implementation_->db->MultiGet(options, in.handle, order.size(), slices.data(), values.data(), statuses.data(),
                                /*sorted_input=*/true);
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (statuses[i].IsNotFound()) continue;
    if (!statuses[i].ok()) return reading_error(statuses[i], in.handle->GetName(), keys[order[i]]);
    found[order[i]] = values[i].ToString();
  }
  return found;
}

store::snapshot store::take_snapshot() const {
  auto& latest = implementation_->latest;
  const std::lock_guard lock(implementation_->taking);
  if (!latest || latest->taken->GetSequenceNumber() != implementation_->db->GetLatestSequenceNumber()) {
    latest = std::make_shared<const snapshot::implementation>(implementation_->db.get());
  }
  return snapshot(latest);
}

store::cursor store::scan(family in) const {
  return cursor(std::make_unique<cursor::implementation>(cursor::implementation{
      std::unique_ptr<rocksdb::Iterator>(implementation_->db->NewIterator(scan_options(), in.handle))}));
}

store::cursor store::scan(family in, const snapshot& at, reading how) const {
  constexpr std::size_t read_ahead_bytes = 1u << 20;
  rocksdb::ReadOptions options = scan_options();
  options.snapshot = at.implementation_->taken;
  if (how == reading::once) {
    options.fill_cache = false;
    options.readahead_size = read_ahead_bytes;
  }
  return cursor(std::make_unique<cursor::implementation>(cursor::implementation{
      std::unique_ptr<rocksdb::Iterator>(implementation_->db->NewIterator(options, in.handle))}));
}

store::batch store::begin() const { return batch(std::make_unique<batch::implementation>(implementation_->db.get())); }

result<> store::write(batch& changes, durability how) {
  rocksdb::WriteBatch& all = changes.implementation_->appended;
  changes.implementation_->changed.for_each([&all](family in, const changed_rows::rows& rows) {
    for (const auto& [key, value] : rows) {
      must(value ? all.Put(in.handle, key, *value) : all.Delete(in.handle, key));
    }
  });

  const std::lock_guard lock(implementation_->writing);
  if (const auto may = implementation_->may_write(); !may) return may;
  if (const auto room = implementation_->reserve->room_for(all.GetDataSize()); !room) return room;
  // For the recovery after a crash: see log_end.
  std::string words(implementation_->all_synced ? after_sync : in_between);
  words += implementation_->process_number;
  must(all.PutLogData(words));
  rocksdb::WriteOptions options;
  options.disableWAL = implementation_->scratch;
  options.sync = how == durability::durable && !implementation_->scratch;
  const auto status = implementation_->db->Write(options, &all);
  implementation_->forget_snapshot();
  if (!status.ok()) {
    implementation_->failed = true;
    // Nothing is written any more, not even in the background: it would use the failed WAL file.
    rocksdb::CancelAllBackgroundWork(implementation_->db.get(), false);
    return writing_error(status);
  }
  implementation_->all_synced = options.sync;
  if (!options.sync) return {};
  return implementation_->mark->raise(implementation_->db->GetLatestSequenceNumber());
}

bool store::accepts_writes() const { return !implementation_->failed; }

std::optional<std::string> store::why_refused() const {
  if (implementation_->read_only) return implementation_->read_only;
  if (const auto room = implementation_->reserve->room_for(0); !room) return room.error().detail;
  return std::nullopt;
}

bool store::read_only() const { return implementation_->read_only.has_value(); }

store_space store::space() const {
  const disk_reserve& reserve = *implementation_->reserve;
  return {.free = reserve.free().value_or(0), .kept_free = reserve.kept_free(), .held = reserve.held()};
}

result<> store::flush() {
  if (implementation_->read_only) return {};
  // After a failed write RocksDB must not use the WAL again.
  if (implementation_->failed) return error{errc::io, "a write has failed, so the next start reads the WAL again"};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  const std::shared_lock lock(implementation_->naming);
  for (const auto& [name, handle] : implementation_->by_name) handles.push_back(handle);
  const auto status = implementation_->db->Flush({}, handles);
  if (!status.ok())
    return error{errc::io, "the store was not flushed, so the next start reads the WAL again: " + status.ToString()};
  return {};
}

std::vector<table_file> store::table_files() const {
  std::vector<rocksdb::LiveFileMetaData> live;
  implementation_->db->GetLiveFilesMetaData(&live);
  std::vector<table_file> files;
  for (const auto& one : live) {
    files.push_back(
        {one.name.substr(one.name.find_first_not_of('/')), one.column_family_name, one.size, one.num_entries});
  }
  return files;
}

std::uint64_t store::estimated_rows(family in) const {
  std::uint64_t rows = 0;
  if (!implementation_->db->GetIntProperty(in.handle, rocksdb::DB::Properties::kEstimateNumKeys, &rows)) {
    throw std::logic_error("no estimate of rows");
  }
  return rows;
}

namespace {

/// Undoes one DisableFileDeletions(). RocksDB 9 has no argument any more.
template <class Database>
rocksdb::Status enable_file_deletions(Database& db) {
  constexpr bool force = false;
  if constexpr (requires { db.EnableFileDeletions(force); }) {
    return db.EnableFileDeletions(force);
  } else {
    return db.EnableFileDeletions();
  }
}

/// Copies the first bytes of a small file.
std::error_code copy_beginning(const std::filesystem::path& from, const std::filesystem::path& to,
                               std::uint64_t bytes) {
  std::error_code ec;
  std::filesystem::copy_file(from, to, ec);
  if (!ec) std::filesystem::resize_file(to, bytes, ec);
  return ec;
}

/// Puts the files of a database, as GetLiveFiles() names them, into a directory. Those of rows never change, so a link is
/// enough. The manifest grows: only its first bytes belong to this moment.
std::error_code copy_files(const std::filesystem::path& from, const std::vector<std::string>& names,
                           std::uint64_t manifest_bytes, const std::filesystem::path& to) {
  std::error_code ec;
  for (const std::string& each : names) {
    if (ec) break;
    const std::string name = each.substr(each.find_first_not_of('/'));
    if (name.ends_with(".sst")) {
      std::filesystem::create_hard_link(from / name, to / name, ec);
    } else if (name.starts_with("MANIFEST-")) {
      ec = copy_beginning(from / name, to / name, manifest_bytes);
      std::ofstream current(to / "CURRENT");
      current << name << '\n';
      current.close();
      if (!current) ec = std::make_error_code(std::errc::io_error);
    } else if (name != "CURRENT") {  // which may name a newer manifest by now
      std::filesystem::copy_file(from / name, to / name, ec);
    }
  }
  return ec;
}

}  // namespace

result<> store::copy_to(const std::filesystem::path& directory, const std::function<void()>& at_rest) {
  const auto failed = [&](const std::string& why) {
    return error{errc::io, "cannot copy the store to " + directory.string() + ": " + why};
  };
  if (const auto may = implementation_->may_write(); !may) return may;
  // Most of the write buffers, while writes go on; below only what was written since.
  if (const auto flushed = flush(); !flushed) return flushed;
  rocksdb::DB& db = *implementation_->db;
  if (const auto status = db.DisableFileDeletions(); !status.ok()) return failed(status.ToString());
  std::vector<std::string> names;
  std::uint64_t manifest_bytes = 0;
  result<> done;
  {
    const std::lock_guard lock(implementation_->writing);
    at_rest();
    // With the write buffers flushed every row is in a file of rows. RocksDB's own checkpoint would look at the WAL too,
    // whose preallocated file is being written.
    const auto status = implementation_->failed ? rocksdb::Status::IOError("an earlier write failed")
                                                : db.GetLiveFiles(names, &manifest_bytes, /*flush_memtable=*/true);
    if (!status.ok()) done = failed(status.ToString());
  }
  if (done) {
    std::error_code ec;
    if (!std::filesystem::create_directory(directory, ec)) {
      done = failed(ec ? ec.message() : "it is there already");
    } else if (ec = copy_files(db.GetName(), names, manifest_bytes, directory); ec) {
      done = failed(ec.message());
      std::filesystem::remove_all(directory, ec);  // the reason of the failure is told
    }
  }
  if (const auto status = enable_file_deletions(db); !status.ok() && done) {
    done = failed(status.ToString());
  }
  return done;
}

std::uint64_t store::bytes_on_disk() const {
  std::uint64_t bytes = 0;
  std::error_code ec;
  for (std::filesystem::directory_iterator file(implementation_->db->GetName(), ec), end; !ec && file != end;
       file.increment(ec)) {
    // A file may be deleted by a compaction between the listing and the look: it then counts nothing.
    std::error_code gone;
    const auto size = file->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

store_memory store::memory() const {
  const auto of_all = [this](const std::string& property) {
    std::uint64_t bytes = 0;
    if (!implementation_->db->GetAggregatedIntProperty(property, &bytes)) throw std::logic_error("no " + property);
    return bytes;
  };
  return {.cache = implementation_->cache->GetUsage(),
          .write_buffers = of_all(rocksdb::DB::Properties::kSizeAllMemTables),
          .open_files = of_all(rocksdb::DB::Properties::kEstimateTableReadersMem)};
}

store::snapshot::snapshot(std::shared_ptr<const implementation> made) : implementation_(std::move(made)) {}
store::snapshot::snapshot(snapshot&&) noexcept = default;
store::snapshot& store::snapshot::operator=(snapshot&&) noexcept = default;
store::snapshot::~snapshot() = default;

store::cursor::cursor(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
store::cursor::cursor(cursor&&) noexcept = default;
store::cursor& store::cursor::operator=(cursor&&) noexcept = default;
store::cursor::~cursor() = default;

void store::cursor::seek(std::string_view key) { implementation_->at->Seek(slice(key)); }
void store::cursor::seek_backward(std::string_view key) { implementation_->at->SeekForPrev(slice(key)); }
void store::cursor::seek_last() { implementation_->at->SeekToLast(); }
void store::cursor::next() { implementation_->at->Next(); }
void store::cursor::previous() { implementation_->at->Prev(); }
bool store::cursor::valid() const { return implementation_->at->Valid(); }
std::string_view store::cursor::key() const { return view(implementation_->at->key()); }
std::string_view store::cursor::value() const { return view(implementation_->at->value()); }

result<> store::cursor::status() const {
  const auto status = implementation_->at->status();
  if (status.ok()) return {};
  return reading_error(status, "a range", "");
}

store::batch::batch(std::unique_ptr<implementation> made) : implementation_(std::move(made)) {}
store::batch::batch(batch&&) noexcept = default;
store::batch& store::batch::operator=(batch&&) noexcept = default;
store::batch::~batch() = default;

void store::batch::put(family in, std::string_view key, std::string_view value) {
  implementation_->changed.put(in, key, value);
}

void store::batch::erase(family in, std::string_view key) { implementation_->changed.erase(in, key); }

void store::batch::append(family in, std::string_view key, std::string_view value) {
  must(implementation_->appended.Put(in.handle, slice(key), slice(value)));
}

result<std::optional<std::string>> store::batch::get(family in, std::string_view key) const {
  if (const auto* changed = implementation_->changed.find(in, key)) return *changed;
  return read(*implementation_->db, {}, in, key);
}

result<> store::batch::scan(family in, std::string_view from,
                            const std::function<bool(std::string_view, std::string_view)>& row) const {
  static const changed_rows::rows none;
  const changed_rows::rows* known = implementation_->changed.of(in);
  const changed_rows::rows& changed = known != nullptr ? *known : none;
  auto change = changed.lower_bound(from);
  const std::unique_ptr<rocksdb::Iterator> stored(implementation_->db->NewIterator(scan_options(), in.handle));
  stored->Seek(slice(from));
  while (stored->Valid() || change != changed.end()) {
    const int order = !stored->Valid() ? 1 : change == changed.end() ? -1 : view(stored->key()).compare(change->first);
    if (order < 0) {
      if (!row(view(stored->key()), view(stored->value()))) return {};
    } else if (change->second && !row(change->first, *change->second)) {
      return {};
    }
    if (order <= 0) stored->Next();
    if (order >= 0) ++change;
  }
  if (!stored->status().ok()) return reading_error(stored->status(), in.handle->GetName(), from);
  return {};
}

bool store::batch::empty() const { return implementation_->changed.empty() && implementation_->appended.Count() == 0; }

std::size_t store::batch::bytes() const {
  constexpr std::size_t row_overhead = 8;  // kind, family, two lengths
  const changed_rows& changed = implementation_->changed;
  return implementation_->appended.GetDataSize() + changed.bytes() + changed.count() * row_overhead;
}

void store::batch::mark() {
  implementation_->changed.mark();
  implementation_->appended.SetSavePoint();
}

void store::batch::back_to_mark() {
  implementation_->changed.back_to_mark();
  must(implementation_->appended.RollbackToSavePoint());
}

void store::batch::drop_mark() {
  implementation_->changed.drop_mark();
  must(implementation_->appended.PopSavePoint());
}

}  // namespace weir
