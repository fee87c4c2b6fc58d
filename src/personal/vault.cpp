#include "personal/vault.hpp"

#include "personal/opening.hpp"

namespace weir::personal {

result<std::unique_ptr<vault>> vault::open(const std::filesystem::path& directory) {
  auto keys = key_files::open(directory);
  if (!keys) return keys.error();
  return made_of(std::move(keys), erasure_list::open(directory / "erasures"), directory);
}

result<std::unique_ptr<vault>> vault::open_to_read(const std::filesystem::path& directory) {
  return made_of(key_files::open_to_read(directory), erasure_list::open_to_read(directory / "erasures"), directory);
}

result<std::unique_ptr<vault>> vault::made_of(result<std::unique_ptr<key_files>> keys, result<erasure_list> list,
                                              const std::filesystem::path& directory) {
  if (!keys) return keys.error();
  if (!list) return list.error();
  if ((*keys)->slots() == 0 && (*keys)->read_only()) {
    return std::unique_ptr<vault>(new vault(std::move(*keys), std::move(*list), key(random_bytes(key_bytes))));
  }
  const auto own = (*keys)->read(0);
  if (!own) return own.error();
  const key* const store_key = std::get_if<key>(&*own);
  if (!store_key) return error{errc::corrupt, "the key of the store in " + directory.string() + " is missing"};
  return std::unique_ptr<vault>(new vault(std::move(*keys), std::move(*list), *store_key));
}

result<bool> vault::is_destroyed(std::uint64_t number) const {
  const auto found = keys_->read(number);
  if (!found) return found.error();
  return std::holds_alternative<key_files::erased>(*found);
}

result<std::string> vault::seal(std::string_view compact, const schema::structure& shape, std::string_view stream,
                                position at, std::span<const std::string> erased,
                                const sealing::number_of_subject& number_of) const {
  const auto key_of = [this](std::uint64_t number) {
    const auto found = keys_->read(number).value();
    const key* const there = std::get_if<key>(&found);
    if (there) return *there;
    throw fatal_error({errc::not_found, "key " + std::to_string(number) +
                                            " is missing: put back the directory keys that belongs to this data"});
  };
  return sealing(stream, at, erased, number_of, key_of).rewrite(compact, shape);
}

result<vault::opened> vault::open(std::string_view compact, const schema::structure& shape,
                                  std::optional<position> at) const {
  // Most structs hold no sealed value.
  if (compact.find('\xff') == compact.npos) return opened{std::string(compact), {}};
  opening by(*keys_, at);
  auto bytes = by.rewrite(compact, shape);
  if (!bytes) return bytes.error();
  return opened{std::move(*bytes), std::move(by.erased())};
}

std::optional<vault::clear_value> vault::open_value(std::string_view value) const {
  if (!begins_as_sealed(value)) return clear_value{std::string(value), 0};
  const auto sealed = read_sealed(value);
  if (!sealed) throw fatal_error({errc::corrupt, "a string is neither text nor a sealed value"});
  last_key known;
  auto text = open_sealed(*sealed, *keys_, known);
  if (!text) return std::nullopt;
  return clear_value{std::move(*text), sealed->origin.key};
}

std::string vault::hash(std::string_view purpose, std::string_view text) const {
  std::string hashed(purpose);
  hashed += '\0';
  hashed += text;
  return keyed_hash(own_, hashed);
}

result<> vault::destroy(std::uint64_t number) {
  auto gone = keys_->destroy(number);
  if (gone) generation_.fetch_add(1, std::memory_order_release);
  return gone;
}

}  // namespace weir::personal
