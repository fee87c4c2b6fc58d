#include <gmock/gmock.h>

#include "auth/key_download.hpp"
#include "auth/key_server.hpp"
#include "auth/minted.hpp"

namespace weir::auth {
namespace {

using namespace std::chrono_literals;
using testing::access;
using ::testing::HasSubstr;
using testing::issuer;
using testing::json;
using testing::key_server;
using testing::key_set_text;
using testing::minted;
using testing::token;
using testing::with_access_file;
using weir::testing::make_certificate;
using standing = authenticator::standing;

/// What a download ends with: the document, or why there is none.
std::string download(const std::string& url, const std::filesystem::path& ca_file = {}) {
  key_download subject({url, {}, ca_file, 300s});
  const auto got = subject.fetch();
  return got ? *got : got.error().detail;
}

TEST(a_key_download, fetches_over_http_on_loopback) {
  key_server server;
  server.answer_with("keys");
  EXPECT_EQ(download(server.url()), "keys");
}

TEST(a_key_download, fetches_over_https_and_verifies_the_server) {
  const auto certificate = make_certificate("localhost", "", "IP:127.0.0.1"),
             other = make_certificate("x", "", "IP:127.0.0.1");
  weir::testing::temporary_directory directory;
  const auto ca = directory.path() / "ca.pem", wrong = directory.path() / "wrong.pem";
  std::ofstream(ca) << certificate.pem();
  std::ofstream(wrong) << other.pem();
  key_server server(&certificate);
  server.answer_with("keys");
  EXPECT_EQ(download(server.url(), ca), "keys");
  EXPECT_THAT(download(server.url(), wrong), HasSubstr("certificate"));
  EXPECT_THAT(download(server.url()), HasSubstr("certificate"));
  EXPECT_THAT(download(server.url("localhost"), ca), HasSubstr("localhost"));
  EXPECT_EQ(server.requests(), 1);
}

TEST(a_key_download, follows_no_redirect) {
  key_server server, elsewhere;
  elsewhere.answer_with("keys");
  server.answer_with("", "302 Found", "Location: " + elsewhere.url() + "\r\n");
  EXPECT_THAT(download(server.url()), HasSubstr("302"));
  EXPECT_EQ(elsewhere.requests(), 0);
}

TEST(a_key_download, refuses_other_answers) {
  key_server server;
  EXPECT_THAT(download(server.url()), HasSubstr("404"));
  server.answer_with("", "204 No Content");
  EXPECT_THAT(download(server.url()), HasSubstr("204"));
  server.answer_with(std::string((256u << 10) + 1, 'x'));
  EXPECT_THAT(download(server.url()), HasSubstr("cannot fetch"));
  server.answer_with(std::string(256u << 10, 'x'));
  EXPECT_EQ(download(server.url()).size(), 256u << 10);
}

TEST(a_key_download, refuses_a_long_document_of_unknown_length) {
  key_server server;
  server.answer_with("80000\r\n" + std::string(0x80000, 'x') + "\r\n0\r\n\r\n", "200 OK",
                     "Transfer-Encoding: chunked\r\n");
  EXPECT_THAT(download(server.url()), HasSubstr("more than 256 KiB"));
}

TEST(a_key_download, ends_when_it_is_cancelled) {
  key_server server;
  server.hold();
  key_download subject({server.url(), {}, {}, 300s});
  std::thread other([&] {
    while (server.requests() == 0) std::this_thread::yield();
    subject.cancel();
  });
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(subject.fetch().error().detail, HasSubstr("cancelled"));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 9s);
  other.join();
}

class an_issuer_with_a_url : public with_access_file {
 protected:
  void start(std::chrono::milliseconds cool_down) {
    options.key_cool_down = cool_down;
    write_json("access.json", access(issuer({{"keysUrl", server.url()}})));
    open();
  }
  /// Asks until the answer is final.
  std::string answer_to(const std::string& text) {
    for (;;) {
      const auto answer = ask(text);
      const auto* why = std::get_if<refusal>(&answer);
      if (why == nullptr) return "admitted";
      if (why->what != refusal::kind::try_again) return std::string(why->reason);
      std::this_thread::yield();
    }
  }

