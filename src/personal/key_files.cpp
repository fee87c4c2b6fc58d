#include "personal/key_files.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include <openssl/crypto.h>

#include "base/bytes.hpp"
#include "base/digest.hpp"

namespace weir::personal {
namespace {

constexpr std::size_t slot_bytes = 64, check_bytes = 16, id_bytes = 16, rest_bytes = slot_bytes - check_bytes;
constexpr std::string_view magic = "weir keys 1\n";
constexpr std::size_t id_at = 16;
constexpr std::string_view erased_word = "erased";
constexpr std::size_t copied_at_once = 1u << 20;
constexpr std::uint64_t slots_read_at_once = 256;
/// How far beyond the last key a destroyed one may be: what files of keys lack that are older than the list of erasures.
constexpr std::uint64_t slots_added_max = 10'000'000;

std::uint64_t place_of(std::uint64_t number) { return slot_bytes * (number + 1); }

std::string with_check(std::string rest, std::string_view what) {
  rest += sha256(std::string(what) + rest).substr(0, check_bytes);
  return rest;
}

std::string numbered(std::uint64_t number) {
  std::string bytes;
  append_big_endian(bytes, number);
  return bytes;
}

bool has_check(std::string_view slot, std::string_view what) {
  if (slot.size() != slot_bytes) return false;
  return with_check(std::string(slot.substr(0, rest_bytes)), what) == slot;
}

std::string header_of(std::string_view id) {
  std::string rest(magic);
  rest.resize(id_at, '\0');
  rest += id;
  rest.resize(rest_bytes, '\0');
  return with_check(std::move(rest), "header");
}

std::string slot_of(std::uint64_t number, std::string_view random) {
  std::string rest(random);
  rest.resize(rest_bytes, '\0');
  return with_check(std::move(rest), numbered(number));
}

std::string erased_slot(std::uint64_t number) {
  std::string rest(key_bytes, '\0');
  rest += erased_word;
  rest.resize(rest_bytes, '\0');
  return with_check(std::move(rest), numbered(number));
}

bool is_erased(std::string_view slot) {
  return slot.substr(0, key_bytes) == std::string(key_bytes, '\0') &&
         slot.substr(key_bytes, erased_word.size()) == erased_word;
}

std::string new_slots(std::uint64_t from, std::uint64_t count) {
  std::string random = random_bytes(count * key_bytes);
  std::string bytes;
  bytes.reserve(count * slot_bytes);
  for (std::uint64_t i = 0; i < count; ++i) {
    bytes += slot_of(from + i, std::string_view(random).substr(i * key_bytes, key_bytes));
  }
  OPENSSL_cleanse(random.data(), random.size());
  return bytes;
}

bool is_header(std::string_view bytes) { return has_check(bytes, "header") && bytes.starts_with(magic); }

error of_different_stores(const std::filesystem::path& directory) {
  return {errc::corrupt, "keys.1 and keys.2 in " + directory.string() +
                             " are of different stores: put back the two files that belong together"};
}

result<> make(const std::filesystem::path& path, std::string_view bytes) {
  const std::filesystem::path unfinished = path.string() + ".new";
  std::error_code none;
  std::filesystem::remove(unfinished, none);
  const auto made = file::open(unfinished, true);
  if (!made) return made.error();
  if (const auto written = made->write(0, bytes); !written) return written;
  if (const auto synced = made->sync(); !synced) return synced;
  std::error_code failed;
  std::filesystem::rename(unfinished, path, failed);
  if (failed) return error{errc::io, "cannot make " + path.string() + ": " + failed.message()};
  return sync_directory(path.parent_path());
}

}  // namespace

result<std::unique_ptr<key_files>> key_files::open(const std::filesystem::path& directory) {
  const std::array paths{directory / "keys.1", directory / "keys.2"};
  std::error_code failed;
  const bool exists = std::filesystem::exists(paths[0], failed) || std::filesystem::exists(paths[1], failed);
  if (!exists) {
    const bool made = std::filesystem::create_directory(directory, failed);
    if (failed) return error{errc::io, "cannot create " + directory.string() + ": " + failed.message()};
    if (made) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, failed);
    if (const auto synced = sync_directory(directory.parent_path()); !synced) return synced.error();
    const std::string bytes = header_of(random_bytes(id_bytes)) + new_slots(0, slots_at_first);
    if (const auto first = make(paths[0], bytes); !first) return first.error();
  }
  for (std::size_t i = 0; i < 2; ++i) {
    if (std::filesystem::exists(paths[i], failed)) continue;
    // Only the header: complete() copies the rest.
    const auto other = file::open(paths[1 - i], false);
    if (!other) return other.error();
    const auto header = other->read(0, slot_bytes);
    if (!header) return header.error();
    if (const auto done = make(paths[i], *header); !done) return done.error();
  }
  std::vector<file> copies;
  for (const auto& path : paths) {
    auto opened = file::open(path, false);
    if (!opened) return opened.error();
    copies.push_back(std::move(*opened));
  }
  std::unique_ptr<key_files> opened(new key_files(std::move(copies), false));
  for (std::size_t i = 0; i < 2; ++i) {
    const auto header = opened->copies_[i].read(0, slot_bytes);
    if (!header) return header.error();
    if (!is_header(*header)) {
      return error{errc::corrupt, paths[i].string() +
                                      " is no file of keys, or its header is damaged: restore it, or "
                                      "remove it if " +
                                      paths[1 - i].filename().string() + " is whole"};
    }
    const std::string id = header->substr(id_at, id_bytes);
    if (!opened->id_.empty() && opened->id_ != id) return of_different_stores(directory);
    opened->id_ = id;
  }
  if (const auto done = opened->complete(); !done) return done.error();
  return opened;
}

