#include "state/snapshots.hpp"

#include "codec/compact.hpp"
#include "weir/stored_types.h"

namespace weir {

namespace {

/// A snapshot's value, if it is of the aggregate's shape.
result<std::optional<stored::StoredSnapshot>> read(const std::optional<std::string>& value, std::string_view stream,
                                                   const aggregate_type& type) {
  if (!value) return std::optional<stored::StoredSnapshot>{};
  try {
    auto stored = codec::decode<stored::StoredSnapshot>(*value);
    if (stored.shape != type.shape) return std::optional<stored::StoredSnapshot>{};
    return std::optional(std::move(stored));
  } catch (const apache::thrift::TException& e) {
    return error{errc::corrupt, "the snapshot of stream " + std::string(stream) + " is damaged: " + e.what()};
  }
}

}  // namespace

result<std::optional<snapshots::snapshot>> snapshots::find(std::string_view stream, const aggregate_type& type) const {
  const auto value = store_.get(family_, stream);
  if (!value) return value.error();
  const auto stored = read(*value, stream, type);
  if (!stored) return stored.error();
  if (!*stored) return std::optional<snapshot>{};
  try {
    return std::optional<snapshot>{{{static_cast<std::uint64_t>((*stored)->sequence)}, type.decode((*stored)->state)}};
  } catch (const apache::thrift::TException& e) {
    return error{errc::corrupt, "the snapshot of stream " + std::string(stream) + " is damaged: " + e.what()};
  }
}

result<std::optional<sequence>> snapshots::sequence_in(const store::batch& in, std::string_view stream,
                                                       const aggregate_type& type) const {
  const auto value = in.get(family_, stream);
  if (!value) return value.error();
  const auto stored = read(*value, stream, type);
  if (!stored) return stored.error();
  if (!*stored) return std::optional<sequence>{};
  return std::optional<sequence>{{static_cast<std::uint64_t>((*stored)->sequence)}};
}

void snapshots::put(store::batch& in, std::string_view stream, const aggregate_type& type,
                    const snapshot& taken) const {
  stored::StoredSnapshot stored;
  stored.sequence = static_cast<std::int64_t>(taken.sequence.value);
  stored.shape = type.shape;
  stored.state = type.encode(taken.state);
  in.put(family_, stream, codec::encode(stored));
}

}  // namespace weir
