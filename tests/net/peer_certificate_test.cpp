#include "auth/client_certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/certificates.hpp"

namespace weir::auth {
namespace {

using ::testing::ElementsAre;
using testing::make_certificate;

TEST(a_client_certificate, is_read) {
  const auto read = read_client_certificate(
      make_certificate("billing", "Example",
                       "DNS:b.example,DNS:c.example,URI:spiffe://example/b,email:b@example.org,IP:127.0.0.1")
          .der());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subject, "CN=billing,O=Example");
  EXPECT_THAT(read->dns, ElementsAre("b.example", "c.example"));
  EXPECT_THAT(read->uris, ElementsAre("spiffe://example/b"));
  EXPECT_THAT(read->emails, ElementsAre("b@example.org"));
  EXPECT_LT(read->valid_from, wall_clock_now());
  EXPECT_EQ(read->valid_until - read->valid_from, std::chrono::hours(2));
}

TEST(a_client_certificate, cannot_write_itself_another_subject) {
  EXPECT_EQ(read_client_certificate(make_certificate("x,CN=billing", "Example", "").der())->subject,
            "CN=x\\,CN=billing,O=Example");
  EXPECT_EQ(read_client_certificate(make_certificate("billing,O=Example", "", "").der())->subject,
            "CN=billing\\,O=Example");
  EXPECT_EQ(read_client_certificate(make_certificate("ä", "", "").der())->subject, "CN=\\C3\\A4");
}

TEST(a_client_certificate, is_nothing_else) {
  const std::string der = make_certificate("a", "", "").der();
  for (const std::string& bytes :
       {std::string(), std::string("x"), der.substr(1), der.substr(0, der.size() - 1), der + "x"}) {
    EXPECT_FALSE(read_client_certificate(bytes));
  }
}

}  // namespace
}  // namespace weir::auth
