#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include "support/append_events.hpp"
#include "support/engine_fixture.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;

std::string create(const std::string& id, const std::string& email) {
  return R"({"createUser":{"userId":")" + id + R"(","name":"Name","email":")" + email + R"("}})";
}
std::string create(const std::string& id) { return create(id, id + "@example.org"); }
std::string rename(const std::string& id, const std::string& name) {
  return R"({"renameUser":{"userId":")" + id + R"(","name":")" + name + R"("}})";
}
expectation at(std::uint64_t sequence) { return {expectation::kind::at, {sequence}}; }

class commands : public testing::engine_fixture {
 protected:
  acceptance accepted(outcome how) {
    if (auto* yes = std::get_if<acceptance>(&how)) return std::move(*yes);
    ADD_FAILURE() << "not accepted: " << describe(how);
    return {{{"", {}, {}}}, false, {}};
  }
  static std::string describe(const outcome& how) {
    if (const auto* no = std::get_if<refused>(&how)) return no->exception->name + " at " + std::to_string(no->index);
    if (const auto* no = std::get_if<sequence_mismatch>(&how))
      return "mismatch, actual " + std::to_string(no->actual.value);
    if (const auto* no = std::get_if<unavailable>(&how)) return no->outcome_unknown ? "unknown" : "unavailable";
    if (std::holds_alternative<key_reused>(how)) return "key reused";
    if (std::holds_alternative<overloaded>(how)) return "overloaded";
    if (std::holds_alternative<faulty>(how)) return "faulty";
    return std::get<acceptance>(how).replayed ? "replayed" : "accepted";
  }
  submission keyed(const std::string& key, const std::string& json, const std::string& actor = "") {
    submission work;
    work.commands.push_back(a_command(json));
    work.idempotency_key = key;
    work.by = std::make_shared<const caller>(caller{.name = actor, .roles = {}});
    return work;
  }
  submission group(const std::vector<std::string>& all_json) {
    submission work;
    for (const auto& json : all_json) work.commands.push_back(a_command(json));
    return work;
  }
};

TEST_F(commands, are_on_disk_and_in_the_views_once_accepted) {
  const auto first = accepted(run(create("u1")));
  EXPECT_EQ(first.results[0].stream, "user-u1");
  EXPECT_EQ(first.results[0].sequence, sequence{1});
  EXPECT_EQ(first.results[0].position, position{1});
  EXPECT_EQ(running->head(), position{1});
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr(R"("sequence":1)"));
  restart();
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; ");
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr(R"("sequence":1)"));
  EXPECT_EQ(accepted(run(rename("u1", "Ada"))).results[0].sequence, sequence{2});
}

TEST_F(commands, that_change_nothing_give_the_last_event_of_their_stream) {
  accepted(run(create("u1")));
  accepted(run(create("u2")));
  const auto same = accepted(run(rename("u1", "Name")));
  EXPECT_EQ(same.results[0].sequence, sequence{1});
  EXPECT_EQ(same.results[0].position, position{1});
  restart();
  EXPECT_EQ(accepted(run(rename("u1", "Name"))).results[0].position, position{1});
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userCreated user-u2 1; ");
}

TEST_F(commands, are_refused_with_the_declared_exception) {
  accepted(run(create("u1")));
  const auto how = run(create("u1"));
  ASSERT_TRUE(std::holds_alternative<refused>(how));
  std::string json;
  codec::to_json(std::get<refused>(how).bytes, *std::get<refused>(how).exception, json).value();
  EXPECT_EQ(std::get<refused>(how).exception->name + json, R"(UserAlreadyExists{"userId":"u1"})");
}

TEST_F(commands, see_the_earlier_ones_of_their_own_batch) {
  disk->hold_syncs();
  auto first = submit(create("u0"));
  disk->await_held_sync();
  // While the first batch syncs, the next one gathers: states, views and keys of its members have to show in it.
  auto created = submit(create("u1", "ada@example.org"));
  auto taken = submit(create("u2", "ADA@example.org"));
  auto renamed = submit(rename("u1", "Ada"));
  auto again = submit(create("u1", "other@example.org"));
  auto keyed_first = submit(keyed("k", create("u3")));
  auto keyed_again = submit(keyed("k", create("u3")));
  const int syncs = disk->syncs();
  disk->release_syncs();
  EXPECT_EQ(describe(created.get()), "accepted");
  EXPECT_EQ(describe(taken.get()), "EmailTaken at 0");
  EXPECT_EQ(accepted(renamed.get()).results[0].sequence, sequence{2});
  EXPECT_EQ(describe(again.get()), "UserAlreadyExists at 0");
  EXPECT_EQ(accepted(keyed_first.get()).results[0].position, position{4});
  const auto replayed = accepted(keyed_again.get());
  EXPECT_TRUE(replayed.replayed);
  EXPECT_EQ(replayed.results[0].position, position{4});
  EXPECT_EQ(describe(first.get()), "accepted");
  EXPECT_EQ(disk->syncs(), syncs + 1) << "what gathered is one batch, one write and one sync";
}

