#include "state/personal_keys.hpp"

#include <spdlog/spdlog.h>

#include "state/subjects.hpp"

namespace weir {
namespace {

/// The keys of the subjects of personal data; all that were given out must be there.
result<std::unique_ptr<personal::vault>> open_files(const store& in, bool to_read) {
  const auto given = subjects(in).last_given();
  if (!given) return given.error();
  const std::filesystem::path directory = in.directory() / "keys";
  const auto missing = [&](const std::string& what) {
    return error{errc::corrupt,
                 what +
                     ", so the personal data could not be read: put back the directory keys that belongs "
                     "to this data (docs/personal-data.md)"};
  };
  std::error_code unknown;
  const bool exists =
      std::filesystem::exists(directory / "keys.1", unknown) || std::filesystem::exists(directory / "keys.2", unknown);
  if (*given && !exists) return missing("the keys in " + directory.string() + " are missing");
  auto opened = to_read ? personal::vault::open_to_read(directory) : personal::vault::open(directory);
  if (!opened || !*given) return opened;
  if ((*given)->files != (*opened)->id()) return missing("the keys in " + directory.string() + " are of other data");
  if ((*given)->last >= (*opened)->keys()) {
    return missing("key " + std::to_string((*given)->last) + " and others before it are missing in " +
                   directory.string());
  }
  return opened;
}

/// Destroys the keys that the list of erasures names: the data, or the keys, may be of an older copy.
result<> destroy_listed(personal::vault& keys, const subjects& known) {
  const auto given = known.last_given();
  if (!given) return given.error();
  for (const personal::listed_erasure& each : keys.listed()) {
    const auto entry = known.find(each.subject);
    if (!entry) return entry.error();
    const bool is_its_own = *entry && (*entry)->key == each.key;
    if (!is_its_own && *given && each.key <= (*given)->last) {
      if (*entry && (*entry)->erased) continue;
      spdlog::error(
          "the list of erasures came to this data too late: key {} of {} is another subject's here, so it is kept",
          each.key, each.subject);
      continue;
    }
    if (const auto gone = keys.destroy(each.key); !gone) return gone;
  }
  return {};
}

result<std::unique_ptr<personal::vault>> open_keys(const store& in, bool to_read) {
  // Data that is only read may be from before there were any.
  if (in.names(subjects::family_needed().name).empty()) return personal::vault::open_to_read(in.directory() / "keys");
  auto keys = open_files(in, to_read);
  if (!keys) return keys;
  const subjects known(in);
  if (const auto done = destroy_listed(**keys, known); !done) return done.error();
  const auto erased = known.erased();
  if (!erased) return erased.error();
  if (const auto done = destroy_keys(**keys, *erased); !done) return done.error();
  return keys;
}

}  // namespace

result<std::unique_ptr<personal::vault>> open_keys(const store& in) { return open_keys(in, in.read_only()); }

result<std::unique_ptr<personal::vault>> open_keys_to_read(const store& in) { return open_keys(in, true); }

result<> destroy_keys(personal::vault& keys, std::span<const keyed_subject> erased) {
  for (const keyed_subject& each : erased) {
    const personal::listed_erasure line{each.subject, each.key};
    if (!keys.read_only() && !keys.is_listed(line)) {
      if (const auto added = keys.list_erasure(line, wall_clock_now()); !added) return added;
    }
    if (const auto gone = keys.destroy(each.key); !gone) return gone;
  }
  return {};
}

result<recorded_event> read_event(const stored_event& one, const catalog& domains, const personal::vault* keys) {
  auto event = decode_recorded(one.bytes, one.stream, one.sequence);
  if (!event || !keys) return event;
  const auto* place = domains.find_event(event->type);
  if (!place || !place->type().shape->personal) return event;
  auto opened = keys->open(event->payload, *place->type().shape, event->position);
  if (!opened) {
    return error{opened.error().code, "event " + std::to_string(one.sequence.value) + " of stream " + one.stream +
                                          ": " + opened.error().detail};
  }
  event->payload = std::move(opened->bytes);
  event->erased = std::move(opened->erased);
  for (std::string& each : event->erased) each.insert(0, "/" + event->type);
  return event;
}

}  // namespace weir
