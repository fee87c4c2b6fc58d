#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "power/process.hpp"
#include "state/hidden_rows.hpp"
#include "state/memory_rows.hpp"
#include "support/forgetful_disk.hpp"
#include "support/temporary_directory.hpp"

namespace weir {
namespace {

using testing::asked;
using ::testing::Contains;
using testing::forgetful_disk;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::process;
using testing::scripted;
using testing::survival;

/// What the world outside knows of a run: which submissions were answered, in their order.
struct told {
  struct answer {
    std::optional<acceptance> accepted;
    std::string refused;
  };
  std::vector<answer> answers;  ///< of the first submissions
  bool completed = false;
};

/// An event without its times and ids, which no two runs share.
struct plain_event {
  std::string stream, type, payload;
  sequence at;
  bool operator==(const plain_event&) const = default;
};

/// What must come of the script: the log, and after which positions a commit ends.
struct expectations {
  std::vector<plain_event> log;
  std::set<std::uint64_t> commits{0};
};

/// The script, run on a disk of its own, and a look at what is left there.
class trial {
 public:
  trial() {
    std::filesystem::create_directory(data());
    disk->stand_beside(data() / "high-water-mark");
  }
  [[nodiscard]] std::filesystem::path data() const { return place.path() / "data"; }

  /// Whatever was running has ended.
  void power_comes_back(survival what) {
    disk->lose_power();
    disk->come_back(what);
    if (what == survival::nothing) std::filesystem::remove_all(data() / "log-before-start");
  }

  /// Runs the script until it ends or the power does.
  told run_script() {
    told all;
    std::unique_ptr<process> weir;
    if (!start(weir)) return all;
    for (const scripted& step : script) {
      switch (step.what) {
        case scripted::kind::ask: {
          std::vector<std::future<outcome>> waiting;
          for (const asked& one : step.at_once) waiting.push_back(weir->submit(one));
          for (auto& one : waiting) {
            const outcome how = one.get();
            if (const auto* accepted = std::get_if<acceptance>(&how)) {
              all.answers.push_back({*accepted, ""});
            } else if (const auto* refusal = std::get_if<refused>(&how)) {
              all.answers.push_back({std::nullopt, refusal->exception->name});
            } else {
              return all;
            }
          }
          break;
        }
        case scripted::kind::restart:
          weir->end();
          if (!start(weir)) return all;
          break;
        case scripted::kind::cut:
          if (!disk->has_power()) return all;
          cut_by_script(*weir);
          if (!start(weir)) return all;
          break;
        case scripted::kind::rebuild:
          if (!weir->running->rebuild(step.view)) return all;
          break;
        case scripted::kind::wait_for_views:
          if (!weir->wait_for_views([this] { return !disk->has_power(); })) return all;
          break;
      }
    }
    weir->end();
    all.completed = true;
    return all;
  }

  /// All that is wrong with what is found, in sentences. `known`: what had been answered.
  std::vector<std::string> faults_of_what_is_left(const told& known, const expectations& expected) {
    std::vector<std::string> faults;
    process weir(disk);
    if (const auto opened = weir.open_store(data()); !opened) return {"does not start: " + opened.error().detail};
    open_keys();
    check_answers(known, faults);
    check_log(weir, known, expected, faults);
    if (!faults.empty()) return faults;
    check_rows(weir, faults);
    if (const auto opened = weir.open_engine(); !opened) return {"does not start: " + opened.error().detail};
    open_keys();
    check_retries(weir, known, faults);
    if (!faults.empty()) return faults;
    if (!weir.wait_for_views([] { return false; })) faults.push_back("the views do not come up to the log");
    check_log(weir, known, expected, faults);
    if (weir.log->head().last.value != expected.log.size()) faults.push_back("the log is not what the script makes");
    check_rows(weir, faults);
    for (const domain& one : weir.domains.domains()) {
      for (const projection_type& projection : one.projections) {
        if (weir.data->names("view." + projection.name + ".").size() != 1)
          faults.push_back("of the view " + projection.name + " there are rows left that nobody reads");
      }
    }
    return faults;
  }

  /// The script without a cut.
  expectations expected_of_a_run_without_a_cut() {
    expectations expected;
    const told all = run_script();
    EXPECT_TRUE(all.completed);
    for (const auto& one : all.answers) {
      if (one.accepted) expected.commits.insert(one.accepted->results.back().position.value);
    }
    process weir(disk);
    EXPECT_TRUE(weir.open_store(data()));
    open_keys();
    for (const stored_event& stored : weir.events().value()) {
      const auto event = decode_recorded(stored.bytes, stored.stream, stored.sequence).value();
      expected.log.push_back(plain(weir, event));
    }
    return expected;
  }