result<std::unique_ptr<key_files>> key_files::open_to_read(const std::filesystem::path& directory) {
  std::vector<file> copies;
  std::string id;
  std::uint64_t bytes = slot_bytes;
  bool is_any_there = false;
  for (const char* name : {"keys.1", "keys.2"}) {
    std::error_code unknown;
    if (!std::filesystem::exists(directory / name, unknown)) continue;
    is_any_there = true;
    auto opened = file::open_to_read(directory / name);
    if (!opened) return opened.error();
    const auto header = opened->read(0, slot_bytes);
    if (!header) return header.error();
    if (!is_header(*header)) continue;
    if (!id.empty() && header->substr(id_at, id_bytes) != id) return of_different_stores(directory);
    id = header->substr(id_at, id_bytes);
    const auto size = opened->size();
    if (!size) return size.error();
    bytes = std::max(bytes, *size);
    copies.push_back(std::move(*opened));
  }
  if (is_any_there && copies.empty()) {
    return error{errc::corrupt, "the headers of keys.1 and keys.2 in " + directory.string() +
                                    " are damaged: put back a copy of the directory keys"};
  }
  std::unique_ptr<key_files> opened(new key_files(std::move(copies), true));
  opened->id_ = std::move(id);
  opened->slots_ = bytes / slot_bytes - 1;
  return opened;
}

/// Makes the files equally long, and durable: a process that ended may have written what it did not sync.
result<> key_files::complete() {
  std::array<std::uint64_t, 2> sizes{};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto size = copies_[i].size();
    if (!size) return size.error();
    sizes[i] = *size / slot_bytes * slot_bytes;
  }
  const std::size_t shorter = sizes[0] < sizes[1] ? 0 : 1;
  for (std::uint64_t at = sizes[shorter]; at < sizes[1 - shorter];) {
    const auto bytes = copies_[1 - shorter].read(at, std::min<std::uint64_t>(copied_at_once, sizes[1 - shorter] - at));
    if (!bytes) return bytes.error();
    if (bytes->empty()) break;
    if (const auto written = copies_[shorter].write(at, *bytes); !written) return written;
    at += bytes->size();
  }
  for (const file& each : copies_) {
    if (const auto synced = each.sync(); !synced) return synced;
  }
  slots_ = sizes[1 - shorter] / slot_bytes - 1;
  return {};
}

result<> key_files::grow() {
  const std::uint64_t from = slots_;
  const std::uint64_t added = std::clamp(from, slots_at_first, slots_at_once_max);
  const std::string bytes = new_slots(from, added);
  for (const file& each : copies_) {
    if (const auto written = each.write(place_of(from), bytes); !written) return written;
    if (const auto synced = each.sync(); !synced) return synced;
  }
  slots_ = from + added;
  return {};
}

result<key_files::found> key_files::read(std::uint64_t number) const {
  if (number >= slots_) return found{missing{}};
  if (destroyed_.count(number) != 0) return found{erased{}};
  if (auto recent = recent_.find(number)) return found{std::move(*recent)};
  const std::uint64_t moment = recent_.moment(number);
  std::optional<key> whole;
  for (const file& each : copies_) {
    auto slot = each.read(place_of(number), slot_bytes);
    if (!slot) return slot.error();
    if (!has_check(*slot, numbered(number))) continue;
    if (is_erased(*slot)) return found{erased{}};
    whole.emplace(std::string_view(*slot).substr(0, key_bytes));
    OPENSSL_cleanse(slot->data(), slot->size());
    break;  // an erasure begins with the first copy
  }
  if (whole) {
    recent_.put(number, *whole, moment);
    return found{std::move(*whole)};
  }
  return error{errc::corrupt, "key " + std::to_string(number) +
                                  " is damaged in both keys.1 and keys.2: put back a copy of the directory keys"};
}