  key_server server;
};

TEST_F(an_issuer_with_a_url, has_its_keys_soon_after_the_start) {
  server.answer_with(key_set_text("public"));
  start(1h);
  EXPECT_EQ(answer_to(token("rs256")), "admitted");
  EXPECT_FALSE(heard.wait_for(1)[0].is_warning);
}

TEST_F(an_issuer_with_a_url, says_try_again_while_it_has_no_keys) {
  server.hold();
  start(1h);
  const auto answer = ask(token("rs256"));
  EXPECT_EQ(std::get<refusal>(answer).what, refusal::kind::try_again);
}

TEST_F(an_issuer_with_a_url, is_asked_for_a_new_key) {
  server.answer_with(key_set_text("rs"));
  start(0ms);
  EXPECT_EQ(answer_to(token("rs256")), "admitted");
  auto kept = admitted(token("rs256"));
  server.answer_with(key_set_text("rs_called_later"));
  // With no cool-down each unknown key is a reason to fetch, so the answer is final only once the key is there.
  EXPECT_EQ(answer_to(token("kid_unknown")), "admitted");
  EXPECT_EQ(subject->check(kept, now), standing::valid);  // the key is the same, by another name
}

TEST_F(an_issuer_with_a_url, is_not_asked_in_a_storm_of_unknown_keys) {
  server.answer_with(key_set_text("rs"));
  start(1h);
  EXPECT_EQ(answer_to(token("rs256")), "admitted");
  for (const auto& each : minted()["tokens"]["kid_storm"])
    EXPECT_EQ(answer_to(each.get<std::string>()), "there is no such key");
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(an_issuer_with_a_url, keeps_its_keys_when_a_fetch_fails) {
  server.answer_with(key_set_text("rs"));
  start(1ms);
  EXPECT_EQ(answer_to(token("rs256")), "admitted");
  heard.wait_for(1);
  for (const auto& [status, body] : {std::pair<std::string, std::string>{"500 Internal Server Error", ""},
                                     {"200 OK", "<html>"},
                                     {"200 OK", key_set_text("rsa_1024")},
                                     {"200 OK", key_set_text("all")}}) {
    server.answer_with(body, status);
    const int before = server.requests();
    while (server.requests() < before + 2) (void)ask(token("kid_unknown"));
    EXPECT_EQ(answer_to(token("longer_rs")), "admitted") << status;
  }
  const auto all = heard.wait_for(2);
  EXPECT_TRUE(all[1].is_warning);
  EXPECT_THAT(all[1].text, HasSubstr("the old keys stay"));
  EXPECT_EQ(heard.size(), 2u);  // once, however often it fails
}

TEST_F(an_issuer_with_a_url, ends_sessions_of_a_key_that_it_takes_back) {
  server.answer_with(key_set_text("rs"));
  start(0ms);
  EXPECT_EQ(answer_to(token("rs256")), "admitted");
  auto kept = admitted(token("rs256"));
  const auto before = changes.size();
  server.answer_with(key_set_text("es"));
  EXPECT_EQ(answer_to(token("es256")), "admitted");
  changes.wait_for(before + 1);
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
}

TEST_F(an_issuer_with_a_url, keeps_its_keys_when_the_access_file_is_read_again) {
  server.answer_with(key_set_text("rs"));
  start(1h);
  EXPECT_EQ(answer_to(token("rs256")), "admitted");
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(answer_to(token("longer_rs")), "admitted");
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(an_issuer_with_a_url, can_go_while_its_keys_are_being_fetched) {
  server.hold();
  start(1h);
  while (server.requests() == 0) std::this_thread::yield();
  write("access.json", "{}");
  ASSERT_TRUE(subject->reload());
  EXPECT_EQ(refused(token("rs256")), "iss is no issuer of the access file");
}

}  // namespace
}  // namespace weir::auth