  const testing::temporary_directory place;
  const std::shared_ptr<forgetful_disk> disk = std::make_shared<forgetful_disk>(place.path() / "attic");
  const std::vector<scripted> script = testing::the_script();
  const std::vector<asked> submissions = testing::submissions_of(script);

 private:
  /// The keys of personal data as they are on disk: each event must have its key.
  void open_keys() {
    keys.reset();
    if (std::filesystem::exists(data() / "keys")) keys = std::move(personal::vault::open(data() / "keys").value());
  }
  std::unique_ptr<personal::vault> keys;

  [[nodiscard]] plain_event plain(const process& weir, const recorded_event& event) const {
    const schema::structure& shape = *weir.domains.find_event(event.type)->type().shape;
    std::string payload = event.payload;
    if (shape.personal) {
      using opened_struct = result<personal::vault::opened>;
      const opened_struct opened =
          keys ? keys->open(payload, shape, event.position) : opened_struct(error{errc::not_found, "no keys"});
      payload = opened ? opened->bytes : opened.error().detail;
    }
    return {event.stream, event.type, std::move(payload), event.sequence};
  }

  [[nodiscard]] bool start(std::unique_ptr<process>& weir) const {
    weir = std::make_unique<process>(disk);
    const auto opened = weir->open_store(data());
    return opened && weir->open_engine();
  }

  /// The script's own cut must not undo the one that the test waits for.
  void cut_by_script(process& weir) {
    const auto left = disk->steps_left();
    disk->lose_power();
    weir.end();
    power_comes_back(survival::nothing);
    if (left) disk->lose_power_after(*left);
  }

  void check_answers(const told& known, std::vector<std::string>& faults) const {
    for (std::size_t i = 0; i < known.answers.size(); ++i) {
      if (known.answers[i].refused != submissions[i].refusal)
        faults.push_back("the answer to " + submissions[i].key + " was wrong: " + known.answers[i].refused);
    }
  }

  /// Positions and sequences are dense, the heads are right, what was acknowledged is there, and all is the beginning
  /// of the log that the script makes, so that nothing is there twice; and no commit is there in part.
  void check_log(const process& weir, const told& known, const expectations& expected,
                 std::vector<std::string>& faults) const {
    const auto records = weir.events();
    if (!records) return faults.push_back("the log cannot be read: " + records.error().detail);
    std::map<std::string, sequence> heads;
    timestamp before{};
    position at;
    for (const stored_event& stored : *records) {
      const auto event = decode_recorded(stored.bytes, stored.stream, stored.sequence);
      if (!event) return faults.push_back("an event cannot be read: " + event.error().detail);
      at = at.next();
      const std::string name = "event " + std::to_string(at.value);
      if (event->position != at) faults.push_back(name + " has another position");
      sequence& head = heads[event->stream];
      head = head.next();
      if (event->sequence != head) faults.push_back(name + " leaves a gap in " + event->stream);
      if (event->recorded_at < before) faults.push_back(name + " is older than the one before it");
      before = event->recorded_at;
      if (at.value > expected.log.size() || expected.log[at.value - 1] != plain(weir, *event))
        faults.push_back(name + " is not what the script makes: " + event->type + " of " + event->stream);
    }
    if (weir.log->head().last != at) faults.push_back("the log's end is not its last event");
    if (!expected.commits.contains(at.value))
      faults.push_back("the last commit, up to position " + std::to_string(at.value) + ", is there in part");
    std::size_t streams = 0;
    auto cursor = weir.data->scan(weir.data->find("streams"));
    for (cursor.seek(""); cursor.valid(); cursor.next()) ++streams;
    if (streams != heads.size()) faults.push_back("there are heads of streams that are not there");
    for (const auto& [stream, last] : heads) {
      const auto head = log_rows(*weir.data).head_of(stream);
      if (!head || !*head || (*head)->last != last) faults.push_back("the head of " + stream + " is wrong");
    }
    for (std::size_t i = 0; i < known.answers.size(); ++i) {
      if (!known.answers[i].accepted) continue;
      for (const auto& item : known.answers[i].accepted->results) {
        if (item.position > at || heads[item.stream] < item.sequence)
          faults.push_back("lost: " + submissions[i].key + " was acknowledged at position " +
                           std::to_string(item.position.value) + ", and the log ends at " + std::to_string(at.value));
      }
    }
  }

