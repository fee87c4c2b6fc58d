#include "store/rocksdb_messages.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "base/time.hpp"

namespace weir {
namespace {

constexpr std::size_t message_bytes_max = 4u << 10;  ///< a longer one is cut

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
  if (file_->Append(line, {}, nullptr).ok()) size_ += line.size();
}

std::size_t rocksdb_messages::GetLogFileSize() const {
  const std::lock_guard lock(mutex_);
  return size_;
}

rocksdb::Status rocksdb_messages::CloseImpl() {
  const std::lock_guard lock(mutex_);
  if (file_) file_->Close({}, nullptr).PermitUncheckedError();
  file_.reset();
  return rocksdb::Status::OK();
}

}  // namespace weir
