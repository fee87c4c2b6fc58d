#include "store/file_checks.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <rocksdb/sst_file_reader.h>

#include "store/log_end.hpp"

namespace weir {
namespace {

/// Calls `find` with a function that reads the file on.
template <class Find>
auto read_whole(const std::filesystem::path& file, Find find) -> decltype(find(read_on{})) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return error{errno == ENOENT ? errc::not_found : errc::io,
                 "cannot open " + file.string() + ": " + std::error_code(errno, std::generic_category()).message()};
  }
  return find([&](char* into, std::size_t bytes) -> result<std::size_t> {
    in.read(into, static_cast<std::streamsize>(bytes));
    if (in.bad()) return error{errc::io, "cannot read " + file.string()};
    return static_cast<std::size_t>(in.gcount());
  });
}

}  // namespace

result<> check_table_file(const std::filesystem::path& file, rocksdb::Env* environment) {
  rocksdb::Options options;
  if (environment) options.env = environment;
  rocksdb::SstFileReader reader(options);
  auto status = reader.Open(file.string());
  if (status.ok()) status = reader.VerifyChecksum();
  if (status.ok()) return {};
  const errc code = status.IsPathNotFound() || status.IsNotFound() ? errc::not_found
                    : status.IsIOError()                           ? errc::io
                                                                   : errc::corrupt;
  return error{code, status.ToString()};
}

result<std::optional<record_fault>> check_wal_file(const std::filesystem::path& file) {
  const auto end = read_whole(file, [](const read_on& more) { return find_log_end(more); });
  if (!end) return end.error();
  if (!end->torn) return std::optional<record_fault>{};
  return std::optional{record_fault{end->offset, end->damaged}};
}

result<std::optional<record_fault>> check_manifest_file(const std::filesystem::path& file) {
  return read_whole(file, [](const read_on& more) { return find_record_fault(more); });
}

}  // namespace weir
