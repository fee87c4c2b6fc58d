#include "base/bytes.hpp"
#include "log/commit_frame.hpp"
#include "log/format.hpp"
#include "log/recorded_event.hpp"
#include "state/stored_view.hpp"
#include "verify/verified_store.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;
using testing::verified_store;

class a_verification : public verified_store {
 protected:
  /// What the report says after a change; it must be of this family.
  template <class Change>
  std::string told_after(const std::string& family, Change change) {
    tamper(change);
    const auto report = verify();
    EXPECT_FALSE(report.is_sound());
    EXPECT_GT(report.faults_found, 0u);
    bool is_named = false;
    for (const store_fault& each : report.faults) is_named = is_named || each.family == family;
    EXPECT_TRUE(is_named) << "no fault in the family " << family << ":\n" << as_text(report);
    return as_text(report);
  }
  static std::string value_of(const store& in, const char* family, std::string_view key) {
    return in.get(in.find(family), key).value().value();
  }
};

TEST_F(a_verification, finds_nothing_wrong_with_a_store_that_is_sound) {
  for (const unsigned threads : {1u, 2u}) {
    const auto report = verify(threads);
    EXPECT_TRUE(report.is_sound()) << as_text(report);
    EXPECT_EQ(report.read.events, events);
    EXPECT_EQ(report.read.streams, 7u);
    EXPECT_EQ(report.read.snapshots, 1u);
    EXPECT_EQ(report.read.answers, 6u);
    EXPECT_EQ(report.read.views, 6u);
    EXPECT_GT(report.read.rows, 10u);
    EXPECT_GT(report.read.commits, 5u);
    EXPECT_EQ(report.head.last.value, report.read.events);
    EXPECT_THAT(report.notes, ::testing::Contains(HasSubstr("no schema is stored yet")));
  }
}

TEST_F(a_verification, leaves_no_temporary_files) {
  static_cast<void>(verify());
  for (const auto& each : std::filesystem::directory_iterator(directory.path())) {
    EXPECT_EQ(each.path().filename(), "data");
  }
}

TEST_F(a_verification, names_an_event_that_is_missing) {
  const auto text = told_after("events", [](const store& in, store::batch& changes) {
    changes.erase(in.find("events"), format::event_key("user-u2", {1}));
  });
  EXPECT_THAT(text, HasSubstr("position 2 names event 1 of stream user-u2, which is missing"));
  EXPECT_THAT(text, HasSubstr("key user-u2\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x01"));
  EXPECT_THAT(text, HasSubstr("could not be compared"));
}

TEST_F(a_verification, names_the_commit_of_an_event_that_was_changed) {
  const auto text = told_after("commits", [](const store& in, store::batch& changes) {
    const std::string key = format::event_key("user-u2", {1});
    auto event = decode_recorded(value_of(in, "events", key), "user-u2", {1}).value();
    event.from.actor = "somebody else";
    changes.put(in.find("events"), key, encode_recorded(event));
  });
  EXPECT_THAT(text, HasSubstr("commit 2 is not what was written: its hash differs"));
}

TEST_F(a_verification, names_an_event_that_does_not_decode) {
  const auto text = told_after("events", [](const store& in, store::batch& changes) {
    const std::string key = format::event_key("user-u2", {1});
    auto event = decode_recorded(value_of(in, "events", key), "user-u2", {1}).value();
    event.payload = "\x7f\x7f";
    changes.put(in.find("events"), key, encode_recorded(event));
  });
  EXPECT_THAT(text, HasSubstr("event 1 of stream user-u2 cannot be decoded"));
}

TEST_F(a_verification, names_an_event_that_no_position_names) {
  const auto text = told_after("events", [](const store& in, store::batch& changes) {
    auto event = decode_recorded(value_of(in, "events", format::event_key("user-u2", {1})), "user-u2", {1}).value();
    event.sequence = {2};
    changes.put(in.find("events"), format::event_key("user-u2", {2}), encode_recorded(event));
  });
  EXPECT_THAT(text, HasSubstr("event 2 of stream user-u2 says that it is at position 2, as another event does"));
  EXPECT_THAT(text, HasSubstr("the head is at event 1, but the last event of the stream is 2"));
}

TEST_F(a_verification, names_a_position_that_is_missing) {
  const auto text = told_after("positions", [](const store& in, store::batch& changes) {
    changes.erase(in.find("positions"), format::position_key({3}));
  });
  EXPECT_THAT(text, HasSubstr("position 3 missing"));
}

TEST_F(a_verification, names_positions_that_name_each_others_events) {
  const auto text = told_after("events", [](const store& in, store::batch& changes) {
    changes.put(in.find("positions"), format::position_key({2}), format::position_value("user-u3", {1}));
    changes.put(in.find("positions"), format::position_key({3}), format::position_value("user-u2", {1}));
  });
  EXPECT_THAT(text, HasSubstr("event 1 of stream user-u3 says that it is at position 3, but it is at 2"));
}