  /// Each family's rows are those of a fold of the log, as far as the family says that it is.
  void check_rows(const process& weir, std::vector<std::string>& faults) const {
    const auto records = weir.events();
    if (!records) return faults.push_back("the log cannot be read: " + records.error().detail);
    const auto moment = weir.data->take_snapshot();
    for (const std::string& name : weir.data->names("view.")) {
      // A family is made before it is named: this one was on its way.
      const auto named = weir.data->get(weir.data->find("meta"), name);
      if (named && !*named) continue;
      const auto checkpoint = view_registry::checkpoint_of(*weir.data, name, moment);
      if (!checkpoint) {
        faults.push_back(checkpoint.error().detail);
        continue;
      }
      const position until = checkpoint->value_or(weir.log->head().last);
      if (until > weir.log->head().last) {
        faults.push_back(name + " is further than the log");
        continue;
      }
      if (rows_of(weir, name) != folded(weir, name, *records, until))
        faults.push_back(name + " is not a fold of the log up to " + std::to_string(until.value));
    }
  }

  using table = std::map<std::string, std::string>;
  static table rows_of(const process& weir, const std::string& name) {
    table rows;
    auto cursor = weir.data->scan(weir.data->find(name));
    for (cursor.seek(""); cursor.valid(); cursor.next()) rows.emplace(cursor.key(), cursor.value());
    if (!cursor.status()) rows.emplace("", "cannot be read");
    return rows;
  }
  table folded(const process& weir, const std::string& name, const std::vector<stored_event>& records,
               position until) const {
    memory_rows rows;
    table found;
    for (const domain& of : weir.domains.domains()) {
      for (const projection_type& projection : of.projections) {
        if (!name.starts_with("view." + projection.name + ".")) continue;
        memory_sink sink(rows, projection.view);
        for (std::size_t i = 0; i < until.value; ++i) {
          const auto event = decode_recorded(records[i].bytes, records[i].stream, records[i].sequence).value();
          const auto* place = weir.domains.find_event(event.type);
          if (place->of != &of || !projection.on[place->index]) continue;
          with_hidden_keys(sink, projection, keys.get(), [&](row_sink& into) {
            projection.on[place->index](place->type().decode(event.payload),
                                        {event.position, event.stream, event.sequence, event.recorded_at}, into);
          });
        }
        rows.scan(projection.view, "", [&found](std::string_view key, std::string_view row) {
          found.emplace(key, row);
          return true;
        });
      }
    }
    return found;
  }

  /// Everything is asked again: what was accepted is known and answered as it was; the rest is carried out now.
  void check_retries(process& weir, const told& known, std::vector<std::string>& faults) const {
    for (std::size_t i = 0; i < submissions.size(); ++i) {
      const asked& one = submissions[i];
      const outcome how = weir.submit(one).get();
      const auto* accepted = std::get_if<acceptance>(&how);
      const auto* refusal = std::get_if<refused>(&how);
      if (!one.refusal.empty()) {
        if (!refusal || refusal->exception->name != one.refusal) faults.push_back(one.key + " is not refused");
        continue;
      }
      if (!accepted) {
        faults.push_back(one.key + " is not accepted");
        continue;
      }
      if (i >= known.answers.size() || !known.answers[i].accepted) continue;
      const auto& before = known.answers[i].accepted->results;
      const auto same = [](const acceptance::item& a, const acceptance::item& b) {
        return a.stream == b.stream && a.sequence == b.sequence && a.position == b.position;
      };
      if (!accepted->replayed ||
          !std::equal(before.begin(), before.end(), accepted->results.begin(), accepted->results.end(), same))
        faults.push_back(one.key + " was acknowledged and is not known any more");
    }
  }
};

/// A number from the environment, for longer or shorter runs.
std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* given = std::getenv(name);
  return given ? std::stoull(given) : otherwise;
}

std::size_t rows_under_personal_keys(const process& weir) {
  std::size_t rows = 0;
  auto cursor = weir.data->scan(weir.data->find("view.emails.2"));
  for (cursor.seek(""); cursor.valid(); cursor.next()) ++rows;
  cursor.status().value();
  return rows;
}

/// All cuts, several at a time: most of a trial is waiting for threads to begin and end.
class lost_power : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }  // which would tell of every cut
  static void TearDownTestSuite() { spdlog::set_level(spdlog::level::info); }

  struct cut {
    std::uint64_t after_step;
    survival left;
  };
  struct tally {
    std::uint64_t cuts = 0, answers = 0;
    std::vector<std::string> faults;
  };

  static tally try_all(const std::vector<cut>& cuts, const expectations& expected) {
    tally all;
    std::mutex mutex;
    std::size_t next = 0;
    const auto work = [&] {
      for (;;) {
        cut now{};
        {
          const std::lock_guard lock(mutex);
          if (next == cuts.size() || all.faults.size() >= faults_enough) return;
          now = cuts[next++];
        }
        trial one;
        one.disk->lose_power_after(now.after_step);
        const told known = one.run_script();
        one.power_comes_back(now.left);
        const auto faults = one.faults_of_what_is_left(known, expected);
        const std::lock_guard lock(mutex);
        ++all.cuts;
        all.answers += known.answers.size();
        for (const std::string& fault : faults) {
          all.faults.push_back("cut after step " + std::to_string(now.after_step) + ", left: " + name_of(now.left) +
                               ": " + fault);
        }
      }
    };
    std::vector<std::thread> workers;
    for (int i = 0; i < workers_max; ++i) workers.emplace_back(work);
    for (auto& one : workers) one.join();
    return all;
  }

  static constexpr int workers_max = 4;
  static constexpr std::size_t faults_enough = 10;
};

