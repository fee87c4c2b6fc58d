#pragma once

#include <future>
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "log/local_commit_log.hpp"
#include "support/faulty_disk.hpp"
#include "support/temporary_directory.hpp"
#include "users/domain.hpp"

namespace weir::testing {

/// An engine on a store of its own, with the users domain, asked in JSON.
class engine_fixture : public ::testing::Test {
 protected:
  engine_fixture() { start(); }
  ~engine_fixture() override { stop(); }

  virtual std::vector<domain> domains() {
    std::vector<domain> listed;
    listed.push_back(users::users());
    return listed;
  }

  void start() {
    all = std::make_unique<catalog>(domains());
    store_options files;
    files.directory = directory.path() / "data";
    files.families = applied_state::families();
    files.environment = environment.get();
    files.disk_reserve_bytes = reserve_bytes;
    data = std::move(store::open(files).value());
    log = std::move(local_commit_log::open(*data).value());
    state = std::move(applied_state::open(*data, *all).value());
    registry = std::make_unique<prometheus::Registry>();
    running = std::move(engine::open(*log, *state, *registry, options).value());
  }

  void stop() {
    disk->release_syncs();
    running.reset();
    state.reset();
    log.reset();
    data.reset();
  }

  void restart() {
    stop();
    disk->mend();
    start();
  }

  /// One command as JSON of the union Command.
  addressed_command a_command(const std::string& json, expectation expected = {}) {
    const schema::structure& commands = *all->domains().front().idl->commands();
    auto decoded = codec::from_json(json, commands);
    if (!std::holds_alternative<std::string>(decoded))
      throw std::logic_error("a test's JSON breaks the rules: " + json);
    const auto member = codec::member_of(std::get<std::string>(decoded), commands).value();
    return std::move(running->prepare(*all->find_command(member.field->name), member.bytes, expected).value());
  }

  std::future<outcome> submit(submission work) {
    auto promised = std::make_shared<std::promise<outcome>>();
    auto answer = promised->get_future();
    running->submit(std::move(work), [promised](outcome how) { promised->set_value(std::move(how)); });
    return answer;
  }
  std::future<outcome> submit(const std::string& json, expectation expected = {}) {
    submission work;
    work.commands.push_back(a_command(json, expected));
    return submit(std::move(work));
  }
  outcome run(const std::string& json, expectation expected = {}) { return submit(json, expected).get(); }

  std::string ask(const std::string& query_name, const std::string& json) {
    for (const auto& query : all->domains().front().queries) {
      if (query->name != query_name) continue;
      const auto answered =
          running->answer(*query, std::get<std::string>(codec::from_json(json, *query->shape)), *anonymous()).value();
      std::string text;
      if (const auto* why = std::get_if<query_answer::refused>(&answered.value)) return why->exception->name;
      codec::to_json(std::get<std::string>(answered.value), *query->answer_shape, text).value();
      return text;
    }
    throw std::logic_error("no query " + query_name);
  }

  /// `userCreated user-u1 1; ...` of the whole log, and that its positions are dense.
  std::string whole_log() {
    std::string text;
    position expected;
    for (const auto& event : running->read_log({0}, 100'000).value().events) {
      expected = expected.next();
      EXPECT_EQ(event.position, expected);
      text += event.type + " " + event.stream + " " + std::to_string(event.sequence.value) + "; ";
    }
    EXPECT_EQ(running->head(), expected);
    return text;
  }

  static constexpr std::uint64_t reserve_bytes = 4u << 20;
  temporary_directory directory;
  std::shared_ptr<faulty_disk> disk = std::make_shared<faulty_disk>();
  std::unique_ptr<rocksdb::Env> environment = rocksdb::NewCompositeEnv(disk);
  engine_options options;
  std::unique_ptr<catalog> all;
  std::unique_ptr<store> data;
  std::unique_ptr<local_commit_log> log;
  std::unique_ptr<applied_state> state;
  std::unique_ptr<prometheus::Registry> registry;
  std::unique_ptr<engine> running;
};

}  // namespace weir::testing
