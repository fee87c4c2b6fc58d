#include "store/log_end.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <rocksdb/file_checksum.h>

namespace weir {
namespace {

constexpr std::size_t block_bytes = 32u << 10;
constexpr std::size_t header_bytes = 7;
constexpr std::size_t checksum_bytes = 4;
/// Of a record: the sequence and the count that it begins with, and the words and the number that it ends with.
constexpr std::size_t sequence_bytes = 8, count_bytes = 4, head_bytes = sequence_bytes + count_bytes;
constexpr std::size_t tail_bytes = after_sync.size() + process_number_bytes;
static_assert(after_sync.size() == in_between.size());

enum fragment_kind : unsigned char { none = 0, whole = 1, first = 2, middle = 3, last = 4 };

std::uint64_t lowest_first(std::string_view bytes) {
  std::uint64_t number = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) number = number << 8 | static_cast<unsigned char>(bytes[i]);
  return number;
}

/// As the log has it, which keeps it from being one of bytes that hold checksums themselves.
std::uint32_t masked_checksum(std::string_view bytes) {
  static const auto factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  const auto generator = factory->CreateFileChecksumGenerator({});
  generator->Update(bytes.data(), bytes.size());
  generator->Finalize();
  std::uint32_t checksum = 0;
  for (const char byte : generator->GetChecksum()) checksum = checksum << 8 | static_cast<unsigned char>(byte);
  return (checksum >> 15 | checksum << 17) + 0xa282'ead8u;
}

struct fragment {
  fragment_kind kind = none;
  std::string_view bytes;
};

/// The fragment at the start of the rest of the block, if it is intact.
std::optional<fragment> fragment_of(std::string_view rest) {
  const std::size_t length = lowest_first(rest.substr(checksum_bytes, 2));
  const auto kind = static_cast<unsigned char>(rest[header_bytes - 1]);
  if (kind < whole || kind > last || header_bytes + length > rest.size()) return std::nullopt;
  if (masked_checksum(rest.substr(header_bytes - 1, 1 + length)) != lowest_first(rest.substr(0, checksum_bytes))) {
    return std::nullopt;
  }
  return fragment{static_cast<fragment_kind>(kind), rest.substr(header_bytes, length)};
}

class end_finder {
 public:
  /// The next block: all 32 KiB of it, unless it is the file's last.
  void take(std::string_view block) {
    const std::size_t used = block.find_last_not_of('\0') + 1;  // 0 if none is
    std::size_t at = 0;
    while (at + header_bytes <= block.size() && !end_.damaged) {
      if (at >= used) {
        room_seen_ = true;
        break;
      }
      const auto found = fragment_of(block.substr(at));
      if (found && !room_seen_) {
        at += header_bytes + found->bytes.size();
        add(*found, before_ + at);
      } else {
        // From here on it searches for later records at every byte: no length can be trusted.
        end_.torn = true;
        room_seen_ = false;
        in_record_ = false;
        if (!found) ++at;
      }
    }
    // The last bytes of a block that is full are not used; of one that is not, they are a header's beginning.
    if (block.size() < block_bytes && (in_record_ || at < used)) end_.torn = true;
    before_ += block.size();
  }

  [[nodiscard]] const log_end& end() const { return end_; }

 private:
  void add(const fragment& one, std::uint64_t ends_at) {
    const bool begins = one.kind == whole || one.kind == first;
    if (begins == in_record_) {
      end_.torn = true;
      in_record_ = false;
      if (!begins) return;  // the rest of what is lost
    }
    if (begins) head_.clear();
    if (begins) tail_.clear();
    keep(one.bytes);
    in_record_ = one.kind == first || one.kind == middle;
    if (!in_record_) end_record(ends_at);
  }

