#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "power/process.hpp"
#include "state/hidden_rows.hpp"
#include "state/memory_rows.hpp"
#include "support/forgetful_disk.hpp"
#include "support/temporary_directory.hpp"

namespace weir::testing {

/// What the world outside knows of a run: which submissions were answered, in their order.
struct told {
  struct answer {
    std::optional<acceptance> accepted;
    std::string refused;
  };
  std::vector<answer> answers;  ///< of the first submissions
  bool completed = false;
  bool started = true;           ///< each time, as far as the run went
  bool told_of_failure = false;  ///< a command was not carried out
  bool unknown = false;          ///< and it was said that it may have been
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

  /// Runs the script until it ends, or the power does, or commands are not carried out.
  told run_script() {
    told all;
    std::unique_ptr<process> weir;
    carry_out_script(weir, all);
    if (!all.completed && weir && weir->running && disk->has_power()) look_at_what_is_served(*weir, all);
    return all;
  }

  /// What was wrong while a process ran on whose disk had failed.
  std::vector<std::string> faults_while_running;

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

  /// Whether submissions are made one after another even where the script has several at once: then nothing follows one
  /// that was not carried out.
  bool one_at_a_time = false;

  /// The log that the process served after it had stopped carrying out commands.
  std::optional<std::vector<plain_event>> served;

  const temporary_directory place;
  const std::shared_ptr<forgetful_disk> disk = std::make_shared<forgetful_disk>(place.path() / "attic");
  const std::vector<scripted> script = the_script();
  const std::vector<asked> submissions = submissions_of(script);

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

  /// Whether a submission was carried out.
  static bool take(const outcome& how, told& all) {
    if (const auto* accepted = std::get_if<acceptance>(&how)) {
      all.answers.push_back({*accepted, ""});
    } else if (const auto* refusal = std::get_if<refused>(&how)) {
      all.answers.push_back({std::nullopt, refusal->exception->name});
    } else {
      const auto* why = std::get_if<unavailable>(&how);
      all.unknown |= why && why->outcome_unknown;
      all.told_of_failure = true;
      return false;
    }
    return true;
  }

  void carry_out_script(std::unique_ptr<process>& weir, told& all) {
    if (!start(weir)) return void(all.started = false);
    for (const scripted& step : script) {
      switch (step.what) {
        case scripted::kind::ask: {
          std::vector<std::future<outcome>> waiting;
          for (const asked& one : step.at_once) {
            waiting.push_back(weir->submit(one));
            if (!one_at_a_time) continue;
            if (!take(waiting.back().get(), all)) return;
            waiting.pop_back();
          }
          for (auto& one : waiting) {
            if (!take(one.get(), all)) return;
          }
          break;
        }
        case scripted::kind::restart:
          weir->end();
          if (!start(weir)) return void(all.started = false);
          break;
        case scripted::kind::cut:
          if (!disk->has_power()) return;
          cut_by_script(*weir);
          if (!start(weir)) return void(all.started = false);
          break;
        case scripted::kind::rebuild:
          if (!weir->running->rebuild(step.view)) return;
          break;
        case scripted::kind::wait_for_views:
          if (!weir->wait_for_views([&] { return !disk->has_power() || weir->running->needs_restart(); })) return;
          break;
      }
    }
    weir->end();
    all.completed = true;
  }

  /// The log that a process still serves holds what was acknowledged, and nothing that the script does not make.
  void look_at_what_is_served(const process& weir, const told& known) {
    if (known.unknown && !weir.running->needs_restart())
      faults_while_running.push_back("a command's outcome is unknown, and the process goes on");
    check_answers(known, faults_while_running);
    const auto page = weir.running->read_log({0}, 100'000);
    if (!page) return;  // it says that it cannot read
    std::uint64_t acknowledged = 0;
    for (const auto& one : known.answers) {
      if (one.accepted) acknowledged = std::max(acknowledged, one.accepted->results.back().position.value);
    }
    served.emplace();
    for (const auto& event : page->events) served->push_back({event.stream, event.type, event.payload, event.sequence});
    if (page->events.size() < acknowledged) faults_while_running.push_back("what was acknowledged is not served");
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
          const auto* kind = weir.domains.find_event(event.type);
          if (kind->of != &of || !projection.on[kind->index]) continue;
          with_hidden_keys(sink, projection, keys.get(), [&](row_sink& into) {
            projection.on[kind->index](kind->type().decode(event.payload),
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

}  // namespace weir::testing
