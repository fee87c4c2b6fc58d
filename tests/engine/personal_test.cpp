#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/importer.hpp"
#include "engine/weir_test_people.hpp"
#include "support/engine_fixture.hpp"

// Personal data from the command to the disk and back, and its erasure.
namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* register_ada =
    R"({"registerPerson":{"personId":"p1","name":"Ada Lovelace","email":"Ada@Example.org","photo":"c2VjcmV0IHBob3Rv",)"
    R"("addresses":[{"street":"Ockham Park 7","city":"London"}]}})";
const std::vector<std::string> secrets{"Ada Lovelace", "Ada@Example.org", "ada@example.org", "secret photo",
                                       "Ockham Park"};

class personal_data : public testing::engine_fixture {
 protected:
  personal_data() { restart(); }  // with the domain below, which the base did not know when it started

  std::vector<domain> domains() override {
    std::vector<domain> listed;
    listed.push_back(weir_test_people::weir_test_people());
    return listed;
  }

  std::string told(const outcome& how) {
    if (const auto* accepted = std::get_if<acceptance>(&how)) return accepted->replayed ? "replayed" : "done";
    if (const auto* why = std::get_if<refused>(&how)) return why->exception->name;
    if (const auto* why = std::get_if<subject_erased>(&how)) return "erased: " + why->subject;
    if (const auto* why = std::get_if<subject_unknown>(&how)) return "unknown: " + why->subject;
    if (std::holds_alternative<key_reused>(how)) return "key reused";
    return "failed";
  }
  std::string done(const std::string& json) { return told(run(json)); }
  std::string done_together(const std::vector<std::string>& commands, std::optional<std::string> key = std::nullopt) {
    submission work;
    for (const std::string& each : commands) work.commands.push_back(a_command(each));
    work.idempotency_key = std::move(key);
    return told(submit(std::move(work)).get());
  }
  std::string erase(const std::string& subject) {
    submission work;
    work.erases = {subject};
    return told(submit(std::move(work)).get());
  }
  static std::string person(const std::string& id, const std::string& email) {
    return R"({"registerPerson":{"personId":")" + id + R"(","name":"Name of )" + id + R"(","email":")" + email + "\"}}";
  }
  static std::string renamed(const std::string& id, const std::string& name) {
    return R"({"renamePerson":{"personId":")" + id + R"(","name":")" + name + "\"}}";
  }
  static std::string order(const std::string& id, const std::string& buyer) {
    return R"({"placeOrder":{"orderId":")" + id + R"(","buyerId":")" + buyer +
           R"(","deliverTo":{"street":"Broadway 1","city":"New York"}}})";
  }
  std::string shown(const std::string& id) { return ask("getPerson", R"({"personId":")" + id + "\"}"); }
  std::string owner_of(const std::string& email) {
    const std::string answered = ask("getPersonByEmail", R"({"email":")" + email + "\"}");
    const auto at = answered.find("\"personId\":\"");
    return at == answered.npos ? answered : answered.substr(at + 12, answered.find('"', at + 12) - at - 12);
  }

  std::string json_of(const recorded_event& event) const {
    std::string text;
    codec::to_json(event.payload, *all->find_event(event.type)->type().shape, text).value();
    return text;
  }
  std::vector<recorded_event> recorded() { return running->read_log({0}, 10'000).value().events; }

  /// The files in which a text stands, as it is.
  std::vector<std::string> files_with(const std::string& text) const {
    std::vector<std::string> found;
    for (const auto& each : std::filesystem::recursive_directory_iterator(directory.path())) {
      if (!each.is_regular_file()) continue;
      std::ifstream in(each.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(in), {}};
      if (bytes.find(text) != std::string::npos) found.push_back(each.path().string());
    }
    return found;
  }

  std::string key_bytes(std::uint64_t number) const {
    std::ifstream in(directory.path() / "data" / "keys" / "keys.1", std::ios::binary);
    in.seekg(static_cast<std::streamoff>(64 * (number + 1)));
    std::string bytes(32, '\0');
    in.read(bytes.data(), 32);
    return bytes;
  }

  using rows = std::map<std::string, std::string>;
  static rows rows_of(const store& in, const std::string& family) {
    rows found;
    auto row = in.scan(in.find(family));
    for (row.seek(""); row.valid(); row.next()) found.emplace(row.key(), row.value());
    row.status().value();
    return found;
  }
  std::map<std::string, rows> views() const {
    std::map<std::string, rows> found;
    for (const projection_type& each : all->domains().front().projections) {
      const auto table = state->views().current();
      found[each.name] = rows_of(*data, table->at(each.view).family_name);
    }
    return found;
  }
  void rebuilt() {
    std::counting_semaphore<> moved(0);
    const auto watcher = running->watch(boost::asio::system_executor(), [&moved] { moved.release(); });
    for (const char* name : {"people", "holders"}) ASSERT_TRUE(running->rebuild(name));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{60};
    const auto building = [&] {
      for (const auto& each : running->projections()) {
        if (each.being_built) return true;
      }
      return false;
    };
    while (building()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      (void)moved.try_acquire_for(std::chrono::milliseconds{2});
    }
  }
};

TEST_F(personal_data, is_shown_in_clear) {
  EXPECT_EQ(done(register_ada), "done");
  EXPECT_EQ(shown("p1"),
            R"({"personId":"p1","name":"Ada Lovelace","email":"Ada@Example.org","photo":"c2VjcmV0IHBob3Rv",)"
            R"("addresses":[{"street":"Ockham Park 7","city":"London"}],"names":["Ada Lovelace"]})");
  EXPECT_EQ(json_of(recorded().front()),
            R"({"personId":"p1","name":"Ada Lovelace","email":"Ada@Example.org","photo":"c2VjcmV0IHBob3Rv",)"
            R"("addresses":[{"street":"Ockham Park 7","city":"London"}]})");
  EXPECT_THAT(recorded().front().erased, IsEmpty());
}

TEST_F(personal_data, is_nowhere_on_disk) {
  ASSERT_EQ(done_together({register_ada}, "a key"), "done");
  ASSERT_EQ(done(renamed("p1", "Ada King-Noel")), "done");
  ASSERT_EQ(done(person("p2", "ADA@example.ORG")), "EmailTaken");
  ASSERT_TRUE(data->flush());
  ASSERT_THAT(files_with("person-p1"), Not(IsEmpty())) << "the test finds what is there";
  for (const std::string& each : secrets) EXPECT_THAT(files_with(each), IsEmpty()) << each;
  EXPECT_THAT(files_with("King-Noel"), IsEmpty());
  stop();
  for (const std::string& each : secrets) EXPECT_THAT(files_with(each), IsEmpty()) << each;
}

TEST_F(personal_data, is_clear_to_decide) {
  ASSERT_EQ(done(register_ada), "done");
  EXPECT_EQ(done(renamed("p1", "Ada Lovelace")), "done");
  EXPECT_EQ(running->head(), position{1}) << "the name is the same, so nothing happens";
  restart();
  EXPECT_EQ(done(renamed("p1", "Ada Lovelace")), "done");
  EXPECT_EQ(running->head(), position{1}) << "also when the state is folded from the event log";
  EXPECT_EQ(done(renamed("p1", "Ada King")), "done");
  EXPECT_EQ(running->head(), position{2});
}

TEST_F(personal_data, finds_rows_without_being_kept) {
  ASSERT_EQ(done(register_ada), "done");
  EXPECT_EQ(owner_of("ADA@EXAMPLE.ORG"), "p1");
  EXPECT_EQ(owner_of("ada@example.com"), "PersonUnknown");
  EXPECT_EQ(done(person("p2", "ada@example.org")), "EmailTaken");
  EXPECT_EQ(done_together({person("p3", "x@example.org"), person("p4", "X@example.org")}), "EmailTaken")
      << "a group sees itself";
}

TEST_F(personal_data, is_erased_for_ever) {
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(done(renamed("p1", "Ada King")), "done");
  ASSERT_EQ(done(person("p2", "other@example.org")), "done");
  const std::string key = key_bytes(1);
  ASSERT_THAT(files_with(key), Not(IsEmpty())) << "the test finds the key";
  EXPECT_EQ(erase("person-p1"), "done");
  EXPECT_THAT(files_with(key), IsEmpty());
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(shown("p1"), R"({"personId":"p1","addresses":[{"street":"","city":"London"}],"names":["",""]})");
    const auto events = recorded();
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(json_of(events[0]), R"({"personId":"p1","addresses":[{"street":"","city":"London"}]})");
    EXPECT_THAT(events[0].erased, ElementsAre("/personRegistered/name", "/personRegistered/email",
                                              "/personRegistered/photo", "/personRegistered/addresses/0/street"));
    EXPECT_EQ(json_of(events[1]), R"({"personId":"p1","name":""})") << "required, so it is empty";
    EXPECT_THAT(events[1].erased, ElementsAre("/personRenamed/name"));
    EXPECT_THAT(events[2].erased, IsEmpty());
    EXPECT_EQ(shown("p2"),
              R"({"personId":"p2","name":"Name of p2","email":"other@example.org","names":["Name of p2"]})");
    EXPECT_EQ(erase("person-p1"), "replayed");
    restart();
  }
  EXPECT_EQ(erase("person-p9"), "unknown: person-p9");
  EXPECT_EQ(whole_log(), "personRegistered person-p1 1; personRenamed person-p1 2; personRegistered person-p2 1; ")
      << "the event log is as it was";
}