TEST_F(a_verification, names_commits_that_are_missing) {
  const auto text = told_after("commits", [](const store& in, store::batch& changes) {
    changes.erase(in.find("commits"), format::commit_key(2));
    changes.erase(in.find("commits"), format::commit_key(3));
  });
  EXPECT_THAT(text, HasSubstr("commits 2 to 3 missing"));
}

TEST_F(a_verification, names_the_commit_that_does_not_continue_the_one_before_it) {
  const auto text = told_after("commits", [](const store& in, store::batch& changes) {
    const std::string key = format::commit_key(3);
    auto frame = read_frame(3, value_of(in, "commits", key)).value();
    sealed_commit other{std::move(frame.without_events), "", std::move(frame.hash)};
    other.value.events.resize(frame.events);
    other.value.previous = std::string(32, 'x');
    changes.put(in.find("commits"), key, frame_of(other));
  });
  EXPECT_THAT(text, HasSubstr("commit 3 does not continue the one before it"));
  EXPECT_THAT(text, HasSubstr("commit 3 is not what was written: its hash differs"));
}

TEST_F(a_verification, tells_of_commits_cut_off_at_the_end) {
  const auto text = told_after("positions", [this](const store& in, store::batch& changes) {
    const auto last = log_rows(in).last_commit().value();
    changes.erase(in.find("commits"), format::commit_key(last.number));
  });
  EXPECT_THAT(text, HasSubstr("no commit holds position"));
}

TEST_F(a_verification, names_a_stream_whose_head_is_wrong) {
  const auto text = told_after("streams", [](const store& in, store::batch& changes) {
    auto head = format::read_stream_value(value_of(in, "streams", "user-u3")).value();
    head.updated_at += std::chrono::seconds{1};
    changes.put(in.find("streams"), "user-u3", format::stream_value(head));
    changes.erase(in.find("streams"), "user-u4");
    changes.put(in.find("streams"), "user-u9", format::stream_value(head));
  });
  EXPECT_THAT(text, HasSubstr("key user-u3: the times of the head"));
  EXPECT_THAT(text, HasSubstr("key user-u4: the stream has events, but no head"));
  EXPECT_THAT(text, HasSubstr("key user-u9: the stream has a head, but no events"));
}

TEST_F(a_verification, names_a_snapshot_that_its_events_do_not_make) {
  const auto text = told_after("snapshots", [this](const store& in, store::batch& changes) {
    const snapshots kept(in);
    const auto& type = *all->find_aggregate("user");
    auto taken = kept.find("user-u1", type).value().value();
    taken.state = type.initial();
    kept.put(changes, "user-u1", type, taken);
    changes.put(in.find("snapshots"), "user-u9", value_of(in, "snapshots", "user-u1"));
    changes.put(in.find("snapshots"), "user-u2", "no snapshot");
  });
  EXPECT_THAT(text, HasSubstr("key user-u1: the snapshot after event 1000 is not what the events of the stream make"));
  EXPECT_THAT(text, HasSubstr("key user-u9: there is a snapshot, but no event"));
  EXPECT_THAT(text, HasSubstr("key user-u2: the snapshot is damaged"));
}

TEST_F(a_verification, names_rows_of_a_view_that_the_events_do_not_make) {
  const auto text = told_after("view.users.1", [](const store& in, store::batch& changes) {
    const family users = in.find("view.users.1");
    changes.put(users, "u2", in.get(users, "u3").value().value());
    changes.erase(users, "u4");
    changes.put(users, "u9", in.get(users, "u3").value().value());
  });
  EXPECT_THAT(text, HasSubstr("key u2: the row is not what the events up to position"));
  EXPECT_THAT(text, HasSubstr("key u4: the row is missing"));
  EXPECT_THAT(text, HasSubstr("key u9: the row should not be there"));
}

TEST_F(a_verification, compares_an_async_view_at_its_checkpoint) {
  std::string name;
  for (const auto& one : all->domains()) {
    for (const auto& view : one.projections) {
      if (view.async) name = "view." + view.name + "." + std::to_string(view.version);
    }
  }
  ASSERT_FALSE(name.empty());
  // Rows that are behind are no fault; rows that are ahead of their checkpoint are.
  tamper([&](const store& in, store::batch& changes) {
    auto stored = read_stored_view(name, value_of(in, "meta", name)).value();
    stored.checkpoint = position{0};
    changes.put(in.find("meta"), name, encoded(stored));
  });
  EXPECT_FALSE(verify().is_sound());
  tamper([&](const store& in, store::batch& changes) {
    auto rows = in.scan(in.find(name));
    for (rows.seek(""); rows.valid(); rows.next()) changes.erase(in.find(name), rows.key());
  });
  EXPECT_TRUE(verify().is_sound()) << as_text(verify());
}

