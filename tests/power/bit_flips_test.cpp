// Single bits that change by themselves in the files of a store. Each flip is tried on a copy, in a process of its own:
//
//   refused    the store does not open; the message or a verification names the place
//   named      the store opens; what cannot be read is an error, everything else is as it was; a verification names the place
//   harmless   everything is as it was
//
// Anything else fails: a row that is another or gone, damage that a verification does not see, a crash.
#include <array>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <rocksdb/file_system.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include "power/process.hpp"
#include "support/temporary_directory.hpp"
#include "verify/report_text.hpp"
#include "verify/stored_schema.hpp"
#include "verify/verify_store.hpp"

namespace weir {
namespace {

using testing::asked;
using testing::process;

using rows = std::map<std::string, std::map<std::string, std::string>>;  ///< of each family

/// Everything that a store serves: by scans, and by keys. What cannot be read is counted, the rest is compared.
struct reading {
  std::uint64_t errors = 0;
  std::string first_error;
  std::string wrong;  ///< a row that is another one than it was, or gone

  /// `behind`: families that are left out, and their rows in `meta`.
  void read(const store& from, const rows& expected, const std::set<std::string>& behind = {}) {
    for (auto [name, known] : expected) {
      if (behind.count(name) != 0) continue;
      const auto families = from.names(name);
      if (std::find(families.begin(), families.end(), name) == families.end()) {
        wrong = "the family " + name + " is gone";
        return;
      }
      std::set<std::string> left_out;
      if (name == "meta") left_out = behind;
      for (const std::string& each : left_out) known.erase(each);
      scan(from, name, known, left_out);
      for (const auto& [key, value] : known) get(from, name, key, value);
    }
    for (const std::string& name : from.names("")) {
      if (expected.count(name) == 0) wrong = "there is a new family " + name;
    }
  }

 private:
  void failed(const error& why) {
    ++errors;
    if (first_error.empty()) first_error = why.detail;
  }
  void scan(const store& from, const std::string& name, const std::map<std::string, std::string>& known,
            const std::set<std::string>& left_out) {
    auto cursor = from.scan(from.find(name));
    auto next = known.begin();
    for (cursor.seek(""); cursor.valid(); cursor.next()) {
      if (left_out.count(std::string(cursor.key())) != 0) continue;
      if (next == known.end() || next->first != cursor.key() || next->second != cursor.value()) {
        wrong = "a scan of " + name + " meets another row: " + printable_key(cursor.key());
        return;
      }
      ++next;
    }
    if (const auto status = cursor.status(); !status) {
      failed(status.error());
    } else if (next != known.end()) {
      wrong = "a scan of " + name + " ends before " + printable_key(next->first);
    }
  }
  void get(const store& from, const std::string& name, const std::string& key, const std::string& value) {
    const auto found = from.get(from.find(name), key);
    if (!found) {
      failed(found.error());
    } else if (!*found || **found != value) {
      wrong = "row " + printable_key(key) + " of " + name + (*found ? " is another" : " is gone");
    }
  }
};

rows rows_of(const store& from) {
  rows all;
  for (const std::string& name : from.names("")) {
    auto& of = all[name];
    auto cursor = from.scan(from.find(name));
    for (cursor.seek(""); cursor.valid(); cursor.next()) of.emplace(cursor.key(), cursor.value());
    cursor.status().value();
  }
  return all;
}

std::string content_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_text(std::ostream& to, const std::string& text) {
  const std::uint64_t size = text.size();
  to.write(reinterpret_cast<const char*>(&size), sizeof size);
  to.write(text.data(), static_cast<std::streamsize>(size));
}

std::string read_text(std::istream& from) {
  std::uint64_t size = 0;
  from.read(reinterpret_cast<char*>(&size), sizeof size);
  std::string text(size, '\0');
  from.read(text.data(), static_cast<std::streamsize>(size));
  return text;
}

/// Opens a store as a start of the server does, and reads up to where its views are.
result<> start(process& weir, const std::filesystem::path& data) {
  try {
    if (const auto opened = weir.open_store(data); !opened) return opened;
    if (const auto checked = check_stored_schema(*weir.data, weir.domains); !checked) return checked;
    auto state = applied_state::open(*weir.data, weir.domains);
    if (!state) return state.error();
    weir.state = std::move(*state);
    return {};
  } catch (const fatal_error& e) {
    return error{e.code, e.what()};
  }
}

/// Both domains; views, snapshots, answers; files of rows on several levels; and a WAL that is in none of them.
void make_store(const std::filesystem::path& data) {
  process weir(rocksdb::FileSystem::Default());
  int keys = 0;
  const auto run = [&](const std::vector<std::string>& commands) {
    std::vector<std::future<outcome>> waiting;
    for (const std::string& each : commands) {
      waiting.push_back(weir.submit({"key " + std::to_string(++keys), {each}, ""}));
    }
    for (auto& one : waiting) static_cast<void>(std::get<acceptance>(one.get()));
  };
  const auto open = [&] {
    weir.open_store(data).value();
    check_stored_schema(*weir.data, weir.domains).value();
    weir.open_engine().value();
  };
  constexpr int rounds = 6;
  for (int round = 0; round < rounds; ++round) {
    open();
    const std::string n = std::to_string(round);
    std::vector<std::string> commands;
    for (int i = 0; i < 12; ++i) {
      const std::string id = n + "-" + std::to_string(i);
      commands.push_back(R"({"createUser":{"userId":"u)" + id + R"(","name":"Name )" + id + R"(","email":"u)" + id +
                         R"(@example.org"}})");
      commands.push_back(R"({"openAccount":{"accountId":"a)" + id + R"(","owner":"Owner )" + id + R"("}})");
      commands.push_back(R"({"deposit":{"accountId":"a)" + id + R"(","amount":)" + std::to_string(100 + i) + "}}");
    }
    run(commands);
    commands.clear();
    const int renames = round == 0 ? static_cast<int>(limits::snapshot_events) + 20 : 30;
    for (int i = 0; i < renames; ++i) {
      commands.push_back(R"({"renameUser":{"userId":"u0-1","name":"Name )" + n + " " + std::to_string(i) + R"("}})");
    }
    run(commands);
    if (!weir.wait_for_views([] { return false; })) throw std::runtime_error("the views do not come up to the log");
    if (round == 2) static_cast<void>(std::get<acceptance>(weir.erase("user-u1-3").get()));
    // The last round stays in the WAL.
    if (round + 1 < rounds) weir.data->flush().value();
    weir.end();
  }
  // As a start leaves it that was broken off.
  std::filesystem::create_directory(data / "log-before-start");
  for (const auto& each : std::filesystem::directory_iterator(data)) {
    if (each.path().extension() == ".log") {
      std::filesystem::copy(each.path(), data / "log-before-start" / each.path().filename());
    }
  }
}

