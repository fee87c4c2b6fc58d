#include "personal/cipher.hpp"

#include <set>

#include <boost/algorithm/hex.hpp>
#include <gtest/gtest.h>

namespace weir::personal {
namespace {

std::string unhex(const std::string& digits) {
  std::string bytes;
  boost::algorithm::unhex(digits, std::back_inserter(bytes));
  return bytes;
}

const key some_key(std::string(key_bytes, 'k'));

TEST(a_cipher, gives_back_what_it_encrypted) {
  for (const std::string& text : {std::string(), std::string("Ada"), std::string(100'000, 'x')}) {
    std::string encrypted;
    encrypt(some_key, "place", text, encrypted);
    EXPECT_EQ(encrypted.size(), nonce_bytes + text.size() + tag_bytes);
    EXPECT_EQ(decrypt(some_key, "place", encrypted), text);
  }
}

TEST(a_cipher, notices_any_change) {
  std::string encrypted;
  encrypt(some_key, "place", "Ada Lovelace", encrypted);
  EXPECT_FALSE(decrypt(some_key, "plaza", encrypted));
  EXPECT_FALSE(decrypt(key(std::string(key_bytes, 'l')), "place", encrypted));
  EXPECT_FALSE(decrypt(some_key, "place", encrypted.substr(1)));
  EXPECT_FALSE(decrypt(some_key, "place", "short"));
  for (std::size_t bit = 0; bit < encrypted.size() * 8; ++bit) {
    std::string other = encrypted;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decrypt(some_key, "place", other)) << bit;
  }
}

TEST(a_cipher, is_aes_256_gcm) {
  // NIST's CAVP vectors for GCM, gcmDecrypt256.rsp: a key, a nonce, a text and associated data with their tag.
  const key with(unhex("92E11DCDAA866F5CE790FD24501F92509AACF4CB8B1339D50C9C1240935DD08B"));
  const std::string encrypted = unhex("AC93A1A6145299BDE902F21A") + unhex("8995AE2E6DF3DBF96FAC7B7137BAE67F") +
                                unhex("ECA5AA77D51D4A0A14D9C51E1DA474AB");
  EXPECT_EQ(decrypt(with, unhex("1E0889016F67601C8EBEA4943BC23AD6"), encrypted),
            unhex("2D71BCFA914E4AC045B2AA60955FAD24"));
}

TEST(a_cipher, never_takes_a_nonce_twice) {
  std::set<std::string> seen;
  constexpr int many = 20'000;
  for (int i = 0; i < many; ++i) {
    std::string encrypted;
    encrypt(some_key, "", "", encrypted);
    seen.insert(encrypted.substr(0, nonce_bytes));
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(many));
}

TEST(a_cipher, does_not_remember_what_was_before) {
  const key other(std::string(key_bytes, 'o'));
  std::string by_one, by_other;
  encrypt(some_key, "a", "Ada", by_one);
  encrypt(other, "b", "Grace", by_other);
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(decrypt(some_key, "b", by_other), std::nullopt);
    EXPECT_EQ(decrypt(some_key, "a", by_one), "Ada");
    EXPECT_EQ(decrypt(other, "a", by_one), std::nullopt);
    EXPECT_EQ(decrypt(other, "b", by_other), "Grace");
  }
}

TEST(a_keyed_hash, does_not_remember_what_was_before) {
  const key other(std::string(key_bytes, 'o'));
  const std::string by_one = keyed_hash(some_key, "a"), by_other = keyed_hash(other, "a");
  EXPECT_NE(by_one, by_other);
  EXPECT_EQ(keyed_hash(some_key, "a"), by_one);
  EXPECT_EQ(keyed_hash(some_key, "a"), by_one) << "the same key twice";
  EXPECT_EQ(keyed_hash(other, "a"), by_other);
}

TEST(a_keyed_hash, is_the_beginning_of_hmac_sha_256) {
  // printf ada@example.org | openssl dgst -sha256 -mac HMAC -macopt hexkey:6b6b...6b
  EXPECT_EQ(keyed_hash(some_key, "ada@example.org"), unhex("FF3896F62EB9569DE92168A2359D3285"));
  EXPECT_NE(keyed_hash(some_key, "ada@example.org"), keyed_hash(some_key, "Ada@example.org"));
  EXPECT_NE(keyed_hash(some_key, "a"), keyed_hash(key(std::string(key_bytes, 'l')), "a"));
}

}  // namespace
}  // namespace weir::personal
