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

enum fragment_kind : unsigned char { none = 0, whole = 1, first = 2, middle = 3, last = 4 };

std::uint32_t lowest_first(std::string_view bytes) {
  std::uint32_t number = 0;
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

/// What begins the block's rest, if it is a fragment as it was written.
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
        // From here on it is looked for what was written behind, at every byte: no length can be trusted.
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
    if (begins) tail_.clear();
    keep_tail(one.bytes);
    in_record_ = one.kind == first || one.kind == middle;
    if (in_record_) return;
    const bool is_after_sync = tail_.ends_with(after_sync);
    end_.after_sync_seen |= is_after_sync;
    if (!end_.torn) {
      end_.offset = ends_at;
    } else if (is_after_sync) {
      end_.damaged = true;
    }
  }

  void keep_tail(std::string_view bytes) {
    tail_ += bytes.substr(bytes.size() - std::min(bytes.size(), after_sync.size()));
    if (tail_.size() > after_sync.size()) tail_.erase(0, tail_.size() - after_sync.size());
  }

  log_end end_;
  std::uint64_t before_ = 0;  ///< bytes of the blocks taken
  bool room_seen_ = false;    ///< nothing may follow
  bool in_record_ = false;
  std::string tail_;  ///< the record's last bytes
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

}  // namespace weir