enum class kind { table, wal, manifest, current, options, identity, lock, log, mark, old_wal, keys };
struct kind_of_file {
  kind which;
  const char* name;
  unsigned share;  ///< of all flips, in a thousand
};
constexpr std::array kinds{kind_of_file{kind::table, "SST", 370},
                           kind_of_file{kind::wal, "WAL", 200},
                           kind_of_file{kind::manifest, "MANIFEST", 150},
                           kind_of_file{kind::current, "CURRENT", 50},
                           kind_of_file{kind::options, "OPTIONS", 40},
                           kind_of_file{kind::identity, "IDENTITY", 20},
                           kind_of_file{kind::lock, "LOCK", 0},
                           kind_of_file{kind::log, "LOG", 30},
                           kind_of_file{kind::mark, "high-water-mark", 50},
                           kind_of_file{kind::old_wal, "log-before-start", 60},
                           kind_of_file{kind::keys, "keys", 30}};

std::optional<kind> kind_of(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  if (file.parent_path().filename() == "log-before-start") return kind::old_wal;
  if (file.parent_path().filename() == "keys") return kind::keys;
  if (name.ends_with(".sst")) return kind::table;
  if (name.ends_with(".log")) return kind::wal;
  if (name.starts_with("MANIFEST")) return kind::manifest;
  if (name == "CURRENT") return kind::current;
  if (name.starts_with("OPTIONS")) return kind::options;
  if (name == "IDENTITY") return kind::identity;
  if (name == "LOCK") return kind::lock;
  if (name.starts_with("LOG")) return kind::log;
  if (name == "high-water-mark") return kind::mark;
  return std::nullopt;
}

struct flip {
  kind which;
  std::filesystem::path file;  ///< in the data directory
  std::uint64_t byte = 0;
  unsigned bit = 0;

  [[nodiscard]] std::string text() const {
    return "bit " + std::to_string(bit) + " of byte " + std::to_string(byte) + " of " + file.string();
  }
};

enum verdict : int { harmless = 0, named = 1, refused = 2, wrong = 3 };
constexpr std::array verdicts{"harmless", "named", "refused", "wrong"};

class bit_flips : public ::testing::Test {
 protected:
  bit_flips() { spdlog::set_level(spdlog::level::off); }

  /// In a process of its own: threads of RocksDB do not survive a fork, and a trial may crash.
  template <class Work>
  static pid_t in_a_process(Work work) {
    const pid_t child = fork();
    if (child != 0) return child;
    int code = wrong;
    try {
      code = work();
    } catch (const std::exception& e) {
      std::cerr << e.what() << std::endl;
    }
    _exit(code);
  }

