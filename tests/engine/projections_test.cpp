#include <atomic>
#include <condition_variable>
#include <mutex>
#include <semaphore>
#include <thread>

#include <boost/asio/system_executor.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "state/view_registry.hpp"
#include "support/engine_fixture.hpp"

namespace weir {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// What a test does to the projection under test from outside: its functions have no room for it. One test at a time.
class control {
 public:
  using on_function = void (*)(const std::any&, const recording&, row_sink&);

  void reset() {
    const std::lock_guard lock(mutex_);
    held_from_ = failing_at_ = none;
    calls = 0;
  }
  void hold_from(std::uint64_t position) { set(held_from_, position); }
  void let_go() { set(held_from_, none); }
  void fail_at(std::uint64_t position) { set(failing_at_, position); }
  void mend() { set(failing_at_, none); }

  void meet(const recording& recorded) {
    std::unique_lock lock(mutex_);
    ++calls;
    changed_.wait(lock, [&] { return recorded.position.value < held_from_; });
    if (recorded.position.value == failing_at_) throw std::runtime_error("no such day");
  }

  std::vector<on_function> originals;
  std::atomic<int> calls = 0;

 private:
  static constexpr std::uint64_t none = UINT64_MAX;
  void set(std::uint64_t& what, std::uint64_t position) {
    {
      const std::lock_guard lock(mutex_);
      what = position;
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t held_from_ = none, failing_at_ = none;
};
control controlled;

template <std::size_t Event>
void controlled_on(const std::any& event, const recording& recorded, row_sink& rows) {
  controlled.meet(recorded);
  controlled.originals[Event](event, recorded, rows);
}

/// The users, with one projection under control, of another version, async, or left out.
class projections : public testing::engine_fixture {
 protected:
  struct change {
    std::string name;
    int version = 1;
    bool async = false;
    bool left_out = false;
    std::string shape = "";
  };

  projections() { controlled.reset(); }
  ~projections() override { controlled.reset(), controlled.let_go(); }

  std::vector<domain> domains() override {
    auto all_domains = engine_fixture::domains();
    domain& users = all_domains.front();
    if (changed.left_out) {
      std::erase_if(users.projections, [&](const auto& one) { return one.name == changed.name; });
    }
    for (projection_type& one : users.projections) {
      if (one.name != changed.name) continue;
      one.version = changed.version;
      one.async = changed.async;
      if (!changed.shape.empty()) one.shape = changed.shape;
      controlled.originals = one.on;
      constexpr control::on_function wrapped[] = {controlled_on<0>, controlled_on<1>, controlled_on<2>,
                                                  controlled_on<3>, controlled_on<4>};
      for (std::size_t i = 0; i < one.on.size(); ++i) {
        if (one.on[i]) one.on[i] = wrapped[i];
      }
    }
    return all_domains;
  }

  void restart_with(const change& what) {
    stop();
    changed = what;
    controlled.calls = 0;
    start();
  }

  static std::string create_json(int n) {
    const std::string id = "u" + std::to_string(n);
    return R"({"createUser":{"userId":")" + id + R"(","name":"Name","email":")" + id + R"(@example.org"}})";
  }
  void create(int from, int to) {
    std::vector<std::future<outcome>> all_made;
    for (int n = from; n <= to; ++n) all_made.push_back(submit(create_json(n)));
    for (auto& one : all_made) ASSERT_TRUE(std::holds_alternative<acceptance>(one.get()));
  }
  outcome rename(const std::string& id, const std::string& name) {
    return run(R"({"renameUser":{"userId":")" + id + R"(","name":")" + name + R"("}})");
  }

  projection_status status_of(const std::string& name) {
    for (auto& one : running->projections()) {
      if (one.name == name) return one;
    }
    throw std::logic_error("no projection " + name);
  }

  /// Waits until something has come about, looking whenever the log or a view has moved.
  template <class Condition>
  void eventually(Condition condition) {
    std::counting_semaphore<> moved(0);
    const auto watcher = running->watch(boost::asio::system_executor(), [&moved] { moved.release(); });
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it did not come about";
      (void)moved.try_acquire_for(std::chrono::milliseconds{20});
    }
  }
  void eventually_live(const std::string& name) {
    eventually([&] { return !status_of(name).being_built && status_of(name).reflects == running->head(); });
  }

  std::string signups() { return ask("getSignups", R"({"from":"2000-01-01","to":"2999-12-31"})"); }
  static std::string day_with(int created) { return R"("created":)" + std::to_string(created) + ","; }

  change changed;
};

TEST_F(projections, that_are_async_follow_the_log) {
  restart_with({.name = "signups", .async = true});
  create(1, 30);
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(30)));
  EXPECT_TRUE(status_of("signups").async);
}

