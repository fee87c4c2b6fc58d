#include "auth/authenticator.hpp"

#include <thread>

#include <gmock/gmock.h>

#include "auth/api_token.hpp"
#include "auth/fixture.hpp"
#include "auth/session_cache.hpp"
#include "auth/token_file.hpp"
#include "support/certificates.hpp"

namespace weir::auth {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::with_access_file;
using weir::testing::make_certificate;
using standing = authenticator::standing;

net::peer_certificate shown(const weir::testing::certificate& by) { return net::to_peer_certificate(by.x509.get()); }

class an_authenticator : public with_access_file {
 protected:
  an_authenticator() {
    write("access.json", R"({"tokens": "tokens.json",
        "certificates": [{"subject": "CN=billing,O=Example", "name": "billing", "roles": ["reader"]},
                         {"dns": "web.example", "name": "web", "roles": ["writer", "support"]}],
        "roles": {"support": {"commands": ["renameUser"]}}})");
  }

  /// The text of a new token in the token file.
  std::string make(const std::string& name, std::vector<std::string> roles, std::optional<timestamp> expires = {}) {
    const auto made = make_api_token(name, std::move(roles), now, expires);
    EXPECT_TRUE(add_token(path("tokens.json"), made.kept, path()));
    return made.text;
  }
  static std::string id_of(const std::string& token) { return read_api_token(token)->id; }

  session admitted_by(const net::peer_certificate& certificate) {
    auto answer = subject->authenticate(certificate, wall_clock_now());
    EXPECT_TRUE(std::holds_alternative<session>(answer));
    return std::holds_alternative<session>(answer) ? std::get<session>(answer) : session{};
  }
  bool refuses(const net::peer_certificate& certificate, timestamp at) {
    return std::holds_alternative<refusal>(subject->authenticate(certificate, at));
  }
};

TEST_F(an_authenticator, knows_who_has_an_api_token) {
  const auto token = make("web", {"writer", "support", "gone"}, now + hours(1));
  open();
  const auto made = admitted(token);
  EXPECT_EQ(made.who->name, "web");
  EXPECT_THAT(made.who->roles, ElementsAre("support", "writer"));
  EXPECT_EQ(made.who->authenticated_by, caller::credential::api_token);
  EXPECT_EQ(made.expires_at, now + hours(1));
  EXPECT_TRUE(made.may->may_command("users", "createUser"));
  EXPECT_FALSE(made.may->may_administer("rebuild"));
}

TEST_F(an_authenticator, refuses_tokens_that_are_none) {
  make("web", {"writer"});
  open();
  const auto foreign = make_api_token("web", {"admin"}, now, std::nullopt).text;
  EXPECT_EQ(refused(foreign), "there is no such API token");
  for (const char* text : {"", "weir_", "weir_0123456789abcdef_", "x", "a.b.c", "....", "weir_\0"}) {
    EXPECT_NE(refused(text), "admitted") << text;
  }
}

TEST_F(an_authenticator, refuses_the_secret_of_another_token) {
  const auto one = make("one", {"admin"}), other = make("other", {});
  open();
  // The id of one with the secret of the other, and a right checksum.
  auto forged = make_api_token("x", {}, now, std::nullopt);
  forged.kept.id = id_of(one);
  EXPECT_TRUE(subject->reload());
  EXPECT_EQ(admitted(one).who->name, "one");
  EXPECT_EQ(admitted(other).who->name, "other");
  std::string mixed = one.substr(0, 21) + other.substr(21);
  EXPECT_NE(refused(mixed), "admitted");
}

TEST_F(an_authenticator, ends_a_session_when_its_token_expires) {
  const auto token = make("web", {"writer"}, now + hours(1));
  open();
  auto kept = admitted(token);
  EXPECT_EQ(subject->check(kept, now + hours(1) - microseconds(1)), standing::valid);
  EXPECT_EQ(subject->check(kept, now + hours(1)), standing::expired);
  now += hours(1);
  EXPECT_EQ(refused(token), "the credential has expired");
}