TEST_F(personal_data, frees_addresses_with_its_erasure) {
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(done(person("p2", "ada@example.org")), "EmailTaken");
  ASSERT_EQ(erase("person-p1"), "done");
  EXPECT_EQ(owner_of("ada@example.org"), "PersonUnknown");
  EXPECT_EQ(done(person("p2", "ada@example.org")), "done");
  EXPECT_EQ(owner_of("ada@example.org"), "p2");
  EXPECT_EQ(erase("person-p1"), "replayed");
  EXPECT_EQ(owner_of("ada@example.org"), "p2") << "the row of the new owner stays";
}

TEST_F(personal_data, of_an_erased_subject_is_not_recorded_again) {
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(erase("person-p1"), "done");
  const position before = running->head();
  EXPECT_EQ(done(renamed("p1", "Ada Again")), "erased: person-p1");
  EXPECT_EQ(done(order("o1", "p1")), "erased: person-p1");
  EXPECT_EQ(done_together({person("p2", "p2@example.org"), renamed("p1", "Ada Again")}), "erased: person-p1");
  EXPECT_EQ(running->head(), before);
  EXPECT_EQ(shown("p2"), "PersonUnknown") << "all or nothing";
  EXPECT_EQ(done(R"({"forgetPerson":{"personId":"p1"}})"), "done") << "it has no personal values";
  EXPECT_EQ(done(person("p2", "p2@example.org")), "done");
}