TEST_F(lost_power, takes_nothing_that_was_acknowledged_whatever_step_it_comes_after) {
  trial whole;
  const expectations expected = whole.expected_of_a_run_without_a_cut();
  const std::uint64_t steps = whole.disk->steps();
  ASSERT_GT(whole.disk->made(".sst"), 0u) << "the script is to fill the write buffer";

  const std::uint64_t every = std::max<std::uint64_t>(1, setting("WEIR_CUT_EVERY", 1));
  const bool all_survivals = setting("WEIR_CUT_SURVIVALS", 1) > 1;
  std::vector<cut> cuts;
  for (std::uint64_t step = 0; step <= steps; step += every) {
    for (const survival left : testing::all_survivals) {
      // In turn, unless all are wanted for each.
      const bool its_turn = left == testing::all_survivals[(step / every) % std::size(testing::all_survivals)];
      if (all_survivals || its_turn) cuts.push_back({step, left});
    }
  }
  const tally all = try_all(cuts, expected);
  EXPECT_THAT(all.faults, IsEmpty());
  EXPECT_EQ(all.cuts, cuts.size());
  std::cout << "lost power: " << all.cuts << " cuts in a run of " << steps << " steps; " << all.answers
            << " answers that had been given were looked for; " << all.faults.size() << " faults\n";
}

/// That the trial would see a loss: on a disk that says of the log that it is synced when it is not.
class lost_power_of_a_disk_that_lies : public lost_power {
 protected:
  static std::vector<std::string> faults_with(survival left) {
    const expectations expected = trial().expected_of_a_run_without_a_cut();
    trial lied_to;
    lied_to.disk->lie_about_syncs_of(".log");
    const told known = lied_to.run_script();
    lied_to.power_comes_back(left);
    return lied_to.faults_of_what_is_left(known, expected);
  }
};

TEST_F(lost_power_of_a_disk_that_lies, is_seen_to_take_what_was_acknowledged) {
  EXPECT_THAT(faults_with(survival::nothing), Contains(HasSubstr("lost: key ")));
}

TEST_F(lost_power_of_a_disk_that_lies, stops_the_start_if_the_mark_outlived_the_log) {
  EXPECT_THAT(faults_with(survival::names), Contains(HasSubstr("does not start: the write-ahead log is damaged")));
}

TEST_F(lost_power, leaves_an_erasure_done_or_not_begun) {
  bool cut = true;
  std::size_t done = 0, not_begun = 0;
  for (std::uint64_t step = 1; cut; ++step) {
    trial one;
    process weir(one.disk);
    ASSERT_TRUE(weir.open_store(one.data()));
    ASSERT_TRUE(weir.open_engine());
    asked create;
    create.commands = {R"({"createUser":{"userId":"u1","name":"Ada","email":"ada@example.org"}})"};
    create.key = "k";
    ASSERT_TRUE(std::holds_alternative<acceptance>(weir.submit(create).get()));
    one.disk->lose_power_after(step);
    const bool acknowledged = std::holds_alternative<acceptance>(weir.erase("user-u1").get());
    cut = !one.disk->has_power();
    one.disk->lose_power();
    weir.end();
    one.power_comes_back(survival::nothing);

    process again(one.disk);
    ASSERT_TRUE(again.open_store(one.data()));
    ASSERT_TRUE(again.open_engine());
    const auto events = again.events().value();
    ASSERT_EQ(events.size(), 1u) << step;
    const bool erased = again.state->known_subjects().find("user-u1").value().value().erased;
    EXPECT_TRUE(erased || !acknowledged) << "an acknowledged erasure is lost after step " << step;
    EXPECT_EQ(again.state->read(events.front()).value().erased.empty(), !erased) << step;
    EXPECT_EQ(again.state->keys()->listed().size(), erased ? 1u : 0u) << step;
    const auto address = rows_under_personal_keys(again);
    EXPECT_EQ(address, erased ? 0u : 2u) << step;
    ++(erased ? done : not_begun);
  }
  EXPECT_GT(done, 0u);
  EXPECT_GT(not_begun, 0u);
}

}  // namespace
}  // namespace weir
