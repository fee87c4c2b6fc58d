#pragma once

#include <memory>
#include <span>

#include "domain/catalog.hpp"
#include "log/commit.hpp"
#include "log/recorded_event.hpp"
#include "personal/vault.hpp"
#include "store/store.hpp"

namespace weir {

/// Opens the keys in the directory `keys` of the store, for the subjects of its personal data, and finishes erasures that
/// were begun. If the store is only read, so are the keys: those of erased subjects then count as destroyed. Errors:
/// errc::corrupt, also if keys that were given to subjects are missing; errc::io.
[[nodiscard]] result<std::unique_ptr<personal::vault>> open_keys(const store& in);
/// The same, but nothing is written, whatever the store allows.
[[nodiscard]] result<std::unique_ptr<personal::vault>> open_keys_to_read(const store& in);

/// Destroys the keys of subjects whose erasure is in the event log. Error errc::io: then the next open_keys() does it.
[[nodiscard]] result<> destroy_keys(personal::vault& keys, std::span<const keyed_subject> erased);

/// An event as readers get it, with its personal values in clear. `keys`: null if no domain has personal data. Errors:
/// errc::corrupt, errc::not_found, errc::io.
[[nodiscard]] result<recorded_event> read_event(const stored_event& one, const catalog& domains,
                                                const personal::vault* keys);

}  // namespace weir
