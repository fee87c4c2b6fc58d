#pragma once

#include <semaphore>

#include <boost/asio/system_executor.hpp>
#include <gmock/gmock.h>

#include "ledger/domain.hpp"
#include "log/format_version.hpp"
#include "support/engine_fixture.hpp"
#include "verify/report_text.hpp"
#include "verify/verify_store.hpp"

namespace weir::testing {

/// A store of both domains with something in every family.
class verified_store : public engine_fixture {
 protected:
  static constexpr std::uint64_t events = limits::snapshot_events + 20;

  verified_store() {
    restart();  // now with both domains
    stop();
    static const temporary_directory made;  // the same for all tests
    if (!std::filesystem::exists(made.path() / "data")) {
      start();
      fill();
      std::filesystem::copy(place(), made.path() / "data", std::filesystem::copy_options::recursive);
    }
    std::filesystem::remove_all(place());
    std::filesystem::copy(made.path() / "data", place(), std::filesystem::copy_options::recursive);
  }

  void fill() {
    for (int n = 1; n <= 5; ++n) {
      const std::string id = std::to_string(n);
      ask(0, {R"({"createUser":{"userId":"u)" + id + R"(","name":"N","email":"u)" + id + R"(@example.org"}})"},
          "user " + id);
    }
    ask(1,
        {R"({"openAccount":{"accountId":"a1","owner":"Ada"}})", R"({"openAccount":{"accountId":"a2","owner":"Grace"}})",
         R"({"deposit":{"accountId":"a1","amount":500}})",
         R"({"transfer":{"fromAccountId":"a1","toAccountId":"a2","amount":200}})"},
        "group");
    std::vector<std::future<outcome>> waiting;
    for (std::size_t n = 0; n < limits::snapshot_events + 10; ++n) {
      waiting.push_back(submit(R"({"renameUser":{"userId":"u1","name":"Name )" + std::to_string(n) + R"("}})"));
    }
    for (auto& one : waiting) one.wait();
    wait_for_views();
    stop();
    tamper([](const store& in, store::batch& changes) { put_format_version(in, changes); });
  }

  std::vector<domain> domains() override {
    auto listed = engine_fixture::domains();
    listed.push_back(ledger::ledger());
    return listed;
  }

  void ask(std::size_t of, const std::vector<std::string>& commands, std::optional<std::string> key = {}) {
    submission work;
    for (const std::string& json : commands) {
      const schema::structure& shape = *all->domains()[of].idl->commands();
      const auto bytes = std::get<std::string>(codec::from_json(json, shape));
      const auto member = codec::member_of(bytes, shape).value();
      work.commands.push_back(
          std::move(running->prepare(*all->find_command(member.field->name), member.bytes).value()));
    }
    work.idempotency_key = std::move(key);
    ASSERT_TRUE(std::holds_alternative<acceptance>(submit(std::move(work)).get()));
  }

  void wait_for_views() {
    std::counting_semaphore<> moved(0);
    const auto watcher = running->watch(boost::asio::system_executor(), [&moved] { moved.release(); });
    const auto behind = [this] {
      for (const auto& one : running->projections()) {
        if (one.being_built || one.reflects != running->head()) return true;
      }
      return false;
    };
    while (behind()) (void)moved.try_acquire_for(std::chrono::milliseconds{2});
  }

  [[nodiscard]] std::filesystem::path place() const { return directory.path() / "data"; }

  /// Changes rows behind Weir's back.
  template <class Change>
  void tamper(Change change) {
    store_options files;
    files.directory = place();
    files.families = applied_state::families();
    const auto opened = std::move(store::open(files).value());
    auto changes = opened->begin();
    change(*opened, changes);
    ASSERT_TRUE(opened->write(changes, store::durability::durable));
  }

  /// Of the store of the running engine.
  [[nodiscard]] verification_options live() const {
    verification_options how;
    how.threads = 1;
    how.is_live = true;
    how.keys = state->keys();
    how.scratch = directory.path();
    how.views.emplace();
    for (const auto& [tag, view] : state->views().current()->entries) {
      if (!view.family_name.empty()) how.views->push_back({view.family_name, view.rows, view.lease});
    }
    return how;
  }

  [[nodiscard]] verification_report verify(unsigned threads = 2) const {
    verification_options how;
    how.threads = threads;
    how.scratch = directory.path();
    auto report = verify_directory(place(), *all, how);
    EXPECT_TRUE(report) << report.error().detail;
    return report ? std::move(*report) : verification_report{};
  }
};

}  // namespace weir::testing
