#include "auth/access_token.hpp"

#include <gmock/gmock.h>

#include "auth/key_set.hpp"
#include "auth/minted.hpp"

namespace weir::auth {
namespace {

using std::chrono::seconds;
using testing::access;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::issuer;
using testing::json;
using testing::key_set_text;
using testing::minted;
using ::testing::StartsWith;
using testing::token;
using testing::with_access_file;
using standing = authenticator::standing;

class an_access_token : public with_access_file {
 protected:
  an_access_token() { use("all"); }

  void use(const std::string& set, json changed = json::object()) {
    write("keys.json", key_set_text(set));
    write_json("access.json", access(issuer(std::move(changed))));
    if (!subject) {
      open();
    } else {
      const auto read = subject->reload();
      EXPECT_TRUE(read) << read.error().text();
    }
  }

  [[nodiscard]] std::string refused_minted(const std::string& name) { return refused(token(name)); }

  void expect_refused(const std::vector<std::string>& names) {
    for (const auto& name : names) EXPECT_NE(refused(token(name)), "admitted") << name;
  }
};

/// Why a key set is refused; "read" if it is not.
std::string set_fault(const std::string& name, bool secrets_allowed = true) {
  const auto read = key_set::read(key_set_text(name), secrets_allowed);
  return read ? "read" : read.error().detail;
}

// Good tokens.

TEST_F(an_access_token, of_each_algorithm_is_admitted) {
  for (const char* name : {"rs256", "ps256", "es256", "eddsa", "hs256"}) {
    const auto made = admitted(token(name));
    EXPECT_EQ(made.who->name, "ada") << name;
    EXPECT_THAT(made.who->roles, ElementsAre("writer"));
    EXPECT_EQ(made.who->authenticated_by, caller::credential::access_token);
    EXPECT_EQ(made.expires_at, now + seconds(300 + 30));
    EXPECT_TRUE(made.may->may_command("users", "createUser"));
  }
}

TEST_F(an_access_token, has_no_secret_that_everybody_may_read) {
  std::filesystem::permissions(path("keys.json"), std::filesystem::perms{0644});
  const auto read = subject->reload();
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().text(), HasSubstr("holds a secret, and everybody may read it: chmod o-r"));
  use("rs");
  std::filesystem::permissions(path("keys.json"), std::filesystem::perms{0644});
  EXPECT_TRUE(subject->reload()) << "public keys are for everybody";
}

TEST_F(an_access_token, is_admitted_again_from_the_cache_until_it_expires) {
  const auto first = admitted(token("rs256")), second = admitted(token("rs256"));
  EXPECT_EQ(first.who, second.who);
  now += seconds(329);
  EXPECT_EQ(admitted(token("rs256")).who, first.who);
  now += seconds(1);
  EXPECT_EQ(refused_minted("rs256"), "the token has expired");
}

TEST_F(an_access_token, gives_roles_by_the_rules_of_its_issuer) {
  use("rs", {{"roles", {"reader"}}});
  EXPECT_THAT(admitted(token("rs256")).who->roles, ElementsAre("reader", "writer"));
  EXPECT_THAT(admitted(token("roles_missing")).who->roles, ElementsAre("reader"));
  EXPECT_THAT(admitted(token("roles_number")).who->roles, ElementsAre("reader"));
  use("rs", {{"roleNames", {{"unknown", "operator"}}}});
  EXPECT_THAT(admitted(token("rs256")).who->roles, ElementsAre("operator"));
  use("rs", {{"roleNames", json::object()}});
  EXPECT_THAT(admitted(token("rs256")).who->roles, ElementsAre());
  use("rs");
  EXPECT_THAT(admitted(token("roles_text")).who->roles, ElementsAre("reader", "writer"));
  EXPECT_THAT(admitted(token("roles_missing")).who->roles, ElementsAre());
  use("rs", {{"nameClaim", "/user/e~1mail"},
             {"namePrefix", "x:"},
             {"rolesClaim", "/https:~1~1example.org~1roles"},
             {"roleNames", {{"staff", "reader"}}}});
  const auto made = admitted(token("other_claims"));
  EXPECT_EQ(made.who->name, "x:ada@example.org");
  EXPECT_THAT(made.who->roles, ElementsAre("reader"));
  use("rs", {{"nameClaim", "/roles/01"}});
  EXPECT_EQ(refused_minted("rs256"), "there is no claim for the name");
}

// Its algorithm.

TEST_F(an_access_token, with_alg_none_is_refused_in_all_spellings) {
  for (const auto& [name, text] : minted()["tokens"].items()) {
    if (!name.starts_with("alg_")) continue;
    EXPECT_NE(refused(text.get<std::string>()), "admitted") << name;
  }
  EXPECT_EQ(refused_minted("alg_none"), "alg is not the algorithm of the key");
  EXPECT_EQ(refused_minted("alg_nOnE"), "alg is not the algorithm of the key");
}

TEST_F(an_access_token, with_alg_none_is_refused_where_there_is_one_key_without_id) {
  use("rs_without_kid");
  EXPECT_EQ(refused_minted("alg_none_of_jose"), "alg is not the algorithm of the key");
  EXPECT_EQ(admitted(token("kid_missing")).who->name, "ada");
}

TEST_F(an_access_token, hashed_with_a_public_key_is_refused) {
  for (const char* name :
       {"hs_of_pem", "hs_of_trimmed_pem", "hs_of_pkcs1", "hs_of_der", "hs_of_jwk", "hs_of_modulus"}) {
    EXPECT_EQ(refused_minted(name), "alg is not the algorithm of the key") << name;
  }
}

TEST_F(an_access_token, of_another_algorithm_than_its_key_is_refused) {
  EXPECT_EQ(refused_minted("ps_by_rs_key"), "alg is not the algorithm of the key");
  EXPECT_EQ(refused_minted("rs_by_ps_key"), "alg is not the algorithm of the key");
  EXPECT_EQ(refused_minted("kid_of_other_key"), "alg is not the algorithm of the key");
}

TEST_F(an_access_token, of_a_key_without_alg_has_the_algorithm_of_the_keys_type) {
  use("without_alg");
  for (const char* name : {"rs256", "es256", "eddsa"}) EXPECT_EQ(admitted(token(name)).who->name, "ada") << name;
  EXPECT_EQ(refused_minted("ps_by_rs_key"), "alg is not the algorithm of the key");
  EXPECT_EQ(refused_minted("hs_of_pem"), "alg is not the algorithm of the key");
  use("ps_without_alg");
  EXPECT_EQ(refused_minted("ps256"), "alg is not the algorithm of the key");
  EXPECT_EQ(admitted(token("rs_by_ps_key")).who->name, "ada");
}

// Its key.

TEST_F(an_access_token, that_brings_its_own_key_is_refused) {
  for (const char* name : {"embedded_jwk", "embedded_jku", "embedded_x5u", "embedded_x5c", "good_with_jku"}) {
    EXPECT_THAT(refused_minted(name), HasSubstr("a key of its own")) << name;
  }
  EXPECT_EQ(refused_minted("signed_by_attacker"), "the signature is wrong");
}

TEST_F(an_access_token, whose_kid_is_a_path_opens_no_file) {
  EXPECT_EQ(refused_minted("kid_path"), "there is no such key");
  EXPECT_EQ(refused_minted("kid_null_secret"), "there is no such key");
  EXPECT_THAT(refused_minted("kid_sql"), HasSubstr("other characters"));
}

TEST_F(an_access_token, whose_kid_is_no_key_id_is_refused) {
  for (const char* name : {"kid_long", "kid_empty", "kid_control"})
    EXPECT_THAT(refused_minted(name), HasSubstr("kid")) << name;
  EXPECT_EQ(refused_minted("kid_number"), "the header has a kid that is no string");
}

TEST_F(an_access_token, without_kid_is_refused_where_there_are_several_keys) {
  EXPECT_EQ(refused_minted("kid_missing"), "there is no such key");
}

TEST_F(an_access_token, with_an_unknown_kid_is_refused_in_a_storm) {
  for (const auto& each : minted()["tokens"]["kid_storm"])
    EXPECT_EQ(refused(each.get<std::string>()), "there is no such key");
}

// ES256.

TEST_F(an_access_token, whose_es256_signature_is_zero_is_refused) {
  for (const char* name : {"es_zero", "es_r_zero", "es_s_zero", "es_order"})
    EXPECT_EQ(refused_minted(name), "the signature is wrong") << name;
}

TEST_F(an_access_token, whose_es256_signature_is_der_or_of_another_length_is_refused) {
  for (const char* name : {"es_der", "es_short", "es_long", "es_empty"})
    EXPECT_EQ(refused_minted(name), "the signature is wrong") << name;
}

TEST_F(an_access_token, of_another_curve_is_refused) {
  EXPECT_EQ(refused_minted("es384"), "alg is not the algorithm of the key");
  EXPECT_EQ(refused_minted("es384_says_es256"), "the signature is wrong");
}

// Its claims.

TEST_F(an_access_token, whose_times_are_no_whole_seconds_is_refused) {
  for (const char* claim : {"exp", "nbf", "iat"}) {
    for (const char* form :
         {"float", "exponent", "overflow", "infinite", "beyond_years", "negative", "string", "null"}) {
      const auto name = std::string(claim) + "_" + form;
      const auto why = refused_minted(name);
      EXPECT_TRUE(why.starts_with(claim) || why == "the claims are not base64url of a JSON object")
          << name << ": " << why;
    }
  }
}

TEST_F(an_access_token, is_admitted_within_its_times_and_the_skew) {
  for (const char* name : {"expired_within_skew", "nbf_within_skew", "nbf_and_iat_missing"})
    EXPECT_EQ(admitted(token(name)).who->name, "ada");
  EXPECT_EQ(refused_minted("expired"), "the token has expired");
  EXPECT_EQ(refused_minted("exp_zero"), "the token has expired");
  EXPECT_EQ(refused_minted("nbf_future"), "nbf is in the future");
  EXPECT_EQ(refused_minted("iat_future"), "iat is in the future");
  EXPECT_THAT(refused_minted("exp_missing"), StartsWith("exp is missing"));
}

TEST_F(an_access_token, for_another_audience_is_refused) {
  EXPECT_EQ(admitted(token("aud_array")).who->name, "ada");
  for (const char* name :
       {"aud_missing", "aud_other", "aud_empty", "aud_null", "aud_mixed", "aud_object", "aud_upper_case"}) {
    EXPECT_EQ(refused_minted(name), "aud is not this server") << name;
  }
}

TEST_F(an_access_token, of_another_issuer_is_refused) {
  EXPECT_EQ(refused_minted("iss_other"), "iss is no issuer of the access file");
  EXPECT_EQ(refused_minted("iss_missing"), "there is no iss");
  EXPECT_EQ(refused_minted("iss_array"), "there is no iss");
}

TEST_F(an_access_token, that_is_an_id_token_is_refused) {
  EXPECT_EQ(admitted(token("typ_long")).who->name, "ada");
  for (const char* name : {"typ_missing", "typ_jwt", "typ_logout", "id_token", "id_token_for_weir"}) {
    EXPECT_EQ(refused_minted(name), "typ is not at+jwt") << name;
  }
  EXPECT_EQ(refused_minted("id_token_in_disguise"), "this is an ID token");
  EXPECT_NE(refused_minted("typ_number"), "admitted");
}

TEST_F(an_access_token, that_is_an_id_token_is_refused_where_types_are_not_required) {
  use("rs", {{"requireType", false}});
  EXPECT_EQ(admitted(token("typ_missing")).who->name, "ada");
  EXPECT_EQ(admitted(token("typ_jwt")).who->name, "ada");
  EXPECT_EQ(refused_minted("typ_logout"), "typ is not at+jwt");
  EXPECT_EQ(refused_minted("id_token_for_weir"), "this is an ID token");
  EXPECT_EQ(refused_minted("id_token"), "this is an ID token");
}

TEST_F(an_access_token, without_a_right_name_is_refused) {
  EXPECT_EQ(refused_minted("sub_missing"), "there is no claim for the name");
  EXPECT_EQ(refused_minted("sub_number"), "there is no claim for the name");
  for (const char* name : {"sub_empty", "sub_control", "sub_long"})
    EXPECT_THAT(refused_minted(name), StartsWith("the name is empty")) << name;
}

// Its form.

TEST_F(an_access_token, with_duplicate_members_is_refused) {
  EXPECT_EQ(refused_minted("duplicate_alg"), "the header is not base64url of a JSON object");
  EXPECT_EQ(refused_minted("duplicate_kid"), "the header is not base64url of a JSON object");
  for (const char* name : {"duplicate_exp", "duplicate_sub", "duplicate_by_escape", "duplicate_nested"}) {
    EXPECT_EQ(refused_minted(name), "the claims are not base64url of a JSON object") << name;
  }
}

TEST_F(an_access_token, with_crit_is_refused) {
  EXPECT_THAT(refused_minted("crit"), HasSubstr("crit"));
  EXPECT_THAT(refused_minted("crit_empty"), HasSubstr("crit"));
}

TEST_F(an_access_token, with_b64_is_refused) { expect_refused({"b64_false", "b64_false_raw", "b64_true"}); }

TEST_F(an_access_token, that_is_encrypted_or_nested_is_refused) {
  EXPECT_EQ(refused_minted("jwe"), "the token is encrypted (JWE)");
  EXPECT_THAT(refused_minted("nested"), HasSubstr("cty"));
}

TEST_F(an_access_token, that_is_no_json_object_is_refused) {
  for (const char* name : {"deep", "trailing_text", "claims_array", "claims_not_utf8", "claims_empty"}) {
    EXPECT_EQ(refused_minted(name), "the claims are not base64url of a JSON object") << name;
  }
  EXPECT_EQ(refused_minted("header_array"), "the header is not base64url of a JSON object");
}

TEST_F(an_access_token, that_was_changed_is_refused) {
  EXPECT_EQ(refused_minted("tampered"), "the signature is wrong");
  EXPECT_EQ(refused_minted("stripped"), "the signature is wrong");
  expect_refused({"two_parts", "four_parts"});
}

TEST_F(an_access_token, with_any_character_changed_is_refused) {
  const std::string good = token("eddsa");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refused(changed), "admitted") << i;
  }
}

