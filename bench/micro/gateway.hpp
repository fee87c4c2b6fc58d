#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include <prometheus/registry.h>

#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "log/format_version.hpp"
#include "log/local_commit_log.hpp"
#include "log/log_rows.hpp"
#include "support/temporary_directory.hpp"
#include "users/domain.hpp"

namespace weir::bench {

inline std::vector<domain> users_alone() {
  std::vector<domain> all;
  all.push_back(users::users());
  return all;
}

inline const schema::structure& commands_of(const catalog& all) { return *all.domains().front().idl->commands(); }
inline const schema::structure& events_of(const catalog& all) { return *all.domains().front().idl->events(); }

inline std::string name_of_user(std::uint64_t number) { return "u" + std::to_string(10'000'000 + number); }

inline std::string create_user_json(std::uint64_t number) {
  const std::string id = name_of_user(number);
  return R"({"createUser":{"userId":")" + id + R"(","name":"Ada Lovelace","email":")" + id + R"(@example.org"}})";
}

/// Compact bytes of JSON that breaks no rule.
inline std::string compact(const std::string& json, const schema::structure& shape) {
  auto decoded = codec::from_json(json, shape);
  if (auto* bytes = std::get_if<std::string>(&decoded)) return std::move(*bytes);
  throw std::logic_error("JSON that breaks the rules: " + json);
}

/// What the log holds of a user that was created.
inline recorded_event user_created(const catalog& all, std::uint64_t number) {
  const std::string id = name_of_user(number);
  const std::string json =
      R"({"userCreated":{"userId":")" + id + R"(","name":"Ada Lovelace","email":")" + id + R"(@example.org"}})";
  const std::string bytes = compact(json, events_of(all));
  recorded_event event;
  event.position = {number + 1};
  event.stream = "user-" + id;
  event.sequence = {1};
  event.command_id = std::string(16, '\x07');
  event.event_id = nth_event_id(event.command_id, 1);
  event.recorded_at = from_rfc3339("2026-11-23T03:20:00.123456Z").value();
  event.type = "userCreated";
  event.payload = codec::member_of(bytes, events_of(all)).value().bytes;
  event.from.traceparent = "00-014f49afe46d473831962920595a1d58-d2e6cd06ec32f0b8-00";
  return event;
}

/// An engine with the users domain on a store of its own, in the directory for temporary files: TMPDIR says which, and
/// so whether a sync costs anything.
struct gateway {
  gateway() {
    store_options files;
    files.directory = directory.path() / "data";
    files.families = applied_state::families();
    data = std::move(store::open(files).value());
    log = std::move(local_commit_log::open(*data).value());
    state = std::move(applied_state::open(*data, all).value());
    running = std::move(engine::open(*log, *state, registry).value());
  }

  submission create_user(std::uint64_t number) {
    const std::string bytes = compact(create_user_json(number), commands_of(all));
    const auto member = codec::member_of(bytes, commands_of(all)).value();
    submission work;
    work.commands.push_back(running->prepare(*all.find_command(member.field->name), member.bytes).value());
    return work;
  }

  testing::temporary_directory directory;
  catalog all{users_alone()};
  prometheus::Registry registry;
  std::unique_ptr<store> data;
  std::unique_ptr<local_commit_log> log;
  std::unique_ptr<applied_state> state;
  std::unique_ptr<engine> running;
};

}  // namespace weir::bench
