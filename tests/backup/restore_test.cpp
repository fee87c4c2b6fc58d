#include <cstdlib>
#include <fstream>
#include <future>
#include <map>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>
#include <spdlog/spdlog.h>

#include "backup/archive.hpp"
#include "backup/service.hpp"
#include "backup/set.hpp"
#include "codec/codec.hpp"
#include "engine/engine.hpp"
#include "ledger/domain.hpp"
#include "server/descriptors.hpp"
#include "server/restoration.hpp"
#include "server/storage.hpp"
#include "support/temporary_directory.hpp"
#include "users/domain.hpp"
#include "verify/stored_schema.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;

std::vector<domain> both_domains() {
  std::vector<domain> listed;
  listed.push_back(users::users());
  listed.push_back(ledger::ledger());
  return listed;
}

/// How many rows each family has, and SHA-256 of all of them. But for which log it is, which a restore changes.
using contents = std::map<std::string, std::pair<std::size_t, std::string>>;

contents contents_of(const store& data) {
  contents all;
  for (const std::string& name : data.names("")) {
    std::string rows;
    std::size_t count = 0;
    auto cursor = data.scan(data.find(name));
    for (cursor.seek(""); cursor.valid(); cursor.next()) {
      if (name == "meta" && cursor.key() == "log") continue;
      if (subjects::is_last_given(cursor.key())) continue;  // no key that was given after the moment is given again
      ++count;
      for (const std::string_view text : {cursor.key(), cursor.value()}) {
        rows.append(std::to_string(text.size())).append(1, ' ').append(text);
      }
    }
    cursor.status().value();
    all[name] = {count, backup::hexadecimal(sha256(rows))};
  }
  return all;
}

/// A server's data, without the server.
class running_data {
 public:
  running_data(std::filesystem::path directory, const catalog& domains)
      : directory_(std::move(directory)), domains_(domains) {
    start();
  }

  void start() {
    serve_settings settings;
    settings.data = directory_;
    stored_ = std::move(
        open_storage(settings, files_of_store_alone(), domains_, [](position, position) { return true; }).value());
    registry_ = std::make_unique<prometheus::Registry>();
    engine_ = std::move(engine::open(*stored_->log, *stored_->state, *registry_).value());
  }
  void stop() {
    engine_->stop();
    engine_.reset();
    stored_->store->flush().value();
    stored_.reset();
  }
  /// Waits until async views have what the log has.
  void wait_for_views() const {
    for (;;) {
      const auto all = engine_->projections();
      if (std::all_of(all.begin(), all.end(), [](const auto& one) { return one.reflects == one.head; })) return;
      std::this_thread::yield();
    }
  }

  void done(std::vector<std::string> commands, std::optional<std::string> key = {}) {
    submission work;
    for (const std::string& json : commands) {
      const std::size_t of = json.find("ccount") != json.npos || json.find("amount") != json.npos ? 1 : 0;
      const schema::structure& known = *domains_.domains()[of].idl->commands();
      const auto bytes = std::get<std::string>(codec::from_json(json, known));
      const auto member = codec::member_of(bytes, known).value();
      work.commands.push_back(
          std::move(engine_->prepare(*domains_.find_command(member.field->name), member.bytes).value()));
    }
    work.by = std::make_shared<const caller>(caller{.name = "ada", .roles = {}});
    work.idempotency_key = std::move(key);
    auto promised = std::make_shared<std::promise<void>>();
    waiting_.push_back(promised->get_future());
    engine_->submit(std::move(work), [promised](const outcome&) { promised->set_value(); });
  }
  void erase(const std::string& subject) {
    submission work;
    work.erases = {subject};
    auto promised = std::make_shared<std::promise<void>>();
    waiting_.push_back(promised->get_future());
    engine_->submit(std::move(work), [promised](const outcome&) { promised->set_value(); });
  }
  void all_answered() {
    for (auto& each : waiting_) each.wait();
    waiting_.clear();
  }

  [[nodiscard]] weir::store& store() const { return *stored_->store; }
  [[nodiscard]] commit_log& log() const { return *stored_->log; }
  [[nodiscard]] const applied_state& state() const { return *stored_->state; }

 private:
  const std::filesystem::path directory_;
  const catalog& domains_;
  std::optional<storage> stored_;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<engine> engine_;
  std::vector<std::future<void>> waiting_;
};