result<key_files::looked_at> key_files::look_at(std::uint64_t number) const {
  looked_at seen;
  std::optional<std::string> first;
  for (const file& each : copies_) {
    auto slot = each.read(place_of(number), slot_bytes);
    if (!slot) return slot.error();
    const bool whole = has_check(*slot, numbered(number));
    seen.copies.push_back(!whole ? copy::damaged : is_erased(*slot) ? copy::erased : copy::key);
    seen.equal = seen.equal && (!first || *first == *slot);
    first = std::move(*slot);
  }
  if (first) OPENSSL_cleanse(first->data(), first->size());
  return seen;
}

result<> key_files::put(std::uint64_t number, const std::string& slot) {
  for (const file& each : copies_) {
    if (const auto written = each.write(place_of(number), slot); !written) return written;
    if (const auto synced = each.sync(); !synced) return synced;
  }
  return {};
}

key_files::block::~block() {
  for (std::string& each : copies) OPENSSL_cleanse(each.data(), each.size());
}

key_files::block& key_files::block::operator=(block&& other) noexcept {
  for (std::string& each : copies) OPENSSL_cleanse(each.data(), each.size());
  first = other.first;
  copies = std::move(other.copies);
  return *this;
}

bool key_files::block::has(std::uint64_t number) const {
  return number >= first && (number - first) * slot_bytes < std::max(copies[0].size(), copies[1].size());
}

std::string_view key_files::block::slot(std::size_t copy, std::uint64_t number) const {
  const std::string_view all = copies[copy];
  return all.substr(std::min<std::uint64_t>(all.size(), (number - first) * slot_bytes), slot_bytes);
}

result<> key_files::read_ahead(std::uint64_t number) {
  if (ahead_.has(number)) return {};
  block made;
  made.first = number;
  for (std::size_t i = 0; i < made.copies.size(); ++i) {
    auto bytes = copies_[i].read(place_of(number), slot_bytes * std::min(slots_read_at_once, slots_ - number));
    if (!bytes) return bytes.error();
    made.copies[i] = std::move(*bytes);
  }
  ahead_ = std::move(made);
  return {};
}

result<std::uint64_t> key_files::next_free(std::uint64_t last) {
  if (read_only_) return error{errc::unavailable, "the keys were opened to be read only"};
  for (std::uint64_t number = last + 1;; ++number) {
    while (number + slots_ahead >= slots_) {
      if (const auto grown = grow(); !grown) return grown.error();
    }
    if (const auto ready = read_ahead(number); !ready) return ready.error();
    const std::array slots{ahead_.slot(0, number), ahead_.slot(1, number)};
    const bool first = has_check(slots[0], numbered(number));
    const bool second = slots[0] == slots[1] ? first : has_check(slots[1], numbered(number));
    if ((first && is_erased(slots[0])) || (second && is_erased(slots[1]))) continue;
    if (first && slots[0] == slots[1]) {
      recent_.put(number, key(slots[0].substr(0, key_bytes)), recent_.moment(number));
      return number;
    }
    // A process ended while it added keys, or a slot is damaged: nobody has this key yet.
    const std::string again = first ? std::string(slots[0]) : second ? std::string(slots[1]) : new_slots(number, 1);
    ahead_ = {};
    if (const auto done = put(number, again); !done) return done.error();
    return number;
  }
}

result<> key_files::destroy(std::uint64_t number) {
  if (number == 0 || number > slots_ + slots_added_max) {
    return error{errc::corrupt, "no subject can have key " + std::to_string(number) + ", which is to be destroyed"};
  }
  if (read_only_) {
    destroyed_.insert(number);
    recent_.forget(number);
    return {};
  }
  ahead_ = {};
  while (number >= slots_) {
    if (const auto grown = grow(); !grown) return grown;
  }
  // Also before: nobody gets the key any more once the first copy of it is gone.
  recent_.forget(number);
  const std::string gone = erased_slot(number);
  bool already = true;
  for (const file& each : copies_) {
    const auto slot = each.read(place_of(number), slot_bytes);
    if (!slot) return slot.error();
    already = already && *slot == gone;
  }
  if (already) return {};
  auto done = put(number, gone);
  recent_.forget(number);
  return done;
}

}  // namespace weir::personal
