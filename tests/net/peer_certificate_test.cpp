#include "net/peer_certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/certificates.hpp"

namespace weir::net {
namespace {

using ::testing::ElementsAre;
using testing::make_certificate;

std::string subject_of(const std::string& common_name, const std::string& organisation) {
  return to_peer_certificate(make_certificate(common_name, organisation, "").x509.get()).subject;
}

TEST(a_client_certificate, is_read) {
  const auto made = make_certificate(
      "billing", "Example", "DNS:b.example,DNS:c.example,URI:spiffe://example/b,email:b@example.org,IP:127.0.0.1");
  const peer_certificate read = to_peer_certificate(made.x509.get());
  EXPECT_EQ(read.subject, "CN=billing,O=Example");
  EXPECT_THAT(read.dns_names, ElementsAre("b.example", "c.example"));
  EXPECT_THAT(read.uris, ElementsAre("spiffe://example/b"));
  EXPECT_THAT(read.email_addresses, ElementsAre("b@example.org"));
  const auto left = read.valid_until - std::chrono::system_clock::now();
  EXPECT_GT(left, std::chrono::minutes(55));
  EXPECT_LE(left, std::chrono::hours(1));
}

TEST(a_client_certificate, cannot_write_itself_another_subject) {
  EXPECT_EQ(subject_of("x,CN=billing", "Example"), "CN=x\\,CN=billing,O=Example");
  EXPECT_EQ(subject_of("billing,O=Example", ""), "CN=billing\\,O=Example");
}

TEST(a_client_certificate, has_its_subject_in_utf_8) { EXPECT_EQ(subject_of("Käthe", ""), "CN=Käthe"); }

}  // namespace
}  // namespace weir::net