class a_restored_store : public ::testing::Test {
 protected:
  a_restored_store() {
    const char* given = std::getenv("WEIR_SEED");
    seed_ = given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    chance_.seed(seed_);
    spdlog::set_level(spdlog::level::err);
    data_ = std::make_unique<running_data>(path("data"), domains_);
  }

  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return directory_.path() / name; }
  std::size_t one_of(std::size_t many) { return chance_() % many; }

  /// Commands of both domains: single ones, groups, keys, refusals, and some that change nothing.
  void some_commands() {
    const std::size_t many = 1 + one_of(12);
    for (std::size_t i = 0; i < many; ++i) {
      const std::string user = "u" + std::to_string(one_of(60)), number = std::to_string(++commands_);
      const auto account = [&] { return "a" + std::to_string(one_of(8)); };
      std::optional<std::string> key;
      if (one_of(3) == 0) key = "key " + number;
      switch (one_of(8)) {
        case 0:
        case 1:
          data_->done(
              {R"({"createUser":{"userId":")" + user + R"(","name":"N","email":")" + user + R"(@example.org"}})"}, key);
          break;
        case 2:
          data_->done({R"({"renameUser":{"userId":")" + user + R"(","name":"Name )" + number + R"("}})"}, key);
          break;
        case 3:
          data_->done({R"({"renameUser":{"userId":")" + user + R"(","name":"N"}})"}, "same " + number);
          break;
        case 4:
          data_->done({R"({"deactivateUser":{"userId":")" + user + R"("}})"}, key);
          break;
        case 5:
          data_->done({R"({"openAccount":{"accountId":")" + account() + R"(","owner":"Ada"}})"}, key);
          break;
        case 6:
          data_->done({R"({"deposit":{"accountId":")" + account() + R"(","amount":500}})"}, key);
          break;
        default:
          data_->done({R"({"deposit":{"accountId":"a1","amount":100}})",
                       R"({"transfer":{"fromAccountId":"a1","toAccountId":"a2","amount":50}})"},
                      key);
      }
      if (one_of(3) == 0) data_->all_answered();
    }
    data_->all_answered();
  }
  /// A stream that is long enough for a snapshot.
  void a_long_stream() {
    data_->done({R"({"createUser":{"userId":"long","name":"N","email":"long@example.org"}})"});
    for (int n = 0; n < 1'200; ++n) {
      data_->done({R"({"renameUser":{"userId":"long","name":"Name )" + std::to_string(n) + R"("}})"});
      if (n % 200 == 0) data_->all_answered();
    }
    data_->all_answered();
  }

  backup::description back_up() {
    backup::service_options options;
    options.data = path("data");
    options.directory = path("backups");
    options.version = "test";
    const log_identity which = data_->log().identity();
    backup::service service(data_->store(), which, options);
    service.begin().value();
    while (service.state().running_since) std::this_thread::yield();
    const auto state = service.state();
    EXPECT_FALSE(state.last_failure) << state.last_failure->why;
    return backup::set(path("backups")).list()->back();
  }
  /// Adds to an archive what it does not have yet.
  void archive_to(const std::string& name) { archive_to(name, *data_); }
  void archive_to(const std::string& name, running_data& of) {
    auto opened = backup::archive_writer::open(path(name), {20'000, 1'000, {}});
    backup::archive_writer& into = **opened;
    into.go_on_with({of.log().identity(), stored_schema_text(of.store()).value()}).value();
    for (;;) {
      auto some = of.log().read(into.added().number, 100, 1u << 20).value();
      if (some.empty()) break;
      for (std::string& each : some) into.add(std::move(each)).value();
    }
    into.keep().value();
  }
  /// An archive that begins behind a backup, as if earlier files had been removed.
  void archive_from_the_middle(const std::string& name) {
    archive_to("archive");
    while (backup::archive(path("archive")).segments()->size() < 4) {
      some_commands();
      archive_to("archive");
    }
    std::filesystem::copy(path("archive"), path(name));
    const auto segments = *backup::archive(path(name)).segments();
    for (std::size_t i = 0; i < segments.size() / 2; ++i) std::filesystem::remove(segments[i].path);
  }

  result<restored> restored_to(restore_target target, const std::string& from, const std::string& archive,
                               const std::string& to = "restored", const std::string& keys_of = "data") {
    restore_settings settings;
    if (!from.empty()) settings.from = path(from);
    if (!archive.empty()) settings.archive = path(archive);
    settings.data = path(to);
    settings.to = std::move(target);
    settings.keys = path(keys_of) / "keys";
    return restore(settings, domains_, [](auto...) {});
  }
  [[nodiscard]] contents contents_in(const std::string& name) const {
    store_options options;
    options.directory = path(name);
    options.families = applied_state::families();
    const auto opened = std::move(store::open(options).value());
    return contents_of(*opened);
  }
  [[nodiscard]] bool nothing_is_written() const {
    return !std::filesystem::exists(path("restored")) && !std::filesystem::exists(path("restored.unfinished"));
  }
  std::vector<sealed_commit> commits() {
    std::vector<sealed_commit> all;
    for (std::string& each : data_->log().read(0, 1'000'000, std::size_t{1} << 30).value()) {
      all.push_back(read_commit(std::move(each)).value());
    }
    return all;
  }
  /// A commit with several events.
  sealed_commit a_long_commit() {
    data_->done({R"({"openAccount":{"accountId":"a1","owner":"Ada"}})"});
    data_->all_answered();  // so that it is in another commit
    data_->done({R"({"deposit":{"accountId":"a1","amount":100}})", R"({"deposit":{"accountId":"a1","amount":100}})",
                 R"({"deposit":{"accountId":"a1","amount":100}})"});
    data_->all_answered();
    return commits().back();
  }

  testing::temporary_directory directory_;
  unsigned seed_ = 0;
  std::mt19937 chance_;
  const catalog domains_{both_domains()};
  std::unique_ptr<running_data> data_;
  int commands_ = 0;
};

