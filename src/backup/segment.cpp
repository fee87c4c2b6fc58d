#include "backup/segment.hpp"

#include <charconv>
#include <cstdio>

#include <nlohmann/json.hpp>
#include <zstd.h>

#include "backup/files.hpp"
#include "base/digest.hpp"
#include "base/hexadecimal.hpp"

namespace weir::backup {
namespace {

using json = nlohmann::ordered_json;

constexpr std::string_view magic = "WEIR", name_begin = "commits-";
constexpr std::size_t fields_bytes = 4 + 1 + 4 + 4 + 8 + 4, digest_bytes = 32, head_bytes = fields_bytes + digest_bytes;
constexpr std::size_t part_bytes_max = 1u << 30;
constexpr int compression_level = 3;
constexpr std::size_t name_digits = 12;

void append_number(std::string& to, std::uint64_t value, int bytes) {
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8) to += static_cast<char>(value >> shift & 0xff);
}

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t length) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < length; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::string part(char kind, std::string_view stored, std::size_t length, std::uint64_t first, std::uint32_t count) {
  std::string made(magic);
  made += kind;
  append_number(made, stored.size(), 4);
  append_number(made, length, 4);
  append_number(made, first, 8);
  append_number(made, count, 4);
  sha256_of_pieces digest;
  digest.add(made);
  digest.add(stored);
  made += digest.digest();
  made += stored;
  return made;
}

struct part_view {
  char kind = 0;
  std::uint64_t length = 0, first = 0, count = 0;
  std::string_view stored;
  std::size_t bytes = 0;  ///< of the whole part
};

/// The part at the beginning of these bytes; nothing if none is whole there.
std::optional<part_view> part_at(std::string_view bytes) {
  if (bytes.size() < head_bytes || !bytes.starts_with(magic)) return std::nullopt;
  const std::uint64_t stored = number_at(bytes, 5, 4);
  if (stored > part_bytes_max || bytes.size() - head_bytes < stored) return std::nullopt;
  part_view found{bytes[4],
                  number_at(bytes, 9, 4),
                  number_at(bytes, 13, 8),
                  number_at(bytes, 21, 4),
                  bytes.substr(head_bytes, stored),
                  head_bytes + stored};
  sha256_of_pieces digest;
  digest.add(bytes.substr(0, fields_bytes));
  digest.add(found.stored);
  if (digest.digest() != bytes.substr(fields_bytes, digest_bytes)) return std::nullopt;
  return found;
}

/// Whether a whole part begins anywhere in these bytes.
bool has_part(std::string_view bytes) {
  for (std::size_t at = bytes.find(magic); at != bytes.npos; at = bytes.find(magic, at + 1)) {
    if (part_at(bytes.substr(at))) return true;
  }
  return false;
}

std::optional<std::string> unpacked(const part_view& from) {
  if (from.length > part_bytes_max) return std::nullopt;
  std::string made(from.length, '\0');
  const std::size_t size = ZSTD_decompress(made.data(), made.size(), from.stored.data(), from.stored.size());
  if (ZSTD_isError(size) != 0 || size != made.size()) return std::nullopt;
  return made;
}

std::string padded(std::uint64_t number) {
  std::string text = std::to_string(number);
  text.insert(0, text.size() < name_digits ? name_digits - text.size() : 0, '0');
  return text;
}

}  // namespace

std::string segment_beginning(const stream_beginning& what, const log_head& before) {
  const json text{{"beginning", json::parse(beginning_json(what))}, {"previous", hexadecimal(before.hash)}};
  const std::string bytes = text.dump();
  return part('B', bytes, bytes.size(), before.number + 1, 0);
}

void append_to_block(std::string& block, std::string_view commit) {
  append_number(block, commit.size(), 4);
  block += commit;
}

std::string segment_block(std::uint64_t first, std::uint32_t count, std::string_view commits) {
  std::string stored(ZSTD_compressBound(commits.size()), '\0');
  const std::size_t size =
      ZSTD_compress(stored.data(), stored.size(), commits.data(), commits.size(), compression_level);
  if (ZSTD_isError(size) != 0) throw std::runtime_error(std::string("zstd failed: ") + ZSTD_getErrorName(size));
  stored.resize(size);
  return part('C', stored, commits.size(), first, count);
}