TEST_F(commands, wait_for_the_expected_sequence) {
  EXPECT_EQ(describe(run(rename("u1", "A"), at(1))), "mismatch, actual 0");
  EXPECT_EQ(describe(run(create("u1"), {expectation::kind::exists, {}})), "mismatch, actual 0");
  accepted(run(create("u1"), {expectation::kind::absent, {}}));
  EXPECT_EQ(describe(run(create("u1"), {expectation::kind::absent, {}})), "mismatch, actual 1");
  EXPECT_EQ(describe(run(rename("u1", "A"), at(2))), "mismatch, actual 1");
  accepted(run(rename("u1", "A"), at(1)));
  accepted(run(rename("u1", "B"), {expectation::kind::exists, {}}));
  EXPECT_EQ(describe(run(rename("u1", "C"), at(2))), "mismatch, actual 3");
}

TEST_F(commands, of_many_threads_on_one_stream_are_in_a_total_order) {
  accepted(run(create("u1")));
  std::atomic<int> successes = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const auto head = running->head_of("user-u1").value()->sequence;
        const auto how = run(rename("u1", "N" + std::to_string(t) + "." + std::to_string(i)), at(head.value));
        if (const auto* yes = std::get_if<acceptance>(&how)) {
          EXPECT_EQ(yes->results[0].sequence, head.next());
          ++successes;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GT(successes, 0);
  EXPECT_EQ(running->head_of("user-u1").value()->sequence.value, 1u + static_cast<unsigned>(successes));
}

TEST_F(commands, with_the_same_key_have_one_effect_and_one_answer) {
  const auto first = accepted(submit(keyed("k1", create("u1"))).get());
  EXPECT_FALSE(first.replayed);
  accepted(run(rename("u1", "Ada")));
  restart();
  auto work = keyed("k1", create("u1"));
  work.want_events = true;
  const auto again = accepted(submit(std::move(work)).get());
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.results[0].sequence, sequence{1});
  EXPECT_EQ(again.results[0].position, position{1});
  ASSERT_EQ(again.events.size(), 1u);
  EXPECT_EQ(again.events[0].type, "userCreated");
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userRenamed user-u1 2; ");
}

TEST_F(commands, with_the_same_key_are_the_same_in_any_order_of_members) {
  accepted(submit(keyed("k", R"({"createUser":{"userId":"u1","name":"N","email":"a@example.org"}})")).get());
  EXPECT_EQ(describe(submit(keyed("k", R"({"createUser":{"email":"a@example.org","name":"N","userId":"u1"}})")).get()),
            "replayed");
}

TEST_F(commands, with_the_key_of_another_command_are_told) {
  accepted(submit(keyed("k1", create("u1"))).get());
  EXPECT_EQ(describe(submit(keyed("k1", create("u2"))).get()), "key reused");
  EXPECT_EQ(describe(submit(keyed("k1", rename("u1", "Ada"))).get()), "key reused");
}

TEST_F(commands, have_keys_of_their_callers_own) {
  accepted(submit(keyed("k1", create("u1"), "ada")).get());
  EXPECT_EQ(describe(submit(keyed("k1", create("u2"), "eve")).get()), "accepted");
}

TEST_F(commands, that_were_refused_are_decided_again) {
  accepted(run(create("u1", "a@example.org")));
  EXPECT_EQ(describe(submit(keyed("k", create("u2", "a@example.org"))).get()), "EmailTaken at 0");
  accepted(run(R"({"changeEmail":{"userId":"u1","email":"b@example.org"}})"));
  EXPECT_EQ(describe(submit(keyed("k", create("u2", "a@example.org"))).get()), "accepted");
}

TEST_F(commands, that_change_nothing_are_remembered_too) {
  accepted(run(create("u1")));
  accepted(submit(keyed("k", rename("u1", "Name"))).get());
  accepted(run(rename("u1", "Other")));
  EXPECT_EQ(describe(submit(keyed("k", rename("u1", "Name"))).get()), "replayed");
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userRenamed user-u1 2; ");
}