TEST_F(an_access_token, has_one_spelling) {
  for (const char* name : {"loose", "padded", "with_newline", "with_plus"})
    EXPECT_EQ(refused_minted(name), "the signature is not base64url") << name;
}

TEST_F(an_access_token, of_64_kib_is_refused) {
  EXPECT_EQ(refused_minted("kib_64"), "the token is longer than 16 KiB");
  EXPECT_EQ(refused_minted("kib_16_and_a_bit"), "the token is longer than 16 KiB");
  EXPECT_EQ(admitted(token("kib_16")).who->name, "ada");
}

TEST_F(an_access_token, is_refused_in_words_that_tell_nothing) {
  for (const auto& [name, text] : minted()["tokens"].items()) {
    if (!text.is_string()) continue;
    const auto answer = ask(text.get<std::string>());
    const auto* why = std::get_if<refusal>(&answer);
    if (why == nullptr) continue;
    EXPECT_TRUE(why->description == "The access token is not valid" ||
                why->description == "The access token has expired")
        << name;
    EXPECT_FALSE(why->reason.empty()) << name;
  }
}

// Sessions.

TEST_F(an_access_token, is_refused_when_its_key_is_gone) {
  auto kept = admitted(token("rs256"));
  use("es");
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
  EXPECT_EQ(refused_minted("rs256"), "there is no such key");
}