  void end_record(std::uint64_t ends_at) {
    const std::string_view tail(tail_);
    const bool is_after_sync = tail.starts_with(after_sync);
    const std::string_view number = tail.substr(std::min(tail.size(), after_sync.size()));
    const std::uint64_t sequence = lowest_first(std::string_view(head_).substr(0, sequence_bytes));
    if (head_.size() < head_bytes || (!end_.torn && end_.next && sequence != *end_.next)) end_.torn = true;
    if (end_.torn) {
      // It must be of the same process, if that is known; otherwise it may be a client's data.
      const bool believed = is_after_sync && (process_.empty() || number == process_);
      end_.damaged |= believed;
      end_.after_sync_seen |= believed;
      return;
    }
    end_.after_sync_seen |= is_after_sync;
    end_.offset = ends_at;
    if (!end_.first) end_.first = sequence;
    end_.next = sequence + lowest_first(std::string_view(head_).substr(sequence_bytes));
    process_ = number;
  }

  void keep(std::string_view bytes) {
    head_ += bytes.substr(0, head_bytes - std::min(head_.size(), head_bytes));
    tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), tail_bytes));
    if (tail_.size() > tail_bytes) tail_.erase(0, tail_.size() - tail_bytes);
  }

  log_end end_;
  std::uint64_t before_ = 0;  ///< bytes of the blocks taken
  bool room_seen_ = false;    ///< nothing may follow
  bool in_record_ = false;
  std::string head_, tail_;  ///< the record's first and last bytes
  std::string process_;      ///< the number in the last record that could be read; empty: none could
};

}  // namespace

result<log_end> find_log_end(const read_on& more) {
  end_finder finder;
  std::vector<char> block(block_bytes);
  for (;;) {
    const auto read = more(block.data(), block.size());
    if (!read) return read.error();
    finder.take({block.data(), *read});
    if (*read < block.size() || finder.end().damaged) return finder.end();
  }
}

result<std::optional<record_fault>> find_record_fault(const read_on& more) {
  std::vector<char> room(block_bytes);
  bool in_record = false;
  std::uint64_t before = 0, whole_until = 0;
  for (;;) {
    const auto read = more(room.data(), room.size());
    if (!read) return read.error();
    const std::string_view block(room.data(), *read);
    const bool is_last = block.size() < block_bytes;
    std::size_t at = 0;
    while (at + header_bytes <= block.size()) {
      const std::string_view rest = block.substr(at);
      const auto found = fragment_of(rest);
      const bool begins = found && (found->kind == whole || found->kind == first);
      if (!found || begins == in_record) {
        const std::size_t length = lowest_first(rest.substr(checksum_bytes, 2));
        const bool is_cut_off = is_last && header_bytes + length > rest.size();
        return std::optional{record_fault{whole_until, !is_cut_off}};
      }
      at += header_bytes + found->bytes.size();
      in_record = found->kind == first || found->kind == middle;
      if (!in_record) whole_until = before + at;
    }
    if (is_last) {
      if (in_record || at < block.size()) return std::optional{record_fault{whole_until, false}};
      return std::optional<record_fault>{};
    }
    before += block.size();
  }
}

bool is_torn_end(std::string_view rest, std::uint64_t at) {
  constexpr std::uint64_t page_bytes = 4096;
  const std::uint64_t end = at + rest.size();
  bool is_page_lost = false;
  for (std::uint64_t page = at; page < end;) {
    const std::uint64_t next = std::min(end, (page / page_bytes + 1) * page_bytes);
    is_page_lost |= rest.substr(page - at, next - page).find_first_not_of('\0') == rest.npos;
    page = next;
  }
  if (!is_page_lost) return false;
  // At every byte, since no length can be trusted.
  for (std::uint64_t place = at; place + header_bytes <= end; ++place) {
    const std::uint64_t block_ends = std::min(end, (place / block_bytes + 1) * block_bytes);
    if (place + header_bytes > block_ends) continue;
    const auto found = fragment_of(rest.substr(place - at, block_ends - place));
    if (found && (found->kind == whole || found->kind == last)) return false;
  }
  return true;
}

}  // namespace weir