TEST_F(personal_data, belongs_to_the_subject_that_the_event_names) {
  ASSERT_EQ(done(order("o1", "p1")), "done");
  ASSERT_EQ(done(order("o2", "p2")), "done");
  EXPECT_EQ(erase("order-o1"), "unknown: order-o1");
  EXPECT_EQ(erase("person-p1"), "done");
  const auto events = recorded();
  EXPECT_EQ(json_of(events[0]), R"({"orderId":"o1","buyerId":"p1","deliverTo":{"street":"","city":"New York"}})");
  EXPECT_EQ(json_of(events[1]),
            R"({"orderId":"o2","buyerId":"p2","deliverTo":{"street":"Broadway 1","city":"New York"}})");
}

TEST_F(personal_data, is_erased_by_a_command_of_the_domain) {
  ASSERT_EQ(done(register_ada), "done");
  const std::string key = key_bytes(1);
  ASSERT_EQ(done(R"({"forgetPerson":{"personId":"p1"}})"), "done");
  EXPECT_THAT(files_with(key), IsEmpty());
  EXPECT_EQ(recorded().front().erased.size(), 4u);
  EXPECT_EQ(owner_of("ada@example.org"), "PersonUnknown");
  EXPECT_EQ(erase("person-p1"), "replayed");
}