TEST_F(an_access_token, stays_admitted_when_other_keys_change) {
  auto kept = admitted(token("rs256"));
  use("rs");
  EXPECT_EQ(subject->check(kept, now), standing::valid);
  EXPECT_EQ(subject->check(kept, now + seconds(330)), standing::expired);
}

TEST_F(an_access_token, is_refused_when_its_issuer_has_other_rules) {
  auto kept = admitted(token("rs256"));
  use("all", {{"audiences", {"other"}}});
  EXPECT_EQ(subject->check(kept, now), standing::revoked);
  EXPECT_EQ(refused_minted("rs256"), "aud is not this server");
}

// Keys.

TEST(a_key_set, is_read) {
  EXPECT_EQ(key_set::read(key_set_text("all"), true)->size(), 5u);
  EXPECT_EQ(set_fault("rsa_2048"), "read");
}

TEST(a_key_set, with_rsa_under_2048_bits_is_refused) {
  for (const char* name : {"rsa_1024", "rsa_2047", "rsa_padded_small"})
    EXPECT_EQ(set_fault(name), "/keys/0 is an RSA key of less than 2048 bits") << name;
}

TEST(a_key_set, with_a_bad_rsa_exponent_is_refused) {
  for (const char* name : {"rsa_exponent_1", "rsa_even"})
    EXPECT_THAT(set_fault(name), HasSubstr("bad exponent")) << name;
}