/// A moment at which a store was stopped, and what it held then.
struct stop {
  log_head head;
  contents held;
};

TEST_F(a_restored_store, equals_one_that_stopped_there) {
  const char* given = std::getenv("WEIR_RESTORE_POSITIONS");
  const int positions = given != nullptr ? std::atoi(given) : 12;
  SCOPED_TRACE("WEIR_SEED=" + std::to_string(seed_));
  std::vector<stop> stops;
  while (data_->log().head().number == 0)
    some_commands();  // all of which may be refused; before a first commit is no moment
  for (int i = 0; i < positions; ++i) {
    for (std::size_t n = one_of(4); n > 0; --n) some_commands();
    if (i == positions / 2) a_long_stream();
    some_commands();
    data_->wait_for_views();
    data_->stop();
    data_->start();
    data_->wait_for_views();
    stops.push_back({data_->log().head(), contents_of(data_->store())});
    if (i == 1 || one_of(8) == 0) back_up();
    if (one_of(3) == 0) archive_to("archive");
  }
  some_commands();
  archive_from_the_middle("late");
  back_up();
  const auto all = commits();
  const std::uint64_t late_from = *backup::archive(path("late")).first();

  std::map<std::string, int> counts;
  for (const stop& each : stops) {
    restore_target target{restore_target::at_hash{each.head.hash}};
    std::string by = "hash";
    const std::uint64_t number = each.head.number;
    const bool is_last_of_its_position = number == all.size() || !all[number].value.events.empty();
    const bool is_last_of_its_time = number == all.size() || all[number].value.committed_at > each.head.committed_at;
    if (one_of(2) == 0 && is_last_of_its_position) {
      target.moment = restore_target::at_position{each.head.last};
      by = "position";
    } else if (one_of(2) == 0 && is_last_of_its_time) {
      target.moment = restore_target::at_time{each.head.committed_at};
      by = "time";
    }
    struct sources {
      const char *from, *archive, *name;
    };
    std::vector<sources> choices{{"backups", "", "backups alone"},
                                 {"", "archive", "archive alone"},
                                 {"backups", "archive", "backups and archive"}};
    if (late_from <= number) choices.push_back({"backups", "late", "backups and a late archive"});
    const sources chosen = choices[one_of(choices.size())];
    SCOPED_TRACE("commit " + std::to_string(number) + " by " + by + " from " + chosen.name);
    const auto done = restored_to(target, chosen.from, chosen.archive);
    if (!done && std::string_view(chosen.archive) == "late") {
      // No backup may be before it that the late archive reaches.
      EXPECT_EQ(done.error().code, errc::not_found) << done.error().detail;
      ++counts["refused, because commits are missing"];
      continue;
    }
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_EQ(done->head, each.head);
    EXPECT_EQ(contents_in("restored"), each.held);
    ASSERT_EQ(done->log.branches.size(), 1u);
    EXPECT_EQ(done->log.branches.back().at, each.head.last);
    EXPECT_EQ(done->log.branches.back().hash, each.head.hash);
    EXPECT_EQ(done->log.id, data_->log().identity().id);
    ++counts[std::string("from ") + chosen.name];
    ++counts["by " + by];
    if (done->backup && done->replayed == 0) ++counts["a backup as it is"];
    if (done->backup && done->replayed > 0) ++counts["a backup and commits after it"];
    if (!done->backup) ++counts["all commits from the first on"];
    std::filesystem::remove_all(path("restored"));
    if (HasFailure()) break;
  }
  std::string text = "restored stores that equal one that stopped there (WEIR_SEED=" + std::to_string(seed_) + "):";
  for (const auto& [what, count] : counts) text += "\n  " + what + ": " + std::to_string(count);
  std::cout << text << "\n  of " << stops.size() << " positions" << std::endl;
}