  void make_the_store() {
    const pid_t maker = in_a_process([this] {
      make_store(original());
      std::filesystem::copy(original(), place_.path() / "read", std::filesystem::copy_options::recursive);
      process weir(rocksdb::FileSystem::Default());
      start(weir, place_.path() / "read").value();
      std::ofstream out(place_.path() / "rows", std::ios::binary);
      for (const auto& [family, known] : rows_of(*weir.data)) {
        write_text(out, family);
        write_text(out, std::to_string(known.size()));
        for (const auto& [key, value] : known) {
          write_text(out, key);
          write_text(out, value);
        }
      }
      return out.flush() ? 0 : 1;
    });
    int status = 0;
    ASSERT_EQ(waitpid(maker, &status, 0), maker);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the store could not be made: " << status;
    std::ifstream in(place_.path() / "rows", std::ios::binary);
    while (in.peek() != std::ifstream::traits_type::eof()) {
      auto& known = expected_[read_text(in)];
      for (std::size_t left = std::stoull(read_text(in)); left > 0; --left) {
        const std::string key = read_text(in);
        known[key] = read_text(in);
      }
    }
    for (const auto& each : std::filesystem::recursive_directory_iterator(original())) {
      const auto which = each.is_regular_file() ? kind_of(each.path()) : std::nullopt;
      if (which && each.file_size() > 0) files_[*which].push_back(relative(each.path(), original()));
    }
  }

  flip choose(std::mt19937_64& chance) const {
    std::uniform_int_distribution<unsigned> any(0, 999);
    for (;;) {
      unsigned left = any(chance);
      for (const kind_of_file& each : kinds) {
        const auto files = files_.find(each.which);
        if (left >= each.share) {
          left -= each.share;
          continue;
        }
        if (files == files_.end()) break;
        std::uint64_t bytes = 0;
        for (const auto& file : files->second) bytes += file_size(original() / file);
        std::uint64_t at = std::uniform_int_distribution<std::uint64_t>(0, bytes - 1)(chance);
        for (const auto& file : files->second) {
          const std::uint64_t size = file_size(original() / file);
          if (at < size) return {each.which, file, at, static_cast<unsigned>(chance() % 8)};
          at -= size;
        }
      }
    }
  }

  /// A copy in which one bit is another. Files that are only read are the same ones.
  void copy_with(const flip& one, const std::filesystem::path& to) const {
    std::filesystem::create_directories(to / "log-before-start");
    std::filesystem::create_directories(to / "keys");
    for (const auto& each : std::filesystem::recursive_directory_iterator(original())) {
      if (!each.is_regular_file()) continue;
      const auto file = relative(each.path(), original());
      if (file == one.file) {
        std::string content = content_of(each.path());
        content[one.byte] = static_cast<char>(content[one.byte] ^ (1 << one.bit));
        std::ofstream(to / file, std::ios::binary) << content;
      } else if (kind_of(file) == kind::table) {
        std::filesystem::create_hard_link(each.path(), to / file);
      } else {
        std::filesystem::copy_file(each.path(), to / file);
      }
    }
  }

  [[nodiscard]] static bool names_the_place(const std::string& text, const flip& one) {
    const auto has = [&](const std::string& what) { return text.find(what) != text.npos; };
    // RocksDB says of a file of rows .ldb if there is none with the other ending.
    if (one.which == kind::table) return has(one.file.stem().string());
    if (one.which == kind::wal) return has(one.file.filename().string()) || has("write-ahead log");
    if (one.which == kind::keys) return has("keys");
    if (one.which == kind::current) return has("CURRENT") || has("MANIFEST");
    if (one.which == kind::manifest) return has("MANIFEST") || has(".sst") || has("column famil");
    return has(one.file.filename().string());
  }

  /// What a follower has written is not synced: it may be lost with the end of the WAL, and is made again from the log.
  /// So rows of async views may be those of an earlier position.
  [[nodiscard]] bool is_behind_only(const process& weir, const std::filesystem::path& place) const {
    std::set<std::string> behind;
    for (const domain& one : weir.domains.domains()) {
      for (const projection_type& each : one.projections) {
        if (each.async) behind.insert("view." + each.name + "." + std::to_string(each.version));
      }
    }
    reading others;
    others.read(*weir.data, expected_, behind);
    verification_options how;
    how.threads = 1;
    how.scratch = place;
    how.is_live = true;
    how.keys = weir.state->keys();
    const auto report = verify_store(*weir.data, place / "data", weir.domains, how);
    return others.wrong.empty() && others.errors == 0 && report && report->is_sound();
  }