TEST(a_key_set, with_a_point_off_the_curve_is_refused) {
  EXPECT_THAT(set_fault("off_curve"), HasSubstr("no point of the curve"));
  EXPECT_THAT(set_fault("es_of_p384_point"), HasSubstr("of 32 bytes"));
}

TEST(a_key_set, with_a_duplicate_kid_is_refused) {
  EXPECT_EQ(set_fault("duplicate_kid"), "/keys/1 has the \"kid\" of another key");
  EXPECT_THAT(set_fault("two_without_kid"), HasSubstr("one of them without \"kid\""));
  EXPECT_THAT(set_fault("kid_number"), HasSubstr("kid"));
}

TEST(a_key_set, with_a_secret_is_refused_where_it_does_not_belong) {
  EXPECT_THAT(set_fault("all", false), HasSubstr("a secret comes in a file only"));
  EXPECT_THAT(set_fault("secret_without_alg"), HasSubstr("without \"alg\""));
  EXPECT_THAT(set_fault("short_secret"), HasSubstr("less than 256 bits"));
}

TEST(a_key_set, with_an_alg_of_another_type_is_refused) {
  EXPECT_THAT(set_fault("secret_for_rs"), HasSubstr("does not fit"));
  EXPECT_THAT(set_fault("rs_for_hs"), HasSubstr("does not fit"));
}

TEST(a_key_set, with_a_private_key_is_refused) { EXPECT_THAT(set_fault("private"), HasSubstr("is a private key")); }

TEST(a_key_set, leaves_out_keys_for_other_purposes) {
  EXPECT_THAT(set_fault("others_only"), StartsWith("has no key for"));
  EXPECT_EQ(key_set::read(key_set_text("others_too"), false)->size(), 1u);
}

TEST(a_key_set, that_is_none_is_refused) {
  EXPECT_THAT(set_fault("no_array"), HasSubstr("is no JWK Set"));
  EXPECT_THAT(set_fault("many"), HasSubstr("more than 64"));
  for (const char* text : {"", "[]", "{}", R"({"keys": []})", R"({"keys": [1]})", R"({"keys": [], "keys": []})"})
    EXPECT_FALSE(key_set::read(text, true)) << text;
}

}  // namespace
}  // namespace weir::auth