TEST_F(a_restored_store, knows_no_branch_that_is_behind_it) {
  a_long_commit();
  const log_head moment = data_->log().head();
  a_long_commit();
  archive_to("archive");
  ASSERT_TRUE(restored_to({}, "", "archive"));
  running_data other(path("restored"), domains_);
  other.done({R"({"deposit":{"accountId":"a1","amount":100}})"});
  other.all_answered();
  archive_to("archive of the branch", other);
  const auto done =
      restored_to({restore_target::at_hash{moment.hash}}, "", "archive of the branch", "again", "restored");
  ASSERT_TRUE(done) << done.error().detail;
  ASSERT_EQ(done->log.branches.size(), 1u);
  EXPECT_EQ(done->log.branches.back().at, moment.last);
}

TEST_F(a_restored_store, is_not_made_without_the_keys_of_its_personal_data) {
  data_->done({R"({"createUser":{"userId":"u1","name":"N"}})"});
  a_long_commit();
  back_up();
  archive_to("archive");
  for (const auto& [from, archive] : {std::pair("backups", ""), std::pair("", "archive")}) {
    const auto done = restored_to({}, from, archive, "restored", "nowhere");
    EXPECT_EQ(done.error().code, errc::invalid);
    EXPECT_THAT(done.error().detail, HasSubstr("there are no keys in"));
    restore_settings settings;
    settings.data = path("restored");
    if (*from != 0) settings.from = path(from);
    if (*archive != 0) settings.archive = path(archive);
    const auto without = restore(settings, domains_, [](auto...) {});
    EXPECT_EQ(without.error().code, errc::invalid);
    EXPECT_THAT(without.error().detail, HasSubstr("give --keys"));
    EXPECT_TRUE(nothing_is_written());
  }
}

TEST_F(a_restored_store, gives_nobody_a_key_that_somebody_had_after_the_moment) {
  data_->done({R"({"createUser":{"userId":"u1","name":"N"}})"});
  data_->all_answered();
  const log_head moment = data_->log().head();
  data_->done({R"({"createUser":{"userId":"u2","name":"N"}})"});
  data_->all_answered();
  archive_to("archive");
  const auto key_of = [](const running_data& of, const std::string& subject) {
    return of.state().known_subjects().find(subject).value().value().key;
  };
  const std::uint64_t given = key_of(*data_, "user-u2"), there = data_->state().keys()->keys();
  const auto done = restored_to({restore_target::at_hash{moment.hash}}, "", "archive");
  ASSERT_TRUE(done) << done.error().detail;
  running_data other(path("restored"), domains_);
  other.done({R"({"createUser":{"userId":"u3","name":"N"}})"});
  other.all_answered();
  EXPECT_LT(given, there);
  EXPECT_GE(key_of(other, "user-u3"), there);
}

TEST_F(a_restored_store, does_not_bring_back_who_was_erased) {
  for (const char* id : {"u1", "u2", "u3"}) {
    data_->done({R"({"createUser":{"userId":")" + std::string(id) + R"(","name":"N"}})"});
  }
  data_->all_answered();
  const log_head moment = data_->log().head();
  back_up();
  data_->erase("user-u2");
  data_->all_answered();
  archive_to("archive");
  for (const auto& [from, archive] : {std::pair("backups", ""), std::pair("", "archive")}) {
    const auto done = restored_to({restore_target::at_hash{moment.hash}}, from, archive);
    ASSERT_TRUE(done) << done.error().detail;
    {
      running_data other(path("restored"), domains_);
      std::vector<std::size_t> erased;
      for (const char* stream : {"user-u1", "user-u2", "user-u3"}) {
        const auto events = other.state().log().read_stream(stream, {1}, 10, direction::forward).value();
        ASSERT_EQ(events.size(), 1u);
        erased.push_back(other.state().read(events.front()).value().erased.size());
      }
      EXPECT_THAT(erased, ::testing::ElementsAre(0u, 1u, 0u));
    }
    std::filesystem::remove_all(path("restored"));
  }
}

