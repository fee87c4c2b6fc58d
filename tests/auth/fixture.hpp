#pragma once

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "auth/authenticator.hpp"
#include "support/temporary_directory.hpp"

namespace weir::auth::testing {

using nlohmann::json;

/// An authenticator over files in a directory of its own.
class with_access_file : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    // As an editor does it: a reader sees the old file or the new one.
    const auto path = directory.path() / name;
    std::ofstream(path.string() + ".new", std::ios::binary) << text;
    std::filesystem::permissions(path.string() + ".new", std::filesystem::perms{0640});
    std::filesystem::rename(path.string() + ".new", path);
  }
  void write_json(const std::string& name, const json& document) const { write(name, document.dump()); }

  [[nodiscard]] std::filesystem::path path(const std::string& name = "access.json") const {
    return directory.path() / name;
  }

  /// Watches no files unless told to: then tests say when a file is read.
  void open(std::chrono::milliseconds watch_interval = std::chrono::hours(1)) {
    options.watch_interval = watch_interval;
    options.tell = [this](const notice& what) { heard.add(what); };
    options.changed = [this] { changes.add(true); };
    auto opened = authenticator::open(path(), options);
    ASSERT_TRUE(opened) << opened.error().text();
    subject = std::move(*opened);
  }

  [[nodiscard]] authenticator::answer ask(std::string_view token) { return subject->authenticate(token, now); }

  /// The session of a token that must be right.
  [[nodiscard]] session admitted(std::string_view token) {
    auto answer = ask(token);
    if (const auto* refused = std::get_if<refusal>(&answer)) {
      ADD_FAILURE() << "refused: " << refused->reason;
      return {};
    }
    return std::get<session>(std::move(answer));
  }

  /// Why a token is refused; "admitted" if it is not.
  [[nodiscard]] std::string refused(std::string_view token) {
    const auto answer = ask(token);
    const auto* why = std::get_if<refusal>(&answer);
    return why ? std::string(why->reason) : "admitted";
  }

  /// Values that arrive on other threads.
  template <class T>
  class mailbox {
   public:
    void add(T value) {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(value));
      arrived_.notify_all();
    }
    /// Waits until there are so many; all of them.
    std::vector<T> wait_for(std::size_t count) {
      std::unique_lock lock(mutex_);
      EXPECT_TRUE(arrived_.wait_for(lock, std::chrono::seconds(60), [&] { return all_.size() >= count; }));
      return all_;
    }
    std::size_t size() {
      const std::lock_guard lock(mutex_);
      return all_.size();
    }

   private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<T> all_;
  };

  weir::testing::temporary_directory directory;
  timestamp now{std::chrono::seconds(1'900'000'000)};
  authenticator_options options;
  mailbox<notice> heard;
  mailbox<bool> changes;
  std::unique_ptr<authenticator> subject;
};

}  // namespace weir::auth::testing
