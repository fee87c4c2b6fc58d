#include "state/hidden_rows.hpp"

#include <vector>

#include "base/bytes.hpp"

namespace weir {
namespace {

constexpr std::size_t owner_bytes = 8;

std::string hash_of(const personal::vault& keys, const projection_type& of, std::string_view clear_key) {
  return keys.hash("view " + of.name, clear_key);
}

std::string row_key(std::string_view hash) { return "k" + std::string(hash); }

std::string owner_prefix(std::uint64_t key) {
  std::string made = "o";
  append_big_endian(made, key);
  return made;
}

std::uint64_t owner_of(std::string_view stored) {
  if (stored.size() < owner_bytes) throw fatal_error({errc::corrupt, "a row under a personal key is too short"});
  return read_big_endian(stored.substr(stored.size() - owner_bytes));
}

std::string without_owner(std::string stored) {
  if (stored.size() < owner_bytes) throw fatal_error({errc::corrupt, "a row under a personal key is too short"});
  stored.resize(stored.size() - owner_bytes);
  return stored;
}

}  // namespace

std::optional<std::string> hiding_sink::get_hidden(std::string_view value, personal_key_function as) const {
  const auto clear = keys_.open_value(value);
  if (!clear) return std::nullopt;
  auto stored = into_.get(row_key(hash_of(keys_, of_, as(clear->text))));
  if (!stored) return std::nullopt;
  return without_owner(std::move(*stored));
}

void hiding_sink::put_hidden(std::string_view value, personal_key_function as, std::string_view row) {
  const auto clear = keys_.open_value(value);
  if (!clear) return;
  const std::string hash = hash_of(keys_, of_, as(clear->text));
  std::string stored(row);
  append_big_endian(stored, clear->key);
  into_.put(row_key(hash), stored);
  if (clear->key != 0) into_.put(owner_prefix(clear->key) + hash, "");
}

void hiding_sink::erase_hidden(std::string_view value, personal_key_function as) {
  const auto clear = keys_.open_value(value);
  if (!clear) return;
  const std::string hash = hash_of(keys_, of_, as(clear->text));
  const auto stored = into_.get(row_key(hash));
  if (!stored) return;
  into_.erase(row_key(hash));
  into_.erase(owner_prefix(owner_of(*stored)) + hash);
}

std::optional<std::uint64_t> owner_of_hidden_row(std::string_view key, std::string_view row) {
  if (key.starts_with('k') && row.size() >= owner_bytes) return read_big_endian(row.substr(row.size() - owner_bytes));
  if (key.starts_with('o') && key.size() > owner_bytes) return read_big_endian(key.substr(1, owner_bytes));
  return std::nullopt;
}

void erase_hidden_rows(store::batch& in, family rows, std::uint64_t key) {
  const std::string prefix = owner_prefix(key);
  std::vector<std::string> hashes;
  in.scan(rows, prefix, [&](std::string_view at, std::string_view) {
      if (!at.starts_with(prefix)) return false;
      hashes.emplace_back(at.substr(prefix.size()));
      return true;
    }).value();
  for (const std::string& hash : hashes) {
    // Another subject may have put a row under the same key since.
    const auto stored = in.get(rows, row_key(hash)).value();
    if (stored && owner_of(*stored) == key) in.erase(rows, row_key(hash));
    in.erase(rows, prefix + hash);
  }
}

std::optional<std::string> opened_rows::get(view_tag view, std::string_view key) const {
  auto row = of_.get(view, key);
  const projection_type* const projection = domains_.find_personal_view(view);
  if (!row || !projection || !keys_) return row;
  return keys_->open(*row, *projection->row_shape).value().bytes;
}

void opened_rows::scan(view_tag view, std::string_view from,
                       const std::function<bool(std::string_view, std::string_view)>& row) const {
  const projection_type* const projection = domains_.find_personal_view(view);
  if (!projection || !keys_) return of_.scan(view, from, row);
  of_.scan(view, from, [&](std::string_view key, std::string_view bytes) {
    return row(key, keys_->open(bytes, *projection->row_shape).value().bytes);
  });
}

std::optional<std::string> opened_rows::get_hidden(view_tag view, std::string_view key) const {
  const projection_type* const projection = domains_.find_personal_view(view);
  if (!projection || !keys_) return of_.get(view, key);
  auto row = of_.get(view, row_key(hash_of(*keys_, *projection, key)));
  if (!row) return row;
  return keys_->open(without_owner(std::move(*row)), *projection->row_shape).value().bytes;
}

std::any opened_state(const std::any& state, const aggregate_type& type, const personal::vault& keys) {
  const std::string bytes = type.encode(state);
  if (bytes.find('\xff') == bytes.npos) return state;
  return type.decode(keys.open(bytes, *type.state_shape).value().bytes);
}

}  // namespace weir