TEST_F(projections, that_are_async_say_how_far_they_are) {
  restart_with({.name = "signups", .async = true});
  create(1, 3);
  eventually_live("signups");
  controlled.hold_from(4);
  create(4, 5);
  EXPECT_THAT(signups(), HasSubstr(day_with(3)));
  EXPECT_EQ(status_of("signups").reflects, position{3});
  EXPECT_EQ(status_of("users").reflects, position{5});
  const auto& query = **std::find_if(all->domains().front().queries.begin(), all->domains().front().queries.end(),
                                     [](const auto& one) { return one->name == "getSignups"; });
  const auto compact =
      std::get<std::string>(codec::from_json(R"({"from":"2000-01-01","to":"2000-01-01"})", *query.shape));
  EXPECT_EQ(running->answer(query, compact, *anonymous()).value().reflects, position{3});
  controlled.let_go();
  eventually_live("signups");
  EXPECT_EQ(running->answer(query, compact, *anonymous()).value().reflects, position{5});
}

TEST_F(projections, that_are_async_go_on_from_their_checkpoint) {
  restart_with({.name = "signups", .async = true});
  create(1, 10);
  eventually_live("signups");
  restart_with(changed);
  create(11, 12);
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(12)));
  EXPECT_EQ(controlled.calls, 2);
}

TEST_F(projections, that_cannot_take_an_event_stand_still_alone_and_pass_nothing_over) {
  restart_with({.name = "signups", .async = true});
  create(1, 2);
  eventually_live("signups");
  controlled.fail_at(4);
  create(3, 6);
  eventually([&] { return status_of("signups").failed.has_value(); });
  const auto failed = status_of("signups");
  EXPECT_EQ(failed.failed->at, position{4});
  EXPECT_EQ(failed.failed->cause, "no such day");
  EXPECT_EQ(failed.reflects, position{3}) << "what came before the event is taken";
  EXPECT_THAT(signups(), HasSubstr(day_with(3)));
  create(7, 7);
  EXPECT_THAT(ask("getUser", R"({"userId":"u7"})"), HasSubstr("u7")) << "all else goes on";
  controlled.mend();
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(7)));
  EXPECT_FALSE(status_of("signups").failed);
}

TEST_F(projections, of_a_new_version_are_built_while_the_old_rows_answer) {
  create(1, 1500);
  stop();
  controlled.hold_from(1);
  changed = {.name = "users", .version = 2};
  start();
  EXPECT_TRUE(status_of("users").being_built);
  EXPECT_THAT(ask("getUser", R"({"userId":"u7"})"), HasSubstr(R"("name":"Name")"));
  ASSERT_TRUE(std::holds_alternative<acceptance>(rename("u7", "Ada"))) << "no command is decided on these rows";
  EXPECT_THAT(ask("getUser", R"({"userId":"u7"})"), HasSubstr(R"("name":"Name")")) << "the old rows stay as they were";
  controlled.let_go();
  eventually_live("users");
  EXPECT_THAT(ask("getUser", R"({"userId":"u7"})"), HasSubstr(R"("name":"Ada")"));
  EXPECT_THAT(ask("getUser", R"({"userId":"u1500"})"), HasSubstr(R"("sequence":1)"));
  EXPECT_THAT(data->names("view.users"), ElementsAre("view.users.2"));
  restart_with(changed);
  EXPECT_EQ(controlled.calls, 0) << "it is not built again";
  EXPECT_EQ(status_of("users").reflects, running->head());
}

TEST_F(projections, with_rows_of_another_shape_answer_once_they_are_built) {
  create(1, 3);
  stop();
  controlled.hold_from(1);
  changed = {.name = "users", .shape = "another"};
  start();
  EXPECT_FALSE(status_of("users").reflects);
  EXPECT_THROW(ask("getUser", R"({"userId":"u1"})"), fatal_error);
  controlled.let_go();
  eventually_live("users");
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr("u1"));
}