TEST_F(a_restored_store, goes_on_as_a_branch) {
  some_commands();
  a_long_commit();
  archive_to("archive");
  const log_head end = data_->log().head();
  const auto done = restored_to({}, "", "archive");
  ASSERT_TRUE(done) << done.error().detail;
  running_data other(path("restored"), domains_);
  EXPECT_EQ(other.log().head(), end);
  EXPECT_EQ(other.log().identity(), done->log);
  EXPECT_NE(other.log().identity().current(), data_->log().identity().current());
  other.done({R"({"deposit":{"accountId":"a1","amount":100}})"});
  other.all_answered();
  EXPECT_EQ(other.log().head().number, end.number + 1);
}

TEST_F(a_restored_store, is_not_made_for_a_position_inside_a_commit) {
  some_commands();
  const sealed_commit before = a_long_commit(), inside = a_long_commit();
  back_up();
  archive_to("archive");
  for (const auto& [from, archive] : {std::pair("backups", ""), std::pair("", "archive")}) {
    const auto done = restored_to({restore_target::at_position{inside.value.first}}, from, archive);
    EXPECT_EQ(done.error().code, errc::invalid);
    EXPECT_THAT(done.error().detail, HasSubstr("Restore to position " + std::to_string(before.value.last().value) +
                                               " or " + std::to_string(inside.value.last().value)));
    EXPECT_TRUE(nothing_is_written());
  }
}

TEST_F(a_restored_store, is_not_made_for_a_moment_that_is_not_there) {
  a_long_commit();
  back_up();
  const position end = data_->log().head().last;
  const auto beyond = restored_to({restore_target::at_position{end.next()}}, "backups", "");
  EXPECT_EQ(beyond.error().code, errc::invalid);
  EXPECT_THAT(beyond.error().detail, HasSubstr("ends at position " + std::to_string(end.value)));
  const auto before = restored_to({restore_target::at_time{timestamp{}}}, "backups", "");
  EXPECT_THAT(before.error().detail, HasSubstr("before the first commit"));
  const auto unknown = restored_to({restore_target::at_hash{std::string(32, 'x')}}, "backups", "");
  EXPECT_THAT(unknown.error().detail, HasSubstr("no commit has the hash"));
  EXPECT_TRUE(nothing_is_written());
}

TEST_F(a_restored_store, says_which_commits_are_missing_between_backup_and_archive) {
  a_long_commit();
  const backup::description kept = back_up();
  for (int i = 0; i < 40; ++i) some_commands();
  archive_from_the_middle("late");
  const auto done = restored_to({}, "backups", "late");
  EXPECT_EQ(done.error().code, errc::not_found);
  EXPECT_THAT(done.error().detail, HasSubstr("commits " + std::to_string(kept.head.number + 1) + " to " +
                                             std::to_string(*backup::archive(path("late")).first() - 1)));
  EXPECT_TRUE(nothing_is_written());
}

TEST_F(a_restored_store, is_not_made_of_a_broken_backup_and_the_file_is_named) {
  a_long_commit();
  const backup::description kept = back_up();
  const backup::set in(path("backups"));
  for (const backup::copied_file& each : kept.files) {
    const std::string whole = backup::read_whole(in.path_of(each), 1u << 30).value();
    if (whole.empty()) continue;
    std::string changed = whole;
    char& one = changed[one_of(changed.size())];
    one = static_cast<char>(one ^ 4);
    std::ofstream(in.path_of(each), std::ios::binary) << changed;
    const auto done = restored_to({}, "backups", "");
    EXPECT_EQ(done.error().code, errc::corrupt);
    EXPECT_THAT(done.error().detail, HasSubstr(in.path_of(each).string()));
    EXPECT_TRUE(nothing_is_written());
    std::filesystem::remove(in.path_of(each));
    EXPECT_THAT(restored_to({}, "backups", "").error().detail, HasSubstr(in.path_of(each).string()));
    std::ofstream(in.path_of(each), std::ios::binary) << whole;
  }
  const auto file = path("backups") / "backups" / (kept.id + ".backup");
  std::string text = backup::read_whole(file, 1u << 30).value();
  text[text.size() / 3] = static_cast<char>(text[text.size() / 3] ^ 1);
  std::ofstream(file, std::ios::binary) << text;
  const auto done = restored_to({}, "backups", "");
  EXPECT_EQ(done.error().code, errc::corrupt);
  EXPECT_THAT(done.error().detail, HasSubstr(file.string()));
  EXPECT_TRUE(nothing_is_written());
}

