#include "store/errors.hpp"

#include <array>
#include <cstdio>

namespace weir {
namespace {

std::string printable(std::string_view key) {
  std::string text;
  for (const char c : key) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      text += c;
    } else {
      std::array<char, 8> escaped{};
      std::snprintf(escaped.data(), escaped.size(), "\\x%02x", static_cast<unsigned char>(c));
      text += escaped.data();
    }
  }
  return text;
}

}  // namespace

error opening_error(const rocksdb::Status& status, const std::filesystem::path& directory) {
  const std::string reason = status.ToString();
  const std::string where = directory.string();
  if (status.IsCorruption()) {
    return {errc::corrupt, "the data in " + where + " is damaged: " + reason + "; weir verify --data " + where +
                               " names what is damaged; keep a copy of the directory, then restore the last backup"};
  }
  if (status.IsNoSpace()) return {errc::io, "the disk of " + where + " is full: " + reason + "; free some space"};
  return {errc::io, "cannot open the data directory " + where + ": " + reason};
}

error damaged_log_error(std::uint64_t ends_at, std::uint64_t had_reached, const std::filesystem::path& copies) {
  return {errc::corrupt, "the write-ahead log is damaged: it can be read up to write " + std::to_string(ends_at) +
                             ", but had been synced up to write " + std::to_string(had_reached) +
                             "; its files are kept in " + copies.string() +
                             "; keep a copy of the whole data directory, then restore the last backup"};
}

error reading_error(const rocksdb::Status& status, std::string_view family, std::string_view key) {
  const errc code = status.IsCorruption() ? errc::corrupt : errc::io;
  std::string detail = "cannot read " + std::string(family);
  if (!key.empty()) detail += " at key " + printable(key);
  return {code, detail + ": " + status.ToString()};
}

error writing_error(const rocksdb::Status& status) {
  return {errc::outcome_unknown, (status.IsNoSpace() ? "the disk is full: " : "a write failed: ") + status.ToString()};
}

}  // namespace weir