std::string segment_end(std::string_view digest_of_file) {
  return part('E', digest_of_file, digest_of_file.size(), 0, 0);
}

std::string segment_name(std::uint64_t first_commit, position first) {
  return std::string(name_begin) + padded(first_commit) + "-" + padded(first.value) + std::string(segment_extension);
}

std::optional<std::uint64_t> segment_number(const std::filesystem::path& file) {
  std::string name = file.filename().string();
  if (name.ends_with(open_extension)) name.resize(name.size() - open_extension.size());
  if (!name.starts_with(name_begin) || !name.ends_with(segment_extension)) return std::nullopt;
  std::uint64_t number = 0;
  const char* begin = name.data() + name_begin.size();
  const auto [end, fault] = std::from_chars(begin, name.data() + name.size(), number);
  if (fault != std::errc{} || *end != '-' || number == 0) return std::nullopt;
  return number;
}

result<segment_shape> read_segment(const std::filesystem::path& file, std::uint64_t after, bool may_be_torn,
                                   const std::function<result<bool>(std::string commit)>& take) {
  constexpr std::size_t segment_bytes_max = 2u << 30;
  const auto bytes = read_whole(file, segment_bytes_max);
  if (!bytes) return bytes.error();
  segment_shape made;
  std::size_t at = 0;
  const auto damaged = [&](const std::string& why) {
    return error{errc::corrupt, "the archive's file " + file.string() + " is damaged at byte " + std::to_string(at) +
                                    ": " + why + "; take this file from another copy of the archive, or archive anew"};
  };
  bool wants_more = true;
  while (at < bytes->size()) {
    const std::string_view rest = std::string_view(*bytes).substr(at);
    const auto found = part_at(rest);
    if (!found) {
      if (!may_be_torn || has_part(rest.substr(1))) return damaged("the checksum differs");
      made.is_torn = true;
      break;
    }
    if (made.is_finished) return damaged("something follows its end");
    if ((at == 0) != (found->kind == 'B')) return damaged("it does not begin as a segment does");
    switch (found->kind) {
      case 'B':
        try {
          const json text = json::parse(found->stored);
          auto beginning = read_beginning_json(text.at("beginning").dump());
          if (!beginning) {
            return beginning.error().code == errc::newer_format
                       ? error{errc::newer_format, file.string() + ": " + beginning.error().detail}
                       : damaged(beginning.error().detail);
          }
          made.beginning = std::move(*beginning);
          made.first = found->first;
          if (!append_from_hexadecimal(made.previous, text.at("previous").get<std::string>())) {
            return damaged("it does not say what it follows on");
          }
        } catch (const json::exception& e) {
          return damaged(e.what());
        }
        if (segment_number(file) != made.first) return damaged("it has the name of another segment");
        break;
      case 'C': {
        if (found->first != made.first + made.commits) return damaged("commits are missing before it");
        made.commits += found->count;
        if (found->first + found->count - 1 <= after || !wants_more) break;
        const auto block = unpacked(*found);
        if (!block) return damaged("it cannot be unpacked");
        std::size_t in = 0;
        for (std::uint64_t number = found->first; number < found->first + found->count && wants_more; ++number) {
          if (block->size() - in < 4) return damaged("a commit is missing");
          const std::size_t length = number_at(*block, in, 4);
          in += 4;
          if (block->size() - in < length) return damaged("a commit is cut off");
          if (number > after) {
            const auto taken = take(block->substr(in, length));
            if (!taken) return taken.error();
            wants_more = *taken;
          }
          in += length;
        }
        break;
      }
      case 'E':
        if (sha256(std::string_view(*bytes).substr(0, at)) != found->stored)
          return damaged("its parts are not its own");
        made.is_finished = true;
        break;
      default:
        return damaged("it has a part of an unknown kind");
    }
    at += found->bytes;
    made.whole_bytes = at;
  }
  if (at == 0 && !may_be_torn) return damaged("it is empty");
  return made;
}

}  // namespace weir::backup