TEST_F(commands, in_a_group_are_one_commit) {
  const auto done = accepted(submit(group({create("u1"), create("u2"), rename("u1", "Ada")})).get());
  ASSERT_EQ(done.results.size(), 3u);
  EXPECT_EQ(done.results[0].position, position{1});
  EXPECT_EQ(done.results[1].position, position{2});
  EXPECT_EQ(done.results[2].sequence, sequence{2});
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userCreated user-u2 1; userRenamed user-u1 2; ");
}

TEST_F(commands, in_a_group_leave_nothing_if_one_is_refused) {
  accepted(run(create("u0", "taken@example.org")));
  EXPECT_EQ(describe(submit(group({create("u1"), rename("u1", "Ada"), create("u2", "taken@example.org")})).get()),
            "EmailTaken at 2");
  EXPECT_EQ(whole_log(), "userCreated user-u0 1; ");
  EXPECT_EQ(ask("getUser", R"({"userId":"u1"})"), "UserNotFound");
  EXPECT_EQ(ask("getUserByEmail", R"({"email":"u1@example.org"})"), "EmailNotFound");
  const auto again = accepted(run(create("u1")));
  EXPECT_EQ(again.results[0].sequence, sequence{1});
  EXPECT_EQ(again.results[0].position, position{2});
}

TEST_F(commands, hand_back_their_events_if_wanted) {
  submission work = group({create("u1"), rename("u1", "Ada")});
  work.want_events = true;
  work.by = std::make_shared<const caller>(caller{.name = "ada", .roles = {}});
  work.from = {"c1", "c2", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "somebody else"};
  const auto done = accepted(submit(std::move(work)).get());
  const auto stored = running->read_log({0}, 10).value().events;
  ASSERT_EQ(done.events.size(), 2u);
  ASSERT_EQ(stored.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(done.events[i].event_id, stored[i].event_id);
    EXPECT_EQ(done.events[i].command_id, stored[i].command_id);
    EXPECT_EQ(done.events[i].payload, stored[i].payload);
    EXPECT_EQ(done.events[i].recorded_at, stored[i].recorded_at);
    EXPECT_EQ(stored[i].from.correlation_id, "c1");
    EXPECT_EQ(stored[i].from.causation_id, "c2");
    EXPECT_EQ(stored[i].from.traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    EXPECT_EQ(stored[i].from.actor, "ada");
  }
  EXPECT_NE(stored[0].event_id, stored[1].event_id);
  EXPECT_NE(stored[0].command_id, stored[1].command_id);
}

TEST_F(commands, are_never_recorded_before_an_earlier_one) {
  accepted(run(create("u1")));
  auto later = running->read_log({0}, 1).value().events.front();
  // An event of the future, as a clock that was put back since would have left it.
  later.position = {2};
  later.sequence = {2};
  later.recorded_at += std::chrono::hours{24};
  running.reset();
  testing::append_events(*data, {{"user-u1", {2}, encode_recorded(later)}}, later.recorded_at);
  restart();
  accepted(run(create("u2")));
  EXPECT_EQ(running->read_log({2}, 1).value().events.front().recorded_at, later.recorded_at);
}

/// The lines of the diagnostic log, as they come.
class heard_lines : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// How many lines with this text there are, once there is one.
  std::size_t await(const std::string& text) {
    std::unique_lock lock(lines_mutex_);
    const auto count = [&] {
      return std::count_if(lines_.begin(), lines_.end(),
                           [&](const auto& line) { return line.find(text) != line.npos; });
    };
    changed_.wait_for(lock, std::chrono::seconds{60}, [&] { return count() > 0; });
    return static_cast<std::size_t>(count());
  }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    {
      const std::lock_guard lock(lines_mutex_);
      lines_.emplace_back(line.payload.data(), line.payload.size());
    }
    changed_.notify_all();
  }
  void flush_() override {}

  std::mutex lines_mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
};

