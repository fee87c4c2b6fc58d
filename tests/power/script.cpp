#include "power/script.hpp"

namespace weir::testing {
namespace {

/// Numbers the keys.
class writer {
 public:
  asked one(std::string command) { return group({std::move(command)}); }
  asked group(std::vector<std::string> commands) { return {"key " + std::to_string(++keys_), std::move(commands), ""}; }
  asked refused(std::string exception, std::vector<std::string> commands) {
    return {"key " + std::to_string(++keys_), std::move(commands), std::move(exception)};
  }

 private:
  int keys_ = 0;
};

std::string create(const std::string& id) {
  return R"({"createUser":{"userId":")" + id + R"(","name":"Name of )" + id + R"(","email":")" + id +
         R"(@example.org"}})";
}
std::string rename(const std::string& id, const std::string& name) {
  return R"({"renameUser":{"userId":")" + id + R"(","name":")" + name + R"("}})";
}
std::string move(const std::string& id, const std::string& email) {
  return R"({"changeEmail":{"userId":")" + id + R"(","email":")" + email + R"("}})";
}
std::string deactivate(const std::string& id, std::size_t reason_bytes) {
  return R"({"deactivateUser":{"userId":")" + id + R"(","reason":")" + std::string(reason_bytes, 'r') + R"("}})";
}
std::string reactivate(const std::string& id) { return R"({"reactivateUser":{"userId":")" + id + R"("}})"; }
std::string open(const std::string& id) {
  return R"({"openAccount":{"accountId":")" + id + R"(","owner":"Owner of )" + id + R"("}})";
}
std::string deposit(const std::string& id, int amount) {
  return R"({"deposit":{"accountId":")" + id + R"(","amount":)" + std::to_string(amount) + "}}";
}
std::string transfer(const std::string& from, const std::string& to, int amount) {
  return R"({"transfer":{"fromAccountId":")" + from + R"(","toAccountId":")" + to + R"(","amount":)" +
         std::to_string(amount) + "}}";
}

}  // namespace

std::vector<scripted> the_script() {
  using kind = scripted::kind;
  writer w;
  std::vector<scripted> script;
  const auto ask = [&script](std::vector<asked> at_once) { script.push_back({kind::ask, std::move(at_once), ""}); };
  const auto then = [&script](kind what, std::string view = "") { script.push_back({what, {}, std::move(view)}); };

  ask({w.one(create("u1"))});
  ask({w.one(create("u2")), w.one(create("u3")), w.one(rename("u1", "Ada"))});
  ask({w.one(open("a1"))});
  ask({w.group({open("a2"), deposit("a2", 500), transfer("a2", "a1", 200)})});
  ask({w.refused("UserAlreadyExists", {create("u1")})});
  ask({w.refused("UserAlreadyExists", {create("u4"), create("u1")}), w.one(rename("u2", "Grace"))});
  ask({w.one(rename("u2", "Grace"))});  // changes nothing, and is remembered
  then(kind::wait_for_views);
  then(kind::restart);
  ask({w.one(move("u1", "ada@example.org"))});
  ask({w.one(deposit("a1", 1000)), w.one(transfer("a1", "a2", 700)), w.one(transfer("a2", "a1", 1))});
  then(kind::rebuild, "users");
  ask({w.group({create("u5"), create("u6"), rename("u5", "Edsger")})});
  then(kind::cut);
  ask({w.refused("UserAlreadyExists", {create("u5")}), w.one(create("u7"))});
  then(kind::wait_for_views);
  then(kind::rebuild, "ledger-months");
  // Enough for the write buffer to become full, so that files are written and the log's are deleted.
  for (int round = 1; round <= 6; ++round) {
    ask({w.one(deactivate("u1", 1000)), w.one(deactivate("u2", 1000)), w.one(deactivate("u3", 1000)),
         w.one(deposit("a1", round))});
    ask({w.group({reactivate("u1"), reactivate("u2"), reactivate("u3")})});
  }
  then(kind::wait_for_views);
  then(kind::rebuild, "emails");
  then(kind::restart);
  ask({w.one(transfer("a1", "a2", 5)), w.one(create("u8"))});
  then(kind::wait_for_views);
  ask({w.one(rename("u8", "Barbara"))});
  return script;
}

std::vector<asked> submissions_of(const std::vector<scripted>& script) {
  std::vector<asked> all;
  for (const scripted& step : script) all.insert(all.end(), step.at_once.begin(), step.at_once.end());
  return all;
}

}  // namespace weir::testing