TEST_F(personal_data, is_erased_in_the_batch_that_recorded_it) {
  ASSERT_EQ(done_together({register_ada, R"({"forgetPerson":{"personId":"p1"}})"}), "done");
  EXPECT_EQ(recorded().front().erased.size(), 4u);
  EXPECT_EQ(done(person("p2", "ada@example.org")), "done");
}

TEST_F(personal_data, is_in_snapshots_only_sealed) {
  ASSERT_EQ(done(register_ada), "done");
  std::vector<std::string> commands;
  for (int n = 0; n < 1'000; ++n) commands.push_back(renamed("p1", "Countess " + std::to_string(n)));
  ASSERT_EQ(done_together(commands), "done");
  ASSERT_FALSE(rows_of(*data, "snapshots").empty());
  restart();
  const position before = running->head();
  EXPECT_EQ(done(renamed("p1", "Countess 999")), "done");
  EXPECT_EQ(running->head(), before) << "the state is the one that was";
  ASSERT_TRUE(data->flush());
  EXPECT_THAT(files_with("Countess"), IsEmpty());
  ASSERT_EQ(erase("person-p1"), "done");
  restart();
  EXPECT_EQ(done(renamed("p1", "Countess 999")), "erased: person-p1");
}

TEST_F(personal_data, makes_the_same_rows_when_they_are_rebuilt) {
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(done(person("p2", "p2@example.org")), "done");
  ASSERT_EQ(done(renamed("p1", "Ada King")), "done");
  const auto before = views();
  ASSERT_EQ(before.at("holders").size(), 4u) << "two rows, and where they are for an erasure";
  rebuilt();
  EXPECT_EQ(views(), before);
  ASSERT_EQ(erase("person-p1"), "done");
  ASSERT_EQ(done(person("p3", "ada@example.org")), "done");
  const auto after = views();
  EXPECT_EQ(after.at("holders").size(), 4u);
  EXPECT_EQ(after.at("people").at("p1"), before.at("people").at("p1")) << "an erasure rewrites no row";
  rebuilt();
  EXPECT_EQ(views(), after);
  restart();
  EXPECT_EQ(views(), after);
}

TEST_F(personal_data, makes_the_same_bytes_wherever_its_commits_are_applied) {
  ASSERT_EQ(done_together({register_ada, person("p2", "p2@example.org")}, "a key"), "done");
  ASSERT_EQ(done(order("o1", "p3")), "done");
  std::filesystem::copy(directory.path() / "data" / "keys", directory.path() / "keys before");
  ASSERT_EQ(erase("person-p1"), "done");
  ASSERT_EQ(done(person("p4", "ada@example.org")), "done");
  const auto commits = log->read(0, 100, 1u << 20).value();
  for (const char* keys : {"keys before", "data/keys"}) {
    for (const std::size_t at_once : {std::size_t{1}, commits.size()}) {
      const auto place = directory.path() / "replica";
      std::filesystem::remove_all(place);
      store_options files;
      files.directory = place;
      files.families = applied_state::families();
      const auto replica = std::move(store::open(files).value());
      std::filesystem::copy(directory.path() / keys, place / "keys");
      const auto applied = std::move(applied_state::open(*replica, *all).value());
      std::vector<sealed_commit> some;
      for (const std::string& each : commits) {
        some.push_back(read_commit(each).value());
        if (some.size() < at_once) continue;
        ASSERT_TRUE(applied->apply(some));
        some.clear();
      }
      for (const char* family : {"commits", "events", "positions", "streams", "requests", "snapshots", "subjects",
                                 "view.people.1", "view.holders.1"}) {
        EXPECT_EQ(rows_of(*replica, family), rows_of(*data, family)) << family << " with " << keys << " " << at_once;
      }
      EXPECT_TRUE(std::holds_alternative<personal::key_files::erased>(
          personal::key_files::open(place / "keys").value()->read(1).value()))
          << "who applies an erasure destroys the key";
    }
  }
}

TEST_F(personal_data, is_erased_in_the_past_too) {
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(done(renamed("p1", "Ada King")), "done");
  const auto as_of = [&](std::uint64_t at) {
    for (const auto& query : all->domains().front().queries) {
      if (query->name != "getPerson") continue;
      auto past =
          running
              ->query_as_of(*query, std::get<std::string>(codec::from_json(R"({"personId":"p1"})", *query->shape)),
                            sequence{at}, anonymous())
              .value();
      while (!past.fold(10).value()) {
      }
      std::string text;
      codec::to_json(std::get<std::string>(past.answer().value().value), *query->answer_shape, text).value();
      return text;
    }
    return std::string();
  };
  EXPECT_THAT(as_of(1), HasSubstr(R"("name":"Ada Lovelace")"));
  EXPECT_THAT(as_of(2), HasSubstr(R"("names":["Ada Lovelace","Ada King"])"));
  ASSERT_EQ(erase("person-p1"), "done");
  EXPECT_EQ(as_of(1), R"({"personId":"p1","addresses":[{"street":"","city":"London"}],"names":[""]})");
}

TEST_F(personal_data, gives_a_refused_command_no_key) {
  ASSERT_EQ(done(register_ada), "done");
  const auto before = rows_of(*data, "subjects");
  ASSERT_EQ(done(renamed("p2", "Nobody")), "PersonUnknown");
  ASSERT_EQ(done_together({person("p3", "p3@example.org"), renamed("p2", "Nobody")}), "PersonUnknown");
  EXPECT_EQ(rows_of(*data, "subjects"), before);
  EXPECT_EQ(erase("person-p3"), "unknown: person-p3");
}

TEST_F(personal_data, is_not_in_the_fingerprint_of_an_idempotency_key) {
  ASSERT_EQ(done_together({register_ada}, "a key"), "done");
  EXPECT_EQ(done_together({register_ada}, "a key"), "replayed");
  EXPECT_EQ(done_together({person("p2", "p2@example.org")}, "a key"), "key reused");
  std::vector<addressed_command> commands;
  commands.push_back(a_command(register_ada));
  const std::string plain = fingerprint_of(commands, nullptr);
  EXPECT_NE(fingerprint_of(commands, state->keys()), plain);
  ASSERT_TRUE(data->flush());
  EXPECT_THAT(files_with(plain), IsEmpty());
}

TEST_F(personal_data, does_not_start_without_its_keys) {
  ASSERT_EQ(done(register_ada), "done");
  const auto why = [&] {
    stop();
    store_options files;
    files.directory = directory.path() / "data";
    files.families = applied_state::families();
    const auto opened = std::move(store::open(files).value());
    const auto applied = applied_state::open(*opened, *all);
    return applied ? std::string("opened") : applied.error().detail;
  };
  const auto keys = directory.path() / "data" / "keys";
  stop();
  std::filesystem::rename(keys, directory.path() / "away");
  EXPECT_THAT(why(), HasSubstr("are missing, so the personal data could not be read: put back the directory keys"));
  EXPECT_FALSE(std::filesystem::exists(keys)) << "no new keys are made in their place";
  (void)personal::key_files::open(keys).value();
  EXPECT_THAT(why(), HasSubstr("are of other data, so the personal data could not be read"));
  std::filesystem::remove_all(keys);
  std::filesystem::rename(directory.path() / "away", keys);
  start();
  EXPECT_THAT(shown("p1"), HasSubstr("Ada Lovelace"));
}

TEST_F(personal_data, stays_erased_in_data_that_is_restored_from_an_older_copy) {
  ASSERT_EQ(done(register_ada), "done");
  stop();
  const auto place = directory.path() / "data";
  std::filesystem::copy(place, directory.path() / "backup", std::filesystem::copy_options::recursive);
  start();
  ASSERT_EQ(erase("person-p1"), "done");
  stop();
  // The database is the old one. The keys are the present ones, or old ones with the present list of erasures.
  std::filesystem::rename(place / "keys", directory.path() / "present");
  for (const bool old_keys : {false, true}) {
    std::filesystem::remove_all(place);
    std::filesystem::copy(directory.path() / "backup", place, std::filesystem::copy_options::recursive);
    if (!old_keys) {
      std::filesystem::remove_all(place / "keys");
      std::filesystem::copy(directory.path() / "present", place / "keys");
    } else {
      std::filesystem::copy_file(directory.path() / "present" / "erasures", place / "keys" / "erasures",
                                 std::filesystem::copy_options::overwrite_existing);
    }
    start();
    EXPECT_EQ(erase("person-p1"), "replayed") << "the start has done it";
    EXPECT_EQ(recorded().front().erased.size(), 4u);
    EXPECT_EQ(done(person("p2", "ada@example.org")), "done") << "the address is free";
    stop();
  }
}

TEST_F(personal_data, of_a_subject_that_was_erased_does_not_come_to_a_copy_that_never_knew_it) {
  ASSERT_EQ(done(person("p0", "p0@example.org")), "done");
  stop();
  const auto place = directory.path() / "data";
  std::filesystem::copy(place, directory.path() / "backup", std::filesystem::copy_options::recursive);
  start();
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(done(person("p3", "p3@example.org")), "done");
  ASSERT_EQ(erase("person-p1"), "done");
  ASSERT_EQ(erase("person-p3"), "done");
  stop();
  std::filesystem::rename(place / "keys", directory.path() / "present");
  std::filesystem::remove_all(place);
  std::filesystem::rename(directory.path() / "backup", place);
  std::filesystem::remove_all(place / "keys");
  std::filesystem::rename(directory.path() / "present", place / "keys");
  start();
  EXPECT_EQ(done(register_ada), "erased: person-p1");
  EXPECT_EQ(done(person("p3", "p3@example.org")), "erased: person-p3");
  EXPECT_EQ(done(person("p2", "ada@example.org")), "done") << "with a key that nobody had";
  restart();
  EXPECT_THAT(shown("p2"), HasSubstr("Name of p2"));
  EXPECT_THAT(shown("p0"), HasSubstr("Name of p0"));
  EXPECT_EQ(done(person("p1", "p1@example.org")), "erased: person-p1");
}

TEST_F(personal_data, keeps_the_key_of_somebody_else_if_the_list_of_erasures_comes_late) {
  ASSERT_EQ(done(register_ada), "done");
  stop();
  std::ofstream(directory.path() / "data" / "keys" / "erasures", std::ios::app) << "1 2026-01-01T00:00:00Z person-p7\n";
  start();
  EXPECT_THAT(shown("p1"), HasSubstr("Ada Lovelace"));
  EXPECT_EQ(done(renamed("p1", "Ada King")), "done");
  EXPECT_EQ(done(person("p7", "p7@example.org")), "erased: person-p7");
  restart();
  EXPECT_THAT(shown("p1"), HasSubstr("Ada King"));
}

TEST_F(personal_data, is_erased_by_the_next_start_if_the_process_ended_in_between) {
  ASSERT_EQ(done(register_ada), "done");
  const auto keys = directory.path() / "data" / "keys", before = directory.path() / "before";
  std::filesystem::copy(keys, before);
  const std::string key = key_bytes(1);
  ASSERT_EQ(erase("person-p1"), "done");
  stop();
  // The erasure is in the event log. What comes after it was not done: neither the list nor the keys know of it.
  std::filesystem::remove_all(keys);
  std::filesystem::rename(before, keys);
  ASSERT_THAT(files_with(key), Not(IsEmpty()));
  start();
  EXPECT_THAT(files_with(key), IsEmpty());
  EXPECT_EQ(state->keys()->listed(), (std::vector<personal::listed_erasure>{{"person-p1", 1}}));
  EXPECT_EQ(recorded().front().erased.size(), 4u);
}

TEST_F(personal_data, is_encrypted_anew_by_an_import) {
  ASSERT_EQ(done(register_ada), "done");
  ASSERT_EQ(done(person("p2", "p2@example.org")), "done");
  const auto before = recorded();
  ASSERT_EQ(erase("person-p2"), "done");
  const auto after = recorded();
  const auto into = [&](const std::filesystem::path& place, const std::vector<recorded_event>& events) {
    store_options files;
    files.directory = place;
    files.families = applied_state::families();
    const auto other = std::move(store::open(files).value());
    const auto other_log = std::move(local_commit_log::open(*other).value());
    const auto other_state = std::move(applied_state::open(*other, *all).value());
    const auto importing = std::move(importer::open(*other_log, *other_state).value());
    for (const recorded_event& each : events) {
      const auto added = importing->add(each);
      EXPECT_TRUE(added) << added.error().detail;
    }
    EXPECT_TRUE(importing->commit());
    std::vector<recorded_event> found;
    for (const stored_event& each : other_state->scan({0}, "", 100, 100).value().events) {
      found.push_back(other_state->read(each).value());
    }
    EXPECT_EQ(importing->passed_over() + importing->imported(), events.size());
    return found;
  };
  const auto same = [&](const std::vector<recorded_event>& a, const std::vector<recorded_event>& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(json_of(a[i]), json_of(b[i]));
      EXPECT_EQ(a[i].event_id, b[i].event_id);
    }
  };
  const auto other = directory.path() / "other";
  same(into(other, before), before);
  for (const std::string& each : secrets) EXPECT_THAT(files_with(each), IsEmpty()) << each;
  same(into(other, before), before);  // once more: everything is there already
  same(into(other, after), before);   // a later export, in which values are erased, is of the same events
  const auto third = directory.path() / "third";
  same(into(third, after), after);
  EXPECT_THAT(files_with("p2@example.org"), IsEmpty());
  // An export from before the erasure does not bring anybody back.
  stop();
  const auto here = into(directory.path() / "data", before);
  EXPECT_EQ(here.back().erased.size(), 2u);
  start();
}

