#include "verify/findings.hpp"

#include <cctype>
#include <cstdio>

namespace weir {
namespace {

constexpr std::size_t notes_max = 100;

}  // namespace

std::string printable_key(std::string_view key) {
  std::string text;
  for (const char each : key) {
    if (each >= ' ' && each <= '~' && each != '\\') {
      text += each;
    } else {
      char escaped[5];
      std::snprintf(escaped, sizeof escaped, "\\x%02x", static_cast<unsigned char>(each));
      text += escaped;
    }
  }
  return text;
}

void findings::add(store_fault one) {
  ++count_;
  const std::lock_guard lock(mutex_);
  if (kept_.size() < kept_max_) kept_.push_back(std::move(one));
}

void findings::note(std::string what) {
  const std::lock_guard lock(mutex_);
  if (notes_.size() < notes_max) notes_.push_back(std::move(what));
}

std::vector<store_fault> findings::faults() const {
  const std::lock_guard lock(mutex_);
  return kept_;
}

std::vector<std::string> findings::notes() const {
  const std::lock_guard lock(mutex_);
  return notes_;
}

std::string file_named_in(std::string_view detail) {
  // RocksDB looks for a file of rows by an old ending too, and may name that one.
  for (const std::string_view ending : {".sst", ".log", ".ldb"}) {
    for (auto at = detail.find(ending); at != detail.npos; at = detail.find(ending, at + 1)) {
      std::size_t begin = at;
      while (begin > 0 && std::isdigit(static_cast<unsigned char>(detail[begin - 1]))) --begin;
      if (begin < at) return std::string(detail.substr(begin, at - begin)).append(ending == ".ldb" ? ".sst" : ending);
    }
  }
  if (const auto manifest = detail.find("MANIFEST-"); manifest != detail.npos) {
    const auto end = detail.find_first_not_of("0123456789", manifest + 9);
    return std::string(detail.substr(manifest, end == detail.npos ? end : end - manifest));
  }
  return detail.find("CURRENT") != detail.npos ? "CURRENT" : "";
}

}  // namespace weir
