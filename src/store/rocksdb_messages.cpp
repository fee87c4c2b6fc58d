#include "store/rocksdb_messages.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/time.hpp"

namespace weir {
namespace {

constexpr std::size_t message_bytes_max = 4u << 10;  ///< a longer one is cut
constexpr std::size_t gathered_bytes = 16u << 10;    ///< within a second: at an opening there are hundreds of lines

}  // namespace

rocksdb_messages::~rocksdb_messages() { CloseImpl().PermitUncheckedError(); }

void rocksdb_messages::Logv(const char* format, std::va_list values) {
  std::array<char, message_bytes_max> text{};
  const int length = std::vsnprintf(text.data(), text.size(), format, values);
  if (length < 0) return;
  std::string line = to_rfc3339(wall_clock_now()).value_or("");
  line += ' ';
  line.append(text.data(), std::min(static_cast<std::size_t>(length), text.size() - 1));
  if (line.back() != '\n') line += '\n';
  const std::lock_guard lock(mutex_);
  if (!file_) return;
  waiting_ += line;
  if (waiting_.size() >= gathered_bytes || std::chrono::steady_clock::now() >= next_write_) write();
}

/// RocksDB calls it after each flush, merge and error.
void rocksdb_messages::Flush() {
  const std::lock_guard lock(mutex_);
  write();
}

void rocksdb_messages::write() {
  if (file_ && file_->Append(waiting_, {}, nullptr).ok()) size_ += waiting_.size();
  waiting_.clear();
  next_write_ = std::chrono::steady_clock::now() + std::chrono::seconds{1};
}

std::size_t rocksdb_messages::GetLogFileSize() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

rocksdb::Status rocksdb_messages::CloseImpl() {
  const std::lock_guard lock(mutex_);
  write();
  if (file_) file_->Close({}, nullptr).PermitUncheckedError();
  file_.reset();
  return rocksdb::Status::OK();
}

}  // namespace weir