TEST_F(commands, recorded_ahead_of_the_clock_are_told_once_and_so_is_the_end_of_it) {
  accepted(run(create("u1")));
  auto later = running->read_log({0}, 1).value().events.front();
  later.position = {2};
  later.sequence = {2};
  later.recorded_at = wall_clock_now() + std::chrono::seconds{4};
  running.reset();
  testing::append_events(*data, {{"user-u1", {2}, encode_recorded(later)}}, later.recorded_at);
  const auto heard = std::make_shared<heard_lines>();
  const auto before = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("test", heard));
  options.stuck_after = std::chrono::milliseconds{100};  // the watchdog looks every half of it
  restart();
  EXPECT_EQ(heard->await("behind that: until the clock has passed it"), 1u);
  EXPECT_EQ(heard->await("the clock has passed the time of the last event"), 1u);
  EXPECT_EQ(heard->await("behind that: until the clock has passed it"), 1u);
  EXPECT_GE(wall_clock_now(), later.recorded_at);
  stop();
  spdlog::set_default_logger(before);
}

class a_small_batch : public commands {
 protected:
  a_small_batch() {
    stop();
    options.batch_bytes_max = 200;  // less than the event and the rows of a user
    start();
  }
};

TEST_F(a_small_batch, takes_no_further_command_once_its_events_and_rows_fill_it) {
  disk->hold_syncs();
  auto first = submit(create("u0"));
  disk->await_held_sync();
  auto second = submit(create("u1"));
  auto third = submit(create("u2"));
  const int syncs = disk->syncs();
  disk->release_syncs();
  EXPECT_EQ(describe(first.get()), "accepted");
  EXPECT_EQ(describe(second.get()), "accepted");
  EXPECT_EQ(describe(third.get()), "accepted");
  EXPECT_EQ(disk->syncs(), syncs + 2);
}

class a_small_queue : public commands {
 protected:
  a_small_queue() {
    stop();
    options.queued_commands_max = 4;
    start();
  }
};

TEST_F(a_small_queue, refuses_what_does_not_fit_and_loses_nothing) {
  disk->hold_syncs();
  auto first = submit(create("first"));
  disk->await_held_sync();
  std::vector<std::future<outcome>> waiting;
  for (int i = 0; i < 4; ++i) waiting.push_back(submit(create("u" + std::to_string(i))));
  EXPECT_EQ(describe(run(create("u4"))), "overloaded");
  disk->release_syncs();
  EXPECT_EQ(describe(first.get()), "accepted");
  for (auto& one : waiting) EXPECT_EQ(describe(one.get()), "accepted");
  EXPECT_EQ(describe(run(create("u4"))), "accepted");
}

class a_small_cache : public commands {
 protected:
  a_small_cache() {
    stop();
    options.cached_aggregates_max = 1;
    start();
  }
};

TEST_F(a_small_cache, reads_states_again_from_the_log) {
  for (int round = 0; round < 3; ++round) {
    for (const char* id : {"a", "b", "c"}) {
      const auto how = round == 0 ? run(create(id)) : run(rename(id, "Round " + std::to_string(round)));
      EXPECT_EQ(accepted(how).results[0].sequence.value, static_cast<std::uint64_t>(round + 1));
    }
  }
  EXPECT_EQ(describe(run(create("a"))), "UserAlreadyExists at 0");
}

TEST_F(commands, fail_as_unknown_when_the_sync_fails_and_are_refused_afterwards) {
  accepted(run(create("u1")));
  disk->fail_syncs();
  EXPECT_EQ(describe(run(create("u2"))), "unknown");
  disk->mend();
  EXPECT_EQ(describe(run(create("u3"))), "unavailable");
  ASSERT_TRUE(running->why_not_accepting());
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr("u1@example.org")) << "queries go on";
  EXPECT_EQ(running->head(), position{1});
  restart();
  EXPECT_FALSE(running->why_not_accepting());
  EXPECT_EQ(describe(run(create("u3"))), "accepted");
}

TEST_F(commands, are_refused_on_a_full_disk_and_carried_out_once_there_is_space) {
  accepted(run(create("u1")));
  disk->set_free(1u << 20);
  const outcome how = run(create("u2"));
  EXPECT_EQ(describe(how), "unavailable");
  EXPECT_EQ(std::get<unavailable>(how).shown, "The disk is full: 1.0 MiB are free, 4.0 MiB are needed.");
  EXPECT_THAT(running->why_not_accepting().value(), HasSubstr("The disk is full"));
  EXPECT_FALSE(running->needs_restart());
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr("u1@example.org")) << "queries go on";
  EXPECT_EQ(running->head(), position{1});
  disk->mend();
  EXPECT_EQ(describe(run(create("u2"))), "accepted");
  restart();
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; userCreated user-u2 1; ");
}

