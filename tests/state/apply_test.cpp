#include <filesystem>
#include <map>
#include <random>

#include <gtest/gtest.h>

#include "ledger/domain.hpp"
#include "support/engine_fixture.hpp"

namespace weir {
namespace {

using families = std::map<std::string, std::map<std::string, std::string>>;

/// Every row of every family but RocksDB's own, and but for which log it is: that is no state.
families rows_of(const store& data) {
  families all;
  for (const std::string& name : data.names("")) {
    auto cursor = data.scan(data.find(name));
    for (cursor.seek(""); cursor.valid(); cursor.next()) all[name].emplace(cursor.key(), cursor.value());
    cursor.status().value();
  }
  all["meta"].erase("log");
  return all;
}

/// A state on a store of its own, to which commits are applied.
class another_state {
 public:
  /// `keys`: those of the state whose commits it gets, for views that are found by personal values.
  another_state(const catalog& domains, const std::filesystem::path& keys) : domains_(domains) {
    std::filesystem::create_directory(directory_.path() / "data");
    std::filesystem::copy(keys, directory_.path() / "data" / "keys");
    open();
  }

  void open() {
    state_.reset();
    data_.reset();
    store_options files;
    files.directory = directory_.path() / "data";
    files.families = applied_state::families();
    data_ = std::move(store::open(files).value());
    state_ = std::move(applied_state::open(*data_, domains_).value());
  }
  result<> apply(std::span<const sealed_commit> commits) { return state_->apply(commits); }
  [[nodiscard]] log_head applied() const { return state_->applied(); }
  [[nodiscard]] families rows() const { return rows_of(*data_); }

 private:
  const catalog& domains_;
  testing::temporary_directory directory_;
  std::unique_ptr<store> data_;
  std::unique_ptr<applied_state> state_;
};

class the_state : public testing::engine_fixture {
 protected:
  the_state() {
    stop();
    start();  // now with both domains
  }

  std::vector<domain> domains() override {
    auto listed = engine_fixture::domains();
    listed.push_back(ledger::ledger());
    // Async views are no part of the state: they follow it with checkpoints of their own.
    for (domain& one : listed) std::erase_if(one.projections, [](const auto& view) { return view.async; });
    return listed;
  }

  addressed_command command(std::size_t of, const std::string& json) {
    const schema::structure& commands = *all->domains()[of].idl->commands();
    const auto bytes = std::get<std::string>(codec::from_json(json, commands));
    const auto member = codec::member_of(bytes, commands).value();
    return std::move(running->prepare(*all->find_command(member.field->name), member.bytes).value());
  }
  void done(std::vector<addressed_command> commands, std::optional<std::string> key = {}) {
    submission work;
    work.commands = std::move(commands);
    work.by = std::make_shared<const caller>(caller{.name = "ada", .roles = {}});
    work.idempotency_key = std::move(key);
    waiting.push_back(submit(std::move(work)));
  }

  /// Users, accounts, transfers over two streams, refusals, idempotency keys with and without events, and a stream long
  /// enough for snapshots.
  void much_is_done() {
    for (int n = 0; n < 40; ++n) {
      const std::string id = std::to_string(n);
      const std::optional<std::string> key = n % 3 == 0 ? std::optional("user " + id) : std::nullopt;
      done(
          {command(0, R"({"createUser":{"userId":"u)" + id + R"(","name":"N","email":"u)" + id + R"(@example.org"}})")},
          key);
      done({command(0, R"({"renameUser":{"userId":"u)" + id + R"(","name":"N"}})")}, "nothing changes " + id);
      done({command(0, R"({"renameUser":{"userId":"nobody","name":"N"}})")});
      all_answered();  // so that there are several commits
    }
    done({command(1, R"({"openAccount":{"accountId":"a1","owner":"Ada"}})"),
          command(1, R"({"openAccount":{"accountId":"a2","owner":"Grace"}})"),
          command(1, R"({"deposit":{"accountId":"a1","amount":500}})"),
          command(1, R"({"transfer":{"fromAccountId":"a1","toAccountId":"a2","amount":200}})")},
         "group");
    for (int n = 0; n < 2'200; ++n) {
      done({command(0, R"({"renameUser":{"userId":"u1","name":"Name )" + std::to_string(n) + R"("}})")});
      if (n % 100 == 0) all_answered();
    }
    all_answered();
  }

  void all_answered() {
    for (auto& one : waiting) one.wait();
    waiting.clear();
  }

  std::vector<sealed_commit> commits() {
    std::vector<sealed_commit> read;
    for (std::string& bytes : log->read(0, 100'000, std::size_t{1} << 30).value()) {
      read.push_back(read_commit(std::move(bytes)).value());
    }
    return read;
  }

  std::vector<std::future<outcome>> waiting;
};

TEST_F(the_state, is_the_same_bytes_however_commits_are_grouped) {
  much_is_done();
  const std::vector<sealed_commit> log_of_all = commits();
  const families expected = rows_of(*data);
  EXPECT_GT(log_of_all.size(), 10u);
  EXPECT_EQ(expected.at("snapshots").size(), 1u);
  EXPECT_GT(expected.at("requests").size(), 40u);

  another_state one_by_one(*all, directory.path() / "data" / "keys");
  for (const sealed_commit& each : log_of_all) ASSERT_TRUE(one_by_one.apply({&each, 1}));
  EXPECT_EQ(one_by_one.rows(), expected);

  another_state at_once(*all, directory.path() / "data" / "keys");
  ASSERT_TRUE(at_once.apply(log_of_all));
  EXPECT_EQ(at_once.rows(), expected);
  EXPECT_EQ(at_once.applied(), log->head());

  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 chance(seed);
  another_state in_groups(*all, directory.path() / "data" / "keys");
  for (std::size_t at = 0; at < log_of_all.size();) {
    const std::size_t more = std::min<std::size_t>(1 + chance() % 7, log_of_all.size() - at);
    ASSERT_TRUE(in_groups.apply({log_of_all.data() + at, more}));
    at += more;
    if (chance() % 4 == 0) in_groups.open();
  }
  EXPECT_EQ(in_groups.rows(), expected);
}

TEST_F(the_state, takes_no_commit_twice_or_out_of_order) {
  much_is_done();
  const std::vector<sealed_commit> log_of_all = commits();
  another_state other(*all, directory.path() / "data" / "keys");
  EXPECT_EQ(other.apply({&log_of_all[1], 1}).error().code, errc::stale);
  ASSERT_TRUE(other.apply({&log_of_all[0], 1}));
  EXPECT_EQ(other.apply({&log_of_all[0], 1}).error().code, errc::stale);
  EXPECT_EQ(other.applied(), log_of_all[0].head());
}

TEST_F(the_state, changes_nothing_with_a_commit_that_it_cannot_apply) {
  much_is_done();
  const sealed_commit first = commits().front();
  another_state other(*all, directory.path() / "data" / "keys");
  const families before = other.rows();
  commit damaged = first.value;
  damaged.events.back().bytes = "nonsense";
  const sealed_commit bad = seal(damaged);
  EXPECT_EQ(other.apply({&bad, 1}).error().code, errc::corrupt);
  commit with_a_gap = first.value;
  with_a_gap.events.front().sequence = {2};
  const sealed_commit worse = seal(with_a_gap);
  EXPECT_EQ(other.apply({&worse, 1}).error().code, errc::corrupt);
  EXPECT_EQ(other.rows(), before);
  EXPECT_EQ(other.applied(), empty_log());
}

}  // namespace
}  // namespace weir
