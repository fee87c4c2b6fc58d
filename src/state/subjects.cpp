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

result<std::optional<subjects::entry>> read(const result<std::optional<std::string>>& value, std::string_view subject) {
  if (!value) return value.error();
  if (!*value) return std::optional<subjects::entry>{};
  const std::string& bytes = **value;
  const bool erased = bytes.size() == key_bytes + 1 && bytes.back() == erased_mark;
  if (bytes.size() != key_bytes && !erased) return damaged(subject);
  return std::optional<subjects::entry>{{read_big_endian(bytes), erased}};
}

std::string bytes_of(std::uint64_t key) {
  std::string bytes;
  append_big_endian(bytes, key);
  return bytes;
}

}  // namespace

result<std::optional<subjects::entry>> subjects::find(const store::batch& in, std::string_view subject) const {
  return read(in.get(family_, subject), subject);
}

result<std::optional<subjects::entry>> subjects::find(std::string_view subject) const {
  return read(store_.get(family_, subject), subject);
}

void subjects::put(store::batch& in, const keyed_subject& one) const {
  in.put(family_, one.subject, bytes_of(one.key));
}

void subjects::put_erased(store::batch& in, const keyed_subject& one) const {
  in.put(family_, one.subject, bytes_of(one.key) + erased_mark);
  in.put(family_, std::string(erased_prefix) + bytes_of(one.key), one.subject);
}

result<std::optional<subjects::given>> subjects::last_given() const {
  const auto value = store_.get(family_, given_key);
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