TEST_F(projections, that_commands_are_decided_on_are_waited_for) {
  create(1, 3);
  stop();
  controlled.hold_from(1);
  changed = {.name = "emails", .version = 3};
  start();
  const auto refused_now = run(create_json(4));
  ASSERT_TRUE(std::holds_alternative<unavailable>(refused_now));
  EXPECT_FALSE(std::get<unavailable>(refused_now).outcome_unknown);
  ASSERT_TRUE(std::holds_alternative<acceptance>(rename("u1", "Ada")))
      << "this one is decided on nothing but its stream";
  controlled.let_go();
  eventually_live("emails");
  create(4, 4);
  EXPECT_TRUE(
      std::holds_alternative<refused>(run(R"({"createUser":{"userId":"x","name":"N","email":"U2@example.org"}})")));
}

TEST_F(projections, are_rebuilt_beside_the_rows_that_answer) {
  create(1, 1200);
  auto damage = data->begin();
  damage.erase(data->find("view.users.1"), "u5");
  ASSERT_TRUE(data->write(damage, store::durability::durable));
  EXPECT_EQ(ask("getUser", R"({"userId":"u5"})"), "UserNotFound");
  restart_with({.name = "users"});
  controlled.hold_from(600);
  ASSERT_TRUE(running->rebuild("users"));
  EXPECT_EQ(running->rebuild("users").error().code, errc::in_use);
  EXPECT_EQ(running->rebuild("nothing").error().code, errc::not_found);
  EXPECT_TRUE(status_of("users").being_built);
  EXPECT_EQ(status_of("users").reflects, running->head());
  controlled.let_go();
  for (int n = 1201; n <= 1300; ++n) create(n, n);
  eventually_live("users");
  EXPECT_THAT(ask("getUser", R"({"userId":"u5"})"), HasSubstr("u5"));
  for (const int n : {1, 600, 1200, 1201, 1300}) {
    EXPECT_THAT(ask("getUser", R"({"userId":"u)" + std::to_string(n) + R"("})"), HasSubstr(R"("sequence":1)"));
  }
  EXPECT_THAT(data->names("view.users"), ElementsAre("view.users.1.2"));
  create(1301, 1301);
  EXPECT_THAT(ask("getUser", R"({"userId":"u1301"})"), HasSubstr("u1301"));
}

TEST_F(projections, are_rebuilt_again_as_soon_as_they_serve) {
  restart_with({.name = "signups", .async = true});
  create(1, 3);
  eventually_live("signups");
  for (const char* name : {"users", "signups"}) {
    for (int done = 0; done < 200;) {
      if (running->rebuild(name)) ++done;
    }
    eventually_live(name);
  }
  create(4, 4);
  eventually_live("signups");
  EXPECT_THAT(ask("getUser", R"({"userId":"u4"})"), HasSubstr("u4"));
  EXPECT_THAT(signups(), HasSubstr(day_with(4)));
  eventually([&] { return data->names("view.signups").size() == 1 && data->names("view.users").size() == 1; });
}

TEST_F(projections, that_are_async_are_rebuilt_beside_the_rows_that_answer) {
  restart_with({.name = "signups", .async = true});
  create(1, 50);
  eventually_live("signups");
  controlled.hold_from(51);
  ASSERT_TRUE(running->rebuild("signups"));
  create(51, 60);
  EXPECT_THAT(signups(), HasSubstr(day_with(50)));
  controlled.let_go();
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(60)));
  eventually([&] { return data->names("view.signups") == std::vector<std::string>{"view.signups.1.2"}; });
  const auto replaced = view_registry::checkpoint_of(*data, "view.signups.1", data->take_snapshot()).value();
  EXPECT_GE(replaced.value(), position{50}) << "who still reads the rows that were replaced is told how far they are";
  create(61, 61);
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(61)));
  restart_with(changed);
  create(62, 62);
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(62)));
}

TEST_F(projections, go_on_being_built_after_a_restart) {
  create(1, 3000);
  restart_with({.name = "users"});
  controlled.fail_at(2500);
  ASSERT_TRUE(running->rebuild("users"));
  eventually([&] { return status_of("users").failed.has_value(); });
  EXPECT_EQ(status_of("users").failed->at, position{2500});
  EXPECT_EQ(status_of("users").reflects, running->head()) << "the rows that answer are not touched";
  controlled.mend();
  restart_with(changed);
  eventually_live("users");
  EXPECT_LE(controlled.calls, 501) << "what was built is not built again";
  EXPECT_THAT(ask("getUser", R"({"userId":"u2500"})"), HasSubstr("u2500"));
  EXPECT_THAT(data->names("view.users"), ElementsAre("view.users.1.2"));
}