TEST_F(commands, of_a_batch_that_finds_the_disk_full_leave_no_trace_in_memory) {
  accepted(run(create("u1")));
  disk->hold_syncs();
  auto first = submit(rename("u1", "Ada"));
  disk->await_held_sync();
  // These wait for the sync, and are decided on one after another in the next batch, which is too large for the disk.
  auto second = submit(rename("u1", "Grace"));
  auto large = submit(rename("u1", std::string(200, 'x')));
  disk->set_free(reserve_bytes + 400);
  disk->release_syncs();
  EXPECT_EQ(describe(first.get()), "accepted");
  EXPECT_EQ(describe(second.get()), "unavailable");
  EXPECT_EQ(describe(large.get()), "unavailable");
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr(R"("Ada")"));
  disk->mend();
  accepted(run(rename("u1", "Grace")));
  EXPECT_EQ(running->head(), position{3});
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr(R"("Grace")"));
}

TEST_F(commands, refused_for_what_was_then_not_written_are_not_told_so) {
  disk->hold_syncs();
  auto first = submit(create("u0"));
  disk->await_held_sync();
  auto created = submit(create("u1", "a@example.org"));
  auto taken = submit(create("u2", "a@example.org"));
  disk->fail_syncs();
  disk->release_syncs();
  EXPECT_EQ(describe(first.get()), "unknown");
  EXPECT_EQ(describe(created.get()), "unavailable");
  EXPECT_EQ(describe(taken.get()), "unavailable");
}

TEST_F(commands, that_wait_when_the_engine_stops_are_carried_out) {
  std::vector<std::future<outcome>> waiting;
  for (int i = 0; i < 100; ++i) waiting.push_back(submit(create("u" + std::to_string(i))));
  running->stop();
  for (auto& one : waiting) EXPECT_EQ(describe(one.get()), "accepted");
  EXPECT_EQ(describe(run(create("late"))), "unavailable");
}

TEST_F(commands, read_a_damaged_event_as_an_error_that_names_it) {
  accepted(run(create("u1")));
  auto batch = data->begin();
  batch.put(data->find("events"), format::event_key("user-u1", {1}), "nonsense");
  ASSERT_TRUE(data->write(batch, store::durability::durable));
  const auto read = running->read_log({0}, 1);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, errc::corrupt);
  EXPECT_THAT(read.error().detail, HasSubstr("event 1 of stream user-u1"));
}

TEST_F(commands, do_not_go_on_from_a_last_commit_that_is_damaged) {
  accepted(run(create("u1")));
  running.reset();
  auto batch = data->begin();
  batch.put(data->find("events"), format::event_key("user-u1", {1}), "nonsense");
  ASSERT_TRUE(data->write(batch, store::durability::durable));
  const auto opened = local_commit_log::open(*data);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, errc::corrupt);
  EXPECT_THAT(opened.error().detail, HasSubstr("commit 1 is not what was written"));
}

/// The users with a view that throws at renames.
class a_faulty_domain : public commands {
 protected:
  a_faulty_domain() {
    stop();
    faulty_ = true;
    start();
  }
  std::vector<domain> domains() override {
    auto all_domains = commands::domains();
    if (faulty_) {
      domain& users = all_domains.front();
      users.projections.back().on[users.event_index("userRenamed")] = [](const std::any&, const recording&, row_sink&) {
        throw std::runtime_error("a fault of the domain");
      };
    }
    return all_domains;
  }
  bool faulty_ = false;
};

TEST_F(a_faulty_domain, leaves_nothing_behind_and_others_unharmed) {
  accepted(run(create("u1")));
  EXPECT_EQ(describe(run(rename("u1", "Ada"))), "faulty");
  EXPECT_EQ(describe(submit(group({create("u2"), rename("u2", "Eve")})).get()), "faulty");
  EXPECT_EQ(whole_log(), "userCreated user-u1 1; ");
  EXPECT_THAT(ask("getUser", R"({"userId":"u1"})"), HasSubstr(R"("name":"Name")"));
  EXPECT_EQ(accepted(run(create("u2"))).results[0].position, position{2});
  EXPECT_EQ(accepted(run(R"({"deactivateUser":{"userId":"u1"}})")).results[0].sequence, sequence{2});
}

TEST(catalog, refuses_two_domains_of_the_same_words) {
  std::vector<domain> twice;
  twice.push_back(users::users());
  twice.push_back(users::users());
  EXPECT_THROW(catalog{std::move(twice)}, std::logic_error);
}

}  // namespace
}  // namespace weir