TEST_F(personal_data, that_was_recorded_before_its_tag_stays_in_clear) {
  // A store whose events were written without keys: as a program without tags writes them.
  stop();
  std::filesystem::remove_all(directory.path() / "data");
  std::filesystem::create_directories(directory.path());
  start();
  commit written;
  written.number = 1;
  written.epoch = 1;
  written.first = {1};
  written.previous = no_commit_hash();
  written.committed_at = wall_clock_now();
  recorded_event event;
  event.position = {1};
  event.stream = "person-p1";
  event.sequence = {1};
  event.recorded_at = written.committed_at;
  event.type = "personRegistered";
  event.payload =
      std::get<std::string>(codec::from_json(R"({"personId":"p1","name":"Old Name","email":"old@example.org"})",
                                             *all->find_event("personRegistered")->type().shape));
  event.command_id = std::string(16, 'c');
  event.event_id = nth_event_id(event.command_id, 1);
  written.events.push_back({event.stream, event.sequence, encode_recorded(event)});
  running.reset();
  ASSERT_TRUE(state->apply(std::vector{seal(std::move(written))}));
  restart();
  EXPECT_THAT(shown("p1"), HasSubstr("Old Name"));
  EXPECT_EQ(owner_of("OLD@example.org"), "p1");
  EXPECT_EQ(done(person("p2", "old@example.org")), "EmailTaken");
  EXPECT_EQ(done(renamed("p1", "New Name")), "done");
  EXPECT_EQ(erase("person-p1"), "done");
  EXPECT_THAT(shown("p1"), HasSubstr(R"("names":["Old Name",""])"));
}

}  // namespace
}  // namespace weir