TEST_F(projections, that_a_program_did_not_know_for_a_while_catch_up) {
  create(1, 5);
  restart_with({.name = "users", .left_out = true});
  // Whoever leaves out a view leaves out the queries that need it; here only its rows are of interest.
  create(6, 8);
  restart_with({.name = "users"});
  eventually_live("users");
  EXPECT_EQ(controlled.calls, 3);
  EXPECT_THAT(ask("getUser", R"({"userId":"u8"})"), HasSubstr("u8"));
}

TEST_F(projections, of_data_in_format_1_are_taken_over_as_they_are) {
  create(1, 5);
  stop();
  {
    store_options files;
    files.directory = directory.path() / "data";
    files.environment = environment.get();
    const auto before = std::move(store::open(files).value());
    auto as_it_was = before->begin();
    for (const char* key : {"views", "view.users.1", "view.emails.2", "view.signups.1"}) {
      as_it_was.erase(before->find("meta"), key);
    }
    ASSERT_TRUE(before->write(as_it_was, store::durability::durable));
  }
  changed = {.name = "users"};
  start();
  EXPECT_EQ(status_of("users").reflects, running->head());
  EXPECT_EQ(controlled.calls, 0);
  EXPECT_THAT(ask("getUser", R"({"userId":"u5"})"), HasSubstr("u5"));
}

/// A disk that fails while a built view is to take its place. None of these may wait for a thread that waits for it.
class a_promotion_that_fails : public projections {
 protected:
  void rebuild_on_a_failing_disk(const std::string& name) {
    create(1, 5);
    eventually_live(name);
    controlled.hold_from(3);
    ASSERT_TRUE(running->rebuild(name));
    disk->fail_syncs();
    controlled.let_go();
    eventually([&] { return status_of(name).failed && status_of(name).failed->attempts >= 2; });
  }
};

TEST_F(a_promotion_that_fails, of_an_inline_view_leaves_the_sequencer_free) {
  restart_with({.name = "users"});
  rebuild_on_a_failing_disk("users");
  EXPECT_TRUE(running->why_not_accepting()) << "the store takes no writes";
  const outcome how = run(create_json(6));
  ASSERT_TRUE(std::holds_alternative<unavailable>(how)) << "and whoever asks is answered";
  EXPECT_THAT(ask("getUser", R"({"userId":"u5"})"), HasSubstr("u5"));
  restart();
  eventually_live("users");
  EXPECT_TRUE(std::holds_alternative<acceptance>(run(create_json(7))));
  EXPECT_THAT(ask("getUser", R"({"userId":"u7"})"), HasSubstr("u7"));
}

