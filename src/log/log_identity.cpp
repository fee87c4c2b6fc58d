#include "log/log_identity.hpp"

#include "base/ids.hpp"
#include "codec/compact.hpp"
#include "log/format_version.hpp"
#include "weir/stored_types.h"

namespace weir {
namespace {

constexpr std::string_view key = "log";
constexpr std::size_t uuid_size = 16, hash_size = 32;

timestamp time_of(std::int64_t micros) { return timestamp{std::chrono::microseconds{micros}}; }

error damaged(const std::string& why) { return {errc::corrupt, "the identity of the event log is damaged: " + why}; }

}  // namespace

result<std::optional<log_identity>> read_log_identity(const store& in) {
  const auto value = in.get(in.find(meta_family().name), key);
  if (!value) return value.error();
  if (!*value) return std::optional<log_identity>{};
  try {
    const auto stored = codec::decode<stored::StoredLogIdentity>(**value);
    if (stored.id.size() != uuid_size) return damaged("an id is no UUID");
    log_identity made{uuid_text(stored.id), time_of(stored.madeAt), {}};
    for (const auto& each : stored.branches) {
      if (each.id.size() != uuid_size || each.hash.size() != hash_size || each.position < 0) {
        return damaged("a branch is not what one is");
      }
      made.branches.push_back(
          {uuid_text(each.id), position{static_cast<std::uint64_t>(each.position)}, each.hash, time_of(each.madeAt)});
    }
    return std::optional(std::move(made));
  } catch (const apache::thrift::TException& e) {
    return damaged(e.what());
  }
}

void put_log_identity(const store& in, store::batch& into, const log_identity& which) {
  stored::StoredLogIdentity out;
  out.id = uuid_bytes(which.id).value();
  out.madeAt = which.made_at.time_since_epoch().count();
  for (const log_branch& each : which.branches) {
    stored::StoredBranch branch;
    branch.id = uuid_bytes(each.id).value();
    branch.position = static_cast<std::int64_t>(each.at.value);
    branch.hash = each.hash;
    branch.madeAt = each.made_at.time_since_epoch().count();
    out.branches.push_back(std::move(branch));
  }
  into.put(in.find(meta_family().name), key, codec::encode(out));
}

result<log_identity> ensure_log_identity(store& in) {
  auto there = read_log_identity(in);
  if (!there) return there.error();
  if (*there) return std::move(**there);
  const timestamp now = wall_clock_now();
  log_identity made{uuid_text(new_uuid(now)), now, {}};
  auto changes = in.begin();
  put_log_identity(in, changes, made);
  if (auto written = in.write(changes, store::durability::durable); !written) return written.error();
  return made;
}

}  // namespace weir
