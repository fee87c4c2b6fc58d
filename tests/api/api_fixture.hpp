#pragma once

#include <initializer_list>

#include <nlohmann/json.hpp>

#include "api/api.hpp"
#include "api/backups.hpp"
#include "api/docs.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "rpc/dispatcher.hpp"
#include "support/engine_fixture.hpp"
#include "verify/checkpoint.hpp"
#include "verify/verifier.hpp"

namespace weir::api::test {

using http::test::answer;
using http::test::client;

/// Weir's whole interface over a real engine with the users domain, and a client of it.
class api : public weir::testing::engine_fixture {
 protected:
  using fields = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  ~api() override { close(); }

  /// One request on the fixture's own connection.
  answer request(std::string_view method, std::string_view path, fields headers = {}, std::string_view body = {}) {
    if (!client_) open();
    client_->send(text(method, path, headers, body));
    answer got = client_->read(method == "HEAD");
    if (got.field("connection") == "close") client_ = std::make_unique<client>(port_);
    return got;
  }
  answer get(std::string_view path, fields headers = {}) { return request("GET", path, headers); }

  /// A command, with `{"createUser": {...}}` as its body.
  answer command(std::string_view body, std::string_view name = {}, std::string_view value = {}) {
    return name.empty() ? request("POST", "/commands", {{"Content-Type", "application/json"}}, body)
                        : request("POST", "/commands", {{"Content-Type", "application/json"}, {name, value}}, body);
  }
  answer create(const std::string& id) {
    return command(R"({"createUser":{"userId":")" + id + R"(","name":"Ada","email":")" + id + R"(@example.org"}})");
  }

  static std::string text(std::string_view method, std::string_view path, fields headers, std::string_view body) {
    std::string text;
    text.append(method).append(" ").append(path).append(" HTTP/1.1\r\nHost: test\r\n");
    for (const auto& [name, value] : headers) text.append(name).append(": ").append(value).append("\r\n");
    if (!body.empty()) text.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
    return text.append("\r\n").append(body);
  }

  static nlohmann::ordered_json json(const answer& got) { return nlohmann::ordered_json::parse(got.body); }

  static void expect_problem(const answer& got, int status, std::string_view type) {
    EXPECT_EQ(got.status, status) << got.body;
    EXPECT_EQ(got.field("content-type"), "application/problem+json");
    const auto problem = nlohmann::json::parse(got.body, nullptr, false);
    ASSERT_TRUE(problem.is_object()) << got.body;
    EXPECT_EQ(problem["type"], "/problems/" + std::string(type)) << got.body;
    EXPECT_EQ(problem["status"], status);
    EXPECT_TRUE(problem["title"].is_string());
    EXPECT_TRUE(problem["detail"].is_string());
    EXPECT_TRUE(problem["instance"].is_string());
  }

  client connect() {
    if (!client_) open();
    return client(port_);
  }
  void stop_server() { server_->stop(); }
  /// All routes of the running server.
  const router& routes() {
    if (!client_) open();
    return router_;
  }
  void wake_all() { server_->wake_all(); }

  server_options options_;  ///< to be changed before the first request, as are these
  query_threads_options query_options;
  std::shared_ptr<const checkpoint_key> signing_;

 private:
  void open() {
    auto metrics = std::make_shared<traffic>();
    queries_ = std::make_unique<query_threads>(*running, query_options);
    verifying_ = std::make_unique<verifier>(*state, verifier_options{.directory = directory.path() / "data"});
    add_api(router_, *running, *queries_,
            {std::shared_ptr<prometheus::Registry>(registry.get(), [](auto*) {}), metrics},
            [this] { return warning_of(*verifying_); });
    add_verification(router_, *verifying_);
    add_checkpoint(router_, *running, signing_);
    calls_ = std::make_unique<rpc::dispatcher>(*running, *queries_, *registry, options_.gate, options_.audit);
    add_calls(router_, *calls_);
    add_docs(router_, "{}");
    backup::service_options backups;
    backups.data = directory.path() / "data";
    backups_ = std::make_unique<backup::service>(*data, log->identity(), backups);
    add_backups(router_, *backups_);
    add_commit_stream(router_, *running, "{}");
    server_ = std::make_unique<server>(options_, router_, metrics);
    port_ = server_->listen({"127.0.0.1", 0, true}).value().port;
    server_->start();
    client_ = std::make_unique<client>(port_);
  }
  void close() {
    client_.reset();
    disk->release_syncs();
    if (server_) server_->stop();
    running->stop();
    server_.reset();
    backups_.reset();
    calls_.reset();
    queries_.reset();
    verifying_.reset();
  }

  std::unique_ptr<verifier> verifying_;
  std::unique_ptr<query_threads> queries_;
  std::unique_ptr<rpc::dispatcher> calls_;
  std::unique_ptr<backup::service> backups_;
  router router_;
  std::unique_ptr<server> server_;
  std::unique_ptr<client> client_;
  std::uint16_t port_ = 0;
};

}  // namespace weir::api::test