TEST_F(an_authenticator, ends_a_session_when_its_token_is_revoked) {
  const auto token = make("web", {"writer"}), other = make("other", {"writer"});
  open();
  auto kept = admitted(token), others = admitted(other);
  ASSERT_TRUE(revoke_token(path("tokens.json"), id_of(token), now));
  EXPECT_EQ(subject->check(kept, now), standing::valid);
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
  EXPECT_EQ(subject->check(others, now), standing::valid);
  EXPECT_EQ(refused(token), "the token is revoked");
  EXPECT_EQ(admitted(other).who->name, "other");
}

TEST_F(an_authenticator, ends_a_session_when_its_token_is_gone) {
  const auto token = make("web", {"writer"});
  open();
  auto kept = admitted(token);
  std::filesystem::remove(path("tokens.json"));
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
  EXPECT_EQ(refused(token), "there is no such API token");
}

TEST_F(an_authenticator, brings_a_session_up_to_date_with_its_roles) {
  const auto token = make("web", {"support"});
  open();
  auto kept = admitted(token);
  EXPECT_TRUE(kept.may->may_command("users", "renameUser"));
  write("access.json", R"({"tokens": "tokens.json", "roles": {"support": {"commands": ["createUser"]}}})");
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(subject->check(kept, now), standing::valid);
  EXPECT_FALSE(kept.may->may_command("users", "renameUser"));
  EXPECT_TRUE(kept.may->may_command("users", "createUser"));
  EXPECT_FALSE(admitted(token).may->may_command("users", "renameUser"));
  write("access.json", R"({"tokens": "tokens.json"})");
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(subject->check(kept, now), standing::valid);
  EXPECT_TRUE(kept.who->roles.empty());
  EXPECT_FALSE(kept.may->may_command("users", "createUser"));
}

TEST_F(an_authenticator, keeps_everything_when_a_new_file_is_wrong) {
  const auto token = make("web", {"support"});
  open();
  const auto generation = subject->generation();
  write("access.json", R"({"tokens": "tokens.json", "roles": {"support": {"comands": []}}, "x": 1})");
  const auto wrong = subject->reload();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().all.size(), 2u);
  write("access.json",
        R"({"tokens": "tokens.json", "issuers": [{"issuer": "a", "audiences": ["w"], "keysFile": "nowhere.json"}]})");
  write("tokens.json", "{}");
  const auto files = subject->reload();
  ASSERT_FALSE(files);
  EXPECT_THAT(files.error().text(), HasSubstr("tokens.json: the member \"tokens\" is missing"));
  EXPECT_THAT(files.error().text(), HasSubstr("nowhere.json: is not there"));
  EXPECT_EQ(subject->generation(), generation);
  EXPECT_TRUE(admitted(token).may->may_command("users", "renameUser"));
}

TEST_F(an_authenticator, takes_a_revocation_while_the_access_file_is_wrong) {
  const auto token = make("web", {"support"}), other = make("other", {"support"});
  open();
  auto kept = admitted(token), others = admitted(other);
  write("access.json", "{");
  ASSERT_TRUE(revoke_token(path("tokens.json"), id_of(token), now));
  EXPECT_FALSE(subject->reload());
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
  EXPECT_EQ(subject->check(others, now), standing::valid);
  EXPECT_TRUE(others.may->may_command("users", "renameUser")) << "the old rules stay";
}

TEST_F(an_authenticator, does_not_start_with_a_wrong_file) {
  write("access.json", "{");
  EXPECT_FALSE(authenticator::open(path(), {}));
}

TEST_F(an_authenticator, sees_that_files_have_changed) {
  const auto token = make("web", {"support"});
  open(std::chrono::milliseconds(1));
  auto kept = admitted(token);
  const auto said = heard.size() + 1;
  ASSERT_TRUE(revoke_token(path("tokens.json"), id_of(token), now));
  EXPECT_FALSE(heard.wait_for(said).back().is_warning);
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
  write("access.json", "{");
  const auto all = heard.wait_for(said + 1);
  EXPECT_TRUE(all.back().is_warning);
  EXPECT_THAT(all.back().text, HasSubstr("the old rules stay"));
  write("access.json", "{}");
  EXPECT_FALSE(heard.wait_for(said + 2).back().is_warning);
}