TEST_F(a_verification, names_answers_that_no_commit_has) {
  const auto text = told_after("requests", [](const store& in, store::batch& changes) {
    const family requests = in.find("requests");
    const auto key = [](const char* name) { return std::string(1, '\0') + name; };
    changes.put(requests, key("user 9"), in.get(requests, key("user 1")).value().value());
    changes.put(requests, key("user 2"), in.get(requests, key("user 1")).value().value());
    changes.put(requests, key("user 3"), "short");
    changes.erase(requests, key("user 4"));
  });
  EXPECT_THAT(text, HasSubstr("key \\x00user 9: no commit has this answer"));
  EXPECT_THAT(text, HasSubstr("key \\x00user 2: the answer is not the one that its commit has"));
  EXPECT_THAT(text, HasSubstr("key \\x00user 3: the row is no answer: it is too short"));
  EXPECT_THAT(text, HasSubstr("key \\x00user 4: the answer is missing"));
}

TEST_F(a_verification, names_rows_and_families_that_nobody_knows) {
  {
    store_options files;
    files.directory = place();
    files.families = {{.name = "strange"}};
    ASSERT_TRUE(store::open(files));
  }
  const auto text = told_after("meta", [](const store& in, store::batch& changes) {
    changes.put(in.find("meta"), "strange", "row");
    changes.put(in.find("default"), "strange", "row");
    changes.put(in.find("meta"), "log", "no identity");
    changes.put(in.find("meta"), "schema", "no schema");
  });
  EXPECT_THAT(text, HasSubstr("family strange: this program does not know this family"));
  EXPECT_THAT(text, HasSubstr("family meta, key strange: this program does not know this row"));
  EXPECT_THAT(text, HasSubstr("family default, key strange: this family must be empty"));
  EXPECT_THAT(text, HasSubstr("the identity of the event log is damaged"));
  EXPECT_THAT(text, HasSubstr("the schema that is stored with the events is damaged"));
}

TEST_F(a_verification, names_a_branch_that_the_log_does_not_have) {
  const auto text = told_after("meta", [](const store& in, store::batch& changes) {
    auto which = read_log_identity(in).value().value();
    which.branches.push_back(
        {"0190163d-8694-739b-aea5-966c26f8ad91", position{2}, std::string(32, 'h'), which.made_at});
    put_log_identity(in, changes, which);
  });
  EXPECT_THAT(text, HasSubstr("the log went on from position 2 of another one, but no commit"));
}

TEST_F(a_verification, counts_all_faults_and_keeps_the_first_ones) {
  tamper([](const store& in, store::batch& changes) {
    for (int n = 0; n < 50; ++n) changes.put(in.find("streams"), "user-x" + std::to_string(n), "no head");
  });
  verification_options how;
  how.faults_max = 10;
  const auto report = verify_directory(place(), *all, how).value();
  EXPECT_EQ(report.faults.size(), 10u);
  EXPECT_EQ(report.faults_found, 50u);
  EXPECT_THAT(as_text(report), HasSubstr("and 40 more faults"));
  EXPECT_THAT(as_json(report), HasSubstr(R"("faultsFound":50)"));
}

TEST_F(a_verification, ends_when_it_is_asked_to) {
  std::stop_source stop;
  stop.request_stop();
  verification_options how;
  how.stop = stop.get_token();
  const auto report = verify_directory(place(), *all, how).value();
  EXPECT_FALSE(report.completed);
  EXPECT_FALSE(report.is_sound());
  EXPECT_THAT(as_text(report), HasSubstr("not completed"));
}

TEST_F(a_verification, reads_a_store_that_is_written_to_meanwhile) {
  restart();
  std::atomic<bool> enough = false;
  std::thread writer([&] {
    for (int n = 0; !enough; ++n) {
      run(R"({"createUser":{"userId":"w)" + std::to_string(n) + R"(","name":"W"}})");
    }
  });
  for (int round = 0; round < 5; ++round) {
    const auto report = verify_store(*data, place(), *all, live()).value();
    EXPECT_TRUE(report.is_sound()) << as_text(report);
    EXPECT_EQ(report.read.views, 6u);
  }
  enough = true;
  writer.join();
}

TEST_F(a_verification, stays_below_its_limit_of_speed) {
  verification_options how;
  how.bytes_per_second = 200'000;
  const auto began = std::chrono::steady_clock::now();
  const auto report = verify_directory(place(), *all, how).value();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  EXPECT_TRUE(report.is_sound());
  EXPECT_GE(took.count(), 0.9 * static_cast<double>(report.read.bytes) / 200'000);
  EXPECT_GT(report.read.bytes, 50'000u);
}

}  // namespace
}  // namespace weir
