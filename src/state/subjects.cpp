#include "state/subjects.hpp"

#include "base/bytes.hpp"

namespace weir {
namespace {

constexpr std::size_t key_bytes = 8, id_bytes = 16;
constexpr char erased_mark = 1;
constexpr std::string_view erased_prefix{"\0e", 2}, given_key{"\0g", 2};

error damaged(std::string_view subject) {
  return {errc::corrupt, "the stored number of the key of " + std::string(subject) + " is damaged"};
}

result<std::optional<subjects::entry>> read_found(const result<std::optional<std::string>>& value,
                                                  std::string_view subject) {
  if (!value) return value.error();
  if (!*value) return std::optional<subjects::entry>{};
  auto entry = subjects::read(subject, **value);
  if (!entry) return entry.error();
  return std::optional<subjects::entry>(*entry);
}

std::string bytes_of(std::uint64_t key) {
  std::string bytes;
  append_big_endian(bytes, key);
  return bytes;
}

}  // namespace

result<subjects::entry> subjects::read(std::string_view subject, std::string_view row) {
  const bool erased = row.size() == key_bytes + 1 && row.back() == erased_mark;
  if (row.size() != key_bytes && !erased) return damaged(subject);
  return entry{read_big_endian(row), erased};
}

result<std::optional<subjects::entry>> subjects::find(const store::batch& in, std::string_view subject) const {
  return read_found(in.get(family_, subject), subject);
}

result<std::optional<subjects::entry>> subjects::find(std::string_view subject) const {
  return read_found(store_.get(family_, subject), subject);
}

void subjects::put(store::batch& in, const keyed_subject& one) const {
  in.put(family_, one.subject, bytes_of(one.key));
}

void subjects::put_erased(store::batch& in, const keyed_subject& one) const {
  in.put(family_, one.subject, bytes_of(one.key) + erased_mark);
  in.put(family_, std::string(erased_prefix) + bytes_of(one.key), one.subject);
}

bool subjects::is_last_given(std::string_view key) { return key == given_key; }

result<bool> subjects::is_erased(std::uint64_t key) const {
  const auto found = store_.get(family_, std::string(erased_prefix) + bytes_of(key));
  if (!found) return found.error();
  return found->has_value();
}

result<std::optional<subjects::given>> subjects::last_given() const {
  return read_given(store_.get(family_, given_key));
}

result<std::optional<subjects::given>> subjects::last_given(const store::snapshot& at) const {
  return read_given(store_.get(family_, given_key, at));
}

result<std::optional<subjects::given>> subjects::read_given(const result<std::optional<std::string>>& value) {
  if (!value) return value.error();
  if (!*value) return std::optional<given>{};
  if ((*value)->size() != key_bytes + id_bytes) {
    return error{errc::corrupt, "the stored number of the last key of personal data is damaged"};
  }
  return std::optional<given>{{read_big_endian(**value), (*value)->substr(key_bytes)}};
}

void subjects::put_given(store::batch& in, const given& now) const {
  in.put(family_, given_key, bytes_of(now.last) + now.files);
}

result<std::vector<keyed_subject>> subjects::erased() const {
  std::vector<keyed_subject> all;
  auto row = store_.scan(family_);
  for (row.seek(erased_prefix); row.valid() && row.key().starts_with(erased_prefix); row.next()) {
    if (row.key().size() != erased_prefix.size() + key_bytes) return damaged(row.value());
    all.push_back({std::string(row.value()), read_big_endian(row.key().substr(erased_prefix.size()))});
  }
  if (const auto status = row.status(); !status) return status.error();
  return all;
}

}  // namespace weir