TEST_F(an_authenticator, knows_who_has_a_client_certificate) {
  open();
  const auto billing = shown(make_certificate("billing", "Example", ""));
  const auto by_subject = admitted_by(billing);
  EXPECT_EQ(by_subject.who->name, "billing");
  EXPECT_EQ(by_subject.who->authenticated_by, caller::credential::client_certificate);
  EXPECT_EQ(by_subject.expires_at, billing.valid_until);
  const auto by_dns = admitted_by(shown(make_certificate("x", "", "DNS:a.example,DNS:web.example")));
  EXPECT_EQ(by_dns.who->name, "web");
  EXPECT_THAT(by_dns.who->roles, ElementsAre("support", "writer"));
}

TEST_F(an_authenticator, refuses_other_certificates) {
  open();
  for (const auto& [name, organisation, alternatives] : {std::tuple{"billing", "Other", ""},
                                                         {"billing", "", ""},
                                                         {"Billing", "Example", ""},
                                                         {"web.example", "", ""},
                                                         {"x", "", "DNS:web.example.org"},
                                                         {"x", "", "URI:web.example"},
                                                         {"x", "", "email:a@web.example"}}) {
    EXPECT_TRUE(refuses(shown(make_certificate(name, organisation, alternatives)), wall_clock_now()))
        << name << organisation << alternatives;
  }
  const auto billing = shown(make_certificate("billing", "Example", ""));
  const auto end = std::chrono::floor<microseconds>(billing.valid_until);
  EXPECT_TRUE(refuses(billing, end));
  EXPECT_FALSE(refuses(billing, end - microseconds(1)));
}

TEST_F(an_authenticator, ends_a_session_when_its_certificate_fits_no_more) {
  open();
  auto kept = admitted_by(shown(make_certificate("billing", "Example", "")));
  write("access.json", "{}");
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(subject->check(kept, wall_clock_now()), standing::revoked);
}

TEST_F(an_authenticator, gives_everything_to_a_session_without_an_access_file) {
  open();
  session open_to_all;
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(subject->check(open_to_all, now), standing::valid);
  EXPECT_TRUE(open_to_all.may->may_administer("erase"));
}

TEST_F(an_authenticator, answers_while_files_change) {
  const auto token = make("web", {"support"});
  open();
  std::atomic<bool> stop{false};
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back([&] {
      auto kept = admitted(token);
      while (!stop) {
        EXPECT_TRUE(std::holds_alternative<session>(ask(token)));
        EXPECT_EQ(subject->check(kept, now), standing::valid);
      }
    });
  }
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(subject->reload());
  stop = true;
  for (auto& each : askers) each.join();
}

TEST(a_session_cache, keeps_what_was_asked_for_last) {
  session_cache cache(32);  // two in each part
  const std::string a = std::string("\0a", 2), b = std::string("\0b", 2), c = std::string("\0c", 2);
  cache.put(a, {});
  cache.put(b, {});
  EXPECT_TRUE(cache.find(a));
  cache.put(c, {});
  EXPECT_TRUE(cache.find(a) && cache.find(c));
  EXPECT_FALSE(cache.find(b));
  EXPECT_EQ(cache.size(), 2u);
  cache.drop(a);
  EXPECT_FALSE(cache.find(a));
  cache.drop(a);
}

TEST(a_session_cache, never_holds_more_than_its_capacity) {
  session_cache cache(160);
  for (int i = 0; i < 10'000; ++i) cache.put(std::string(1, static_cast<char>(i)) + std::to_string(i), {});
  EXPECT_LE(cache.size(), 160u);
}

}  // namespace
}  // namespace weir::auth