TEST_F(a_promotion_that_fails, of_an_async_view_ends_nothing_but_its_attempt) {
  restart_with({.name = "signups", .async = true});
  rebuild_on_a_failing_disk("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(5))) << "the rows of before answer";
  restart();
  eventually_live("signups");
  create(6, 6);
  eventually_live("signups");
  EXPECT_THAT(signups(), HasSubstr(day_with(6)));
}

TEST_F(projections, that_catch_up_and_are_rebuilt_at_once_do_not_wait_for_each_other) {
  for (int round = 0; round < 6; ++round) {
    const int first = 1 + round * 20;
    restart_with({.name = "users"});
    create(first, first + 9);
    eventually_live("users");
    controlled.hold_from(running->head().value);
    ASSERT_TRUE(running->rebuild("users"));
    controlled.let_go();
    restart_with({.name = "users", .left_out = true});
    create(first + 10, first + 19);
    restart_with({.name = "users"});
    if (running->projections().front().being_built) (void)running->rebuild("users");
    create(first + 1'000, first + 1'000);
    eventually_live("users");
  }
  EXPECT_THAT(ask("getUser", R"({"userId":"u1001"})"), HasSubstr("u1001"));
}

class a_sequencer_that_is_stuck : public testing::engine_fixture {
 protected:
  a_sequencer_that_is_stuck() {
    stop();
    options.stuck_after = std::chrono::milliseconds{20};
    start();
  }
};

TEST_F(a_sequencer_that_is_stuck, is_told_by_the_engine_with_where_it_stands) {
  EXPECT_EQ(running->why_not_accepting(), std::nullopt);
  disk->hold_syncs();
  auto waiting = submit(R"({"createUser":{"userId":"u1","name":"N","email":"u1@example.org"}})");
  disk->await_held_sync();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
  while (!running->why_not_accepting() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_THAT(running->why_not_accepting().value_or(""),
              HasSubstr("the sequencer has been waiting for one write to the event log"));
  disk->release_syncs();
  EXPECT_TRUE(std::holds_alternative<acceptance>(waiting.get()));
  while (running->why_not_accepting() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(running->why_not_accepting(), std::nullopt);
}

TEST_F(projections, that_are_async_cannot_be_decided_on) {
  restart_with({.name = "emails", .async = true});
  EXPECT_TRUE(std::holds_alternative<faulty>(run(create_json(1))));
}

/// How often a state was evolved.
std::atomic<int> evolutions = 0;
std::vector<void (*)(std::any&, const std::any&)> evolve_originals;
template <std::size_t Event>
void counted_evolve(std::any& state, const std::any& event) {
  ++evolutions;
  evolve_originals[Event](state, event);
}

class snapshots_of_states : public testing::engine_fixture {
 protected:
  std::vector<domain> domains() override {
    auto all_domains = engine_fixture::domains();
    aggregate_type& user = *all_domains.front().aggregates.front();
    evolve_originals = user.evolve;
    user.evolve = {counted_evolve<0>, counted_evolve<1>, counted_evolve<2>, counted_evolve<3>, counted_evolve<4>};
    if (!shape.empty()) user.shape = shape;
    return all_domains;
  }
  void rename(int from, int to) {
    std::vector<std::future<outcome>> done;
    for (int n = from; n <= to; ++n) {
      done.push_back(submit(R"({"renameUser":{"userId":"u1","name":"Name )" + std::to_string(n) + R"("}})"));
    }
    for (auto& one : done) ASSERT_TRUE(std::holds_alternative<acceptance>(one.get()));
  }
  int evolutions_at_the_next_command(int n) {
    restart();
    evolutions = 0;
    rename(n, n);
    return evolutions;
  }
  std::string shape;
};

TEST_F(snapshots_of_states, spare_long_streams_from_being_folded_whole) {
  ASSERT_TRUE(
      std::holds_alternative<acceptance>(run(R"({"createUser":{"userId":"u1","name":"N","email":"a@example.org"}})")));
  rename(1, 3500);
  EXPECT_LE(evolutions_at_the_next_command(3501), 1001);
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr(R"("name":"Name 3501")"));
  rename(3502, 3502);
  EXPECT_EQ(running->head_of("user-u1").value()->sequence.value, 3503u);
}

TEST_F(snapshots_of_states, with_which_a_stream_ends_leave_its_last_position_known) {
  ASSERT_TRUE(
      std::holds_alternative<acceptance>(run(R"({"createUser":{"userId":"u1","name":"N","email":"a@example.org"}})")));
  rename(1, 999);
  ASSERT_TRUE(
      std::holds_alternative<acceptance>(run(R"({"createUser":{"userId":"u2","name":"N","email":"b@example.org"}})")));
  EXPECT_EQ(evolutions_at_the_next_command(999), 0) << "the state is the snapshot, and nothing changes";
  const outcome same = run(R"({"renameUser":{"userId":"u1","name":"Name 999"}})");
  EXPECT_EQ(std::get<acceptance>(same).results[0].position.value, 1000u);
}

TEST_F(snapshots_of_states, of_another_shape_are_made_anew) {
  ASSERT_TRUE(
      std::holds_alternative<acceptance>(run(R"({"createUser":{"userId":"u1","name":"N","email":"a@example.org"}})")));
  rename(1, 1500);
  shape = "another";
  EXPECT_EQ(evolutions_at_the_next_command(1501), 1502) << "all of them, and the new one";
  EXPECT_EQ(evolutions_at_the_next_command(1502), 503) << "and now there is a snapshot of the new shape, of event 1000";
}

}  // namespace
}  // namespace weir
