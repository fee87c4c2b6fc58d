#pragma once

#include <future>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include <boost/asio/system_executor.hpp>
#include <prometheus/registry.h>
#include <rocksdb/env.h>

#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "ledger/domain.hpp"
#include "log/local_commit_log.hpp"
#include "log/migration.hpp"
#include "power/script.hpp"
#include "state/view_registry.hpp"
#include "users/domain.hpp"

namespace weir::testing {

inline std::vector<domain> both_domains() {
  std::vector<domain> listed;
  listed.push_back(users::users());
  listed.push_back(ledger::ledger());
  return listed;
}

/// What a process of Weir makes of a data directory: first the store and the log in it, then the engine.
class process {
 public:
  explicit process(const std::shared_ptr<rocksdb::FileSystem>& disk) : environment_(rocksdb::NewCompositeEnv(disk)) {}
  ~process() { end(); }
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  [[nodiscard]] result<> open_store(const std::filesystem::path& directory) {
    store_options files;
    files.directory = directory;
    files.families = applied_state::families();
    files.write_buffer_bytes = 256u << 10;
    files.environment = environment_.get();
    auto opened = store::open(files);
    if (!opened) return opened.error();
    data = std::move(*opened);
    if (const auto marked = migrate(*data, [](position, position) { return true; }); !marked) return marked;
    auto found = local_commit_log::open(*data);
    if (!found) return found.error();
    log = std::move(*found);
    return {};
  }
  [[nodiscard]] result<> open_engine() {
    auto applied = applied_state::open(*data, domains);
    if (!applied) return applied.error();
    state = std::move(*applied);
    auto opened = engine::open(*log, *state, registry_);
    if (!opened) return opened.error();
    running = std::move(*opened);
    return {};
  }
  void end() {
    running.reset();
    state.reset();
    log.reset();
    data.reset();
  }

  std::future<outcome> submit(const asked& what) {
    submission work;
    for (const std::string& json : what.commands) work.commands.push_back(addressed(json));
    work.idempotency_key = what.key;
    auto promised = std::make_shared<std::promise<outcome>>();
    auto answer = promised->get_future();
    running->submit(std::move(work), [promised](outcome how) { promised->set_value(std::move(how)); });
    return answer;
  }

  std::future<outcome> erase(const std::string& subject) {
    submission work;
    work.erases = {subject};
    auto promised = std::make_shared<std::promise<outcome>>();
    auto answer = promised->get_future();
    running->submit(std::move(work), [promised](outcome how) { promised->set_value(std::move(how)); });
    return answer;
  }

  /// All events of the log.
  [[nodiscard]] result<std::vector<stored_event>> events() const {
    constexpr std::size_t all = 100'000;
    auto part = log_rows(*data).scan({0}, log->head().last, "", all, all);
    if (!part) return part.error();
    return std::move(part->events);
  }

  [[nodiscard]] bool views_are_complete() const {
    for (const projection_status& one : running->projections()) {
      if (one.being_built || one.reflects != running->head()) return false;
    }
    return true;
  }
  /// Whether they came to be, rather than `given_up` or too much time passed.
  template <class Condition>
  bool wait_for_views(Condition given_up) {
    std::counting_semaphore<> moved(0);
    const auto watcher = running->watch(boost::asio::system_executor(), [&moved] { moved.release(); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!views_are_complete()) {
      if (given_up() || std::chrono::steady_clock::now() > deadline) return false;
      (void)moved.try_acquire_for(std::chrono::milliseconds{2});
    }
    return true;
  }

  const catalog domains{both_domains()};
  std::unique_ptr<store> data;
  std::unique_ptr<local_commit_log> log;
  std::unique_ptr<applied_state> state;
  std::unique_ptr<engine> running;

 private:
  addressed_command addressed(const std::string& json) const {
    for (const domain& one : domains.domains()) {
      const schema::structure& commands = *one.idl->commands();
      auto decoded = codec::from_json(json, commands);
      if (!std::holds_alternative<std::string>(decoded)) continue;
      const auto member = codec::member_of(std::get<std::string>(decoded), commands).value();
      return std::move(running->prepare(*domains.find_command(member.field->name), member.bytes).value());
    }
    throw std::logic_error("the script's JSON breaks the rules: " + json);
  }

  const std::unique_ptr<rocksdb::Env> environment_;
  prometheus::Registry registry_;
};

}  // namespace weir::testing