  int judge(const flip& one, const std::filesystem::path& place) const {
    const auto data = place / "data";
    copy_with(one, data);
    std::ofstream why(place / "why");
    // Not destroyed: the process ends with this function.
    process& weir = *new process(rocksdb::FileSystem::Default());
    verification_options how;
    how.threads = 1;
    how.scratch = place;
    const auto report = verify_directory(data, weir.domains, how);
    const std::string told = report ? as_text(*report) : report.error().detail;
    const bool is_sound = report && report->is_sound();

    const auto started = start(weir, data);
    if (!started) {
      why << "start: " << started.error().detail << "\nverification: " << told;
      if (is_sound) return wrong;  // what keeps a start from being is seen by a verification
      return names_the_place(started.error().detail + told, one) ? refused : wrong;
    }
    reading all;
    all.read(*weir.data, expected_);
    why << "reading: " << all.wrong << " " << all.first_error << "\nverification: " << told;
    if (!all.wrong.empty()) return is_behind_only(weir, place) ? harmless : wrong;
    if (is_sound) return all.errors == 0 ? harmless : wrong;
    return names_the_place(told, one) ? named : wrong;
  }

  /// Tries so many flips, and prints what came of them.
  void try_flips(std::uint64_t count, std::uint64_t seed) {
    std::mt19937_64 chance(seed);
    struct trial {
      flip what;
      std::filesystem::path place;
    };
    std::map<pid_t, trial> running;
    std::map<kind, std::array<std::uint64_t, verdicts.size()>> counts;
    const auto end_one = [&] {
      int status = 0;
      const pid_t ended = waitpid(-1, &status, 0);
      const auto found = running.find(ended);
      ASSERT_NE(found, running.end());
      const auto& [what, place] = found->second;
      const int how = WIFEXITED(status) ? std::min(WEXITSTATUS(status), int{wrong}) : int{wrong};
      ++counts[what.which][static_cast<std::size_t>(how)];
      if (how == wrong) {
        ADD_FAILURE() << what.text()
                      << (WIFSIGNALED(status) ? " ends the process by signal " + std::to_string(WTERMSIG(status)) : "")
                      << "\n"
                      << content_of(place / "why");
      }
      std::filesystem::remove_all(place);
      running.erase(found);
    };
    const std::size_t at_once = std::max(1u, std::thread::hardware_concurrency());
    for (std::uint64_t n = 0; n < count; ++n) {
      if (running.size() >= at_once) end_one();
      trial next{choose(chance), place_.path() / std::to_string(n)};
      const pid_t child = in_a_process([&] { return judge(next.what, next.place); });
      ASSERT_GT(child, 0);
      running.emplace(child, std::move(next));
    }
    while (!running.empty()) end_one();

    std::cout << "flipped bits, seed " << seed << "\n" << std::left << std::setw(18) << "file" << std::right;
    for (const char* each : verdicts) std::cout << std::setw(10) << each;
    std::cout << "\n";
    for (const kind_of_file& each : kinds) {
      std::cout << std::left << std::setw(18) << each.name << std::right;
      for (const std::uint64_t of : counts[each.which]) std::cout << std::setw(10) << of;
      std::cout << (files_.count(each.which) == 0 ? "   (the file is empty)" : "") << "\n";
    }
  }

  [[nodiscard]] std::filesystem::path original() const { return place_.path() / "original"; }

  testing::temporary_directory place_;
  rows expected_;
  std::map<kind, std::vector<std::filesystem::path>> files_;
};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoull(text);
}

TEST_F(bit_flips, are_refused_or_named_or_harmless) {
  make_the_store();
  if (HasFatalFailure()) return;
  try_flips(number_from("WEIR_FLIPS", 200), number_from("WEIR_SEED", std::random_device{}()));
}

/// Otherwise the test above could not fail.
TEST_F(bit_flips, are_seen_if_a_row_is_another_or_gone) {
  testing::temporary_directory place;
  store_options files;
  files.directory = place.path() / "data";
  files.families = {{.name = "a"}};
  const auto data = std::move(store::open(files).value());
  auto batch = data->begin();
  batch.put(data->find("a"), "1", "one");
  batch.put(data->find("a"), "2", "two");
  data->write(batch, store::durability::durable).value();
  const auto faults_with = [&](rows expected) {
    expected["default"];
    reading all;
    all.read(*data, expected);
    EXPECT_EQ(all.errors, 0u);
    return all.wrong;
  };
  EXPECT_EQ(faults_with({{"a", {{"1", "one"}, {"2", "two"}}}}), "");
  EXPECT_NE(faults_with({{"a", {{"1", "one"}, {"2", "TWO"}}}}), "");
  EXPECT_NE(faults_with({{"a", {{"1", "one"}}}}), "");
  EXPECT_NE(faults_with({{"a", {{"1", "one"}, {"2", "two"}, {"3", "three"}}}}), "");
  EXPECT_NE(faults_with({}), "");
  EXPECT_NE(faults_with({{"a", {{"1", "one"}, {"2", "two"}}}, {"b", {{"1", "one"}}}}), "");
}

}  // namespace
}  // namespace weir