TEST_F(a_restored_store, overwrites_nothing) {
  a_long_commit();
  back_up();
  std::filesystem::create_directory(path("restored"));
  std::ofstream(path("restored") / "file") << "mine";
  EXPECT_EQ(restored_to({}, "backups", "").error().code, errc::invalid);
  EXPECT_EQ(backup::read_whole(path("restored") / "file", 100).value(), "mine");
  std::filesystem::remove(path("restored") / "file");
  std::filesystem::create_directory(path("restored.unfinished"));
  std::ofstream(path("restored.unfinished") / "file") << "mine";
  EXPECT_EQ(restored_to({}, "backups", "").error().code, errc::invalid);
  std::filesystem::remove_all(path("restored.unfinished"));
  EXPECT_TRUE(restored_to({}, "backups", ""));
}

TEST_F(a_restored_store, takes_the_place_of_what_an_interrupted_restore_left) {
  a_long_commit();
  back_up();
  std::filesystem::create_directories(path("restored.unfinished") / "data");
  std::ofstream(path("restored.unfinished") / "restoring") << "";
  std::ofstream(path("restored.unfinished") / "data" / "000001.sst") << "half";
  EXPECT_TRUE(restored_to({}, "backups", ""));
  EXPECT_FALSE(std::filesystem::exists(path("restored.unfinished")));
}

TEST_F(a_restored_store, can_be_backed_up_into_the_same_directory_and_its_branch_is_told_apart) {
  a_long_commit();
  const log_head early = data_->log().head();
  a_long_commit();
  const backup::description given_up = back_up();
  ASSERT_TRUE(restored_to({restore_target::at_hash{early.hash}}, "backups", "", "other"));
  data_->stop();
  data_ = std::make_unique<running_data>(path("other"), domains_);
  some_commands();
  const log_head end = data_->log().head();
  back_up();
  const auto done = restored_to({}, "backups", "", "restored", "other");
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->head, end);
  ASSERT_EQ(done->notes.size(), 1u);
  EXPECT_THAT(done->notes.front(), HasSubstr(given_up.id));
}

// Backups.

TEST_F(a_restored_store, is_made_of_a_set_that_shares_files_and_keeps_as_many_as_it_should) {
  for (int i = 0; i < 5; ++i) {
    a_long_commit();
    back_up();
  }
  const auto all = *backup::set(path("backups")).list();
  ASSERT_EQ(all.size(), 5u);
  std::set<std::string> names;
  std::size_t mentioned = 0;
  for (const auto& each : all) {
    mentioned += each.files.size();
    for (const auto& file : each.files) names.insert(file.digest);
  }
  EXPECT_LT(names.size(), mentioned);
  backup::service_options options;
  options.data = path("data");
  options.directory = path("backups");
  options.keep = 2;
  const log_identity which = data_->log().identity();
  {
    backup::service service(data_->store(), which, options);
    service.begin().value();
    while (service.state().running_since) std::this_thread::yield();
    EXPECT_FALSE(service.state().last_failure);
  }
  const auto left = *backup::set(path("backups")).list();
  ASSERT_EQ(left.size(), 2u);
  std::set<std::string> needed, there;
  for (const auto& each : left) {
    EXPECT_TRUE(backup::set(path("backups")).check(each, [](auto) {}));
    for (const auto& file : each.files) needed.insert(file.digest);
  }
  for (const auto& each : std::filesystem::directory_iterator(path("backups") / "files")) {
    there.insert(each.path().filename().string());
  }
  EXPECT_EQ(there, needed);
}

TEST_F(a_restored_store, can_be_made_although_a_shared_file_was_damaged_and_the_next_backup_mends_it) {
  a_long_commit();
  const backup::description first = back_up();
  const backup::set in(path("backups"));
  for (const auto& file : first.files) {
    if (!file.name.ends_with(".sst")) continue;
    std::ofstream(in.path_of(file), std::ios::binary) << std::string(file.size, 'x');
  }
  EXPECT_FALSE(in.check(first, [](auto) {}));
  back_up();
  EXPECT_TRUE(in.check(first, [](auto) {}));
}

}  // namespace
}  // namespace weir
