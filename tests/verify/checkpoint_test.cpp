#include "verify/checkpoint.hpp"

#include <openssl/evp.h>

#include "log/format.hpp"
#include "verify/verified_store.hpp"

namespace weir {
namespace {

using ::testing::HasSubstr;
using testing::verified_store;

// Made with openssl genpkey -algorithm ed25519, for this test only.
const std::string private_pem =
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIOWByb18vZ2OFHI5Yd9ftowAJepIqelX08qQRnfyzJEG\n-----END PRIVATE "
    "KEY-----\n";
const std::string public_pem =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAhg7a0Q21QNHcgslgryRlu8lKftIY5mgz1bL5u6sRSuc=\n-----END PUBLIC "
    "KEY-----\n";
const std::string other_public_pem =
    "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAmFEB+ZWAE4lN1bw+Wxm+FQ8n8ah7+AGtbceTHiXWjS8=\n-----END PUBLIC "
    "KEY-----\n";

log_checkpoint a_checkpoint() {
  return {"0190163d-8694-739b-aea5-966c26f8ad91",
          {12},
          7,
          std::string(32, 'h'),
          from_rfc3339("2026-11-27T12:00:00Z").value()};
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, text.npos);
  return text.replace(at, from.size(), to);
}

TEST(a_checkpoint_of_the_log, is_read_as_it_was_signed) {
  const auto key = checkpoint_key::read(private_pem).value();
  const std::string text = key->sign(a_checkpoint());
  EXPECT_THAT(text, ::testing::StartsWith("weir/0190163d-8694-739b-aea5-966c26f8ad91\nposition 12\ncommit 7\nhash "));
  EXPECT_THAT(text,
              HasSubstr("\ntime 2026-11-27T12:00:00.000000Z\n\n\u2014 weir/0190163d-8694-739b-aea5-966c26f8ad91 "));
  const auto read = read_checkpoint(text, public_pem);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(*read, a_checkpoint());
}

TEST(a_checkpoint_of_the_log, is_refused_if_it_was_changed) {
  const std::string text = checkpoint_key::read(private_pem).value()->sign(a_checkpoint());
  EXPECT_THAT(read_checkpoint(changed(text, "position 12", "position 13"), public_pem).error().detail,
              HasSubstr("the signature is wrong"));
  EXPECT_FALSE(read_checkpoint(changed(text, "commit 7", "commit 07"), public_pem));
  EXPECT_FALSE(read_checkpoint(changed(text, "\n\n", "\n"), public_pem));
  EXPECT_FALSE(read_checkpoint(text.substr(0, text.find("\n\n") + 2), public_pem));
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    EXPECT_FALSE(read_checkpoint(flipped, public_pem)) << flipped;
  }
}

TEST(a_checkpoint_of_the_log, is_refused_if_another_key_has_signed_it) {
  const std::string text = checkpoint_key::read(private_pem).value()->sign(a_checkpoint());
  EXPECT_THAT(read_checkpoint(text, other_public_pem).error().detail, HasSubstr("not signed by this key"));
  EXPECT_THAT(read_checkpoint(text, "no key").error().detail, HasSubstr("no Ed25519 public key"));
  EXPECT_THAT(checkpoint_key::read(public_pem).error().detail, HasSubstr("no Ed25519 private key"));
}

class the_history : public verified_store {
 protected:
  verification_report verify_against(const log_checkpoint& kept) {
    verification_options how;
    how.checkpoint = kept;
    how.scratch = directory.path();
    return verify_directory(place(), *all, how).value();
  }
  log_checkpoint kept_at(std::uint64_t number) {
    const auto report = verify();
    const auto store = std::move(store::open_to_read({.directory = place(), .families = {}}).value());
    const auto frame = read_commit(log_rows(*store).read_commits(number - 1, number, 1, 1).value().front()).value();
    return {report.log->current(), frame.head().last, number, frame.hash, wall_clock_now()};
  }
};

TEST_F(the_history, is_that_of_a_checkpoint_taken_before) {
  EXPECT_TRUE(verify_against(kept_at(3)).is_sound());
  EXPECT_TRUE(verify_against({kept_at(3).log, {0}, 0, no_commit_hash(), wall_clock_now()}).is_sound());
}

TEST_F(the_history, is_not_that_of_another_checkpoint) {
  auto other = kept_at(3);
  other.hash = std::string(32, 'x');
  EXPECT_THAT(as_text(verify_against(other)), HasSubstr("commit 3 is another one than when the checkpoint was signed"));
  auto later = kept_at(3);
  later.commit = 1'000'000;
  EXPECT_THAT(as_text(verify_against(later)), HasSubstr("the log does not have commit 1000000"));
  auto of_another = kept_at(3);
  of_another.log = "0190163d-8694-739b-aea5-966c26f8ad91";
  EXPECT_THAT(as_text(verify_against(of_another)), HasSubstr("another event log than that of the checkpoint"));
}

}  // namespace
}  // namespace weir
