#include "personal/vault.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/codec.hpp"
#include "personal/sealed_value.hpp"
#include "support/temporary_directory.hpp"
#include "weir_test_people/binding.hpp"

namespace weir::personal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class a_vault : public ::testing::Test {
 protected:
  a_vault() { open(); }
  void open() {
    vault_.reset();
    vault_ = std::move(vault::open(directory_.path() / "keys").value());
  }

  const schema::structure& shape(const std::string& name) const { return *idl_->find(name); }

  std::string compact(const std::string& json, const std::string& of) const {
    return std::get<std::string>(codec::from_json(json, shape(of)));
  }
  std::string json(const std::string& bytes, const std::string& of) const {
    std::string text;
    codec::to_json(bytes, shape(of), text).value();
    return text;
  }

  /// The number of a subject's key, from 1 in the order in which they are asked for.
  sealing::number_of_subject numbers() {
    return [this](std::string_view subject) -> std::optional<std::uint64_t> {
      const auto [found, is_new] = numbers_.emplace(subject, numbers_.size() + 1);
      return found->second;
    };
  }
  std::string sealed(const std::string& text, const std::string& of, const std::string& stream = "person-p1",
                     position at = {7}, const std::vector<std::string>& erased = {}) {
    return vault_->seal(compact(text, of), shape(of), stream, at, erased, numbers()).value();
  }
  std::string opened(const std::string& bytes, const std::string& of, std::optional<position> at = position{7}) {
    return json(vault_->open(bytes, shape(of), at).value().bytes, of);
  }

  testing::temporary_directory directory_;
  std::shared_ptr<const schema::idl> idl_ = weir_test_people::binding::idl();
  std::unique_ptr<vault> vault_;
  std::map<std::string, std::uint64_t, std::less<>> numbers_;
};

const std::string ada = R"({"personId":"p1","name":"Ada Lovelace","email":"ada@example.org","photo":"/9j/4AAQ",)"
                        R"("addresses":[{"street":"St James's Square 12","city":"London"},{"street":"Ockham Park"}]})";

TEST_F(a_vault, opens_what_it_sealed) {
  const std::string hidden = sealed(ada, "PersonRegisteredEvent");
  EXPECT_THAT(hidden, HasSubstr("p1"));
  EXPECT_THAT(hidden, HasSubstr("London"));
  for (const char* secret : {"Ada", "Lovelace", "ada@", "example", "James", "Ockham", "\xff\xd8"}) {
    EXPECT_THAT(hidden, Not(HasSubstr(secret)));
  }
  EXPECT_EQ(opened(hidden, "PersonRegisteredEvent"), ada);
  open();
  EXPECT_EQ(opened(hidden, "PersonRegisteredEvent"), ada) << "with the keys from disk";
  EXPECT_EQ(numbers_, (std::map<std::string, std::uint64_t, std::less<>>{{"person-p1", 1}}));
}

TEST_F(a_vault, seals_equal_values_differently) {
  EXPECT_NE(sealed(ada, "PersonRegisteredEvent"), sealed(ada, "PersonRegisteredEvent"));
}

TEST_F(a_vault, seals_for_the_subject_that_the_tag_names) {
  const std::string order = R"({"orderId":"o1","buyerId":"p9","deliverTo":{"street":"Broadway 1"}})";
  const std::string hidden = sealed(order, "OrderPlacedEvent", "order-o1");
  EXPECT_EQ(numbers_, (std::map<std::string, std::uint64_t, std::less<>>{{"person-p9", 1}}));
  EXPECT_EQ(opened(hidden, "OrderPlacedEvent"), order);
}

TEST_F(a_vault, shows_erased_values_as_absent_or_empty_and_says_where) {
  const std::string hidden = sealed(ada, "PersonRegisteredEvent");
  ASSERT_TRUE(vault_->destroy(1));
  const auto read = vault_->open(hidden, shape("PersonRegisteredEvent"), position{7}).value();
  EXPECT_EQ(json(read.bytes, "PersonRegisteredEvent"),
            R"({"personId":"p1","addresses":[{"street":"","city":"London"},{"street":""}]})");
  EXPECT_THAT(read.erased, ElementsAre("/name", "/email", "/photo", "/addresses/0/street", "/addresses/1/street"));
  const std::string renamed = sealed(R"({"personId":"p1","name":"x"})", "PersonRenamedEvent", "person-p2");
  EXPECT_EQ(opened(renamed, "PersonRenamedEvent"), R"({"personId":"p1","name":"x"})") << "others are not touched";
}

TEST_F(a_vault, stores_as_erased_what_was_erased_before) {
  const std::string hidden = sealed(ada, "PersonRegisteredEvent", "person-p1", {7}, {"/name", "/addresses/1/street"});
  const auto read = vault_->open(hidden, shape("PersonRegisteredEvent"), position{7}).value();
  EXPECT_THAT(read.erased, ElementsAre("/name", "/addresses/1/street"));
  const auto nobody = [](std::string_view) -> std::optional<std::uint64_t> { return std::nullopt; };
  const auto none =
      vault_->seal(compact(ada, "PersonRegisteredEvent"), shape("PersonRegisteredEvent"), "person-p1", {7}, {}, nobody)
          .value();
  EXPECT_EQ(vault_->open(none, shape("PersonRegisteredEvent"), position{7}).value().erased.size(), 5u);
}

TEST_F(a_vault, opens_copies_in_rows_also_without_tags) {
  const std::string hidden = sealed(ada, "PersonRegisteredEvent");
  // The row's e-mail address has no tag, and neither have its names.
  const auto member = [&](const char* name) {
    const auto bytes = codec::field_bytes(hidden, *shape("PersonRegisteredEvent").find(name)).value();
    codec::compact_reader in(bytes);
    return std::string(in.binary());
  };
  std::string row = compact(R"({"personId":"p1","email":"EMAIL","names":["NAME","plain"]})", "Person");
  // Replace the placeholders by sealed values, through a rewriting.
  struct placing : rewriting {
    std::string email, name;
    done change(const text& value, std::string& into) override {
      if (value.value == "EMAIL") into = email;
      if (value.value == "NAME") into = name;
      return into.empty() ? done::kept : done::changed;
    }
  } place;
  place.email = member("email");
  place.name = member("name");
  row = place.rewrite(row, shape("Person")).value();
  EXPECT_EQ(opened(row, "Person", std::nullopt),
            R"({"personId":"p1","email":"ada@example.org","names":["Ada Lovelace","plain"]})");
  ASSERT_TRUE(vault_->destroy(1));
  EXPECT_EQ(opened(row, "Person", std::nullopt), R"({"personId":"p1","names":["","plain"]})");
}

TEST_F(a_vault, refuses_a_value_at_another_place) {
  const std::string hidden = sealed(R"({"personId":"p1","name":"Ada"})", "PersonRenamedEvent");
  const auto moved = vault_->open(hidden, shape("PersonRenamedEvent"), position{8});
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error().code, errc::corrupt);
  EXPECT_THAT(moved.error().detail, HasSubstr("position 7 stands at another place, position 8 /name"));
}

TEST_F(a_vault, notices_every_changed_bit_of_a_sealed_value) {
  const std::string hidden = sealed(R"({"personId":"p1","name":"Ada"})", "PersonRenamedEvent");
  const std::size_t begin = hidden.find('\xff') + 1;
  for (std::size_t bit = begin * 8; bit < (hidden.size() - 1) * 8; ++bit) {
    std::string other = hidden;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    const auto read = vault_->open(other, shape("PersonRenamedEvent"), position{7});
    EXPECT_FALSE(read) << bit;
  }
}

TEST_F(a_vault, leaves_values_from_before_the_tag_in_clear) {
  const std::string clear = compact(ada, "PersonRegisteredEvent");
  EXPECT_EQ(opened(clear, "PersonRegisteredEvent"), ada) << "also a photo that begins with 0xFF";
}

TEST_F(a_vault, says_that_a_key_is_missing) {
  const auto far = [](std::string_view) -> std::optional<std::uint64_t> { return 1'000'000; };
  const auto hidden =
      vault_->seal(compact(ada, "PersonRegisteredEvent"), shape("PersonRegisteredEvent"), "person-p1", {7}, {}, far);
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().code, errc::not_found);
  EXPECT_THAT(hidden.error().detail, HasSubstr("key 1000000 is missing: put back the directory keys"));
}

TEST_F(a_vault, copies_every_type_as_it_is) {
  const std::string with_all = R"({"personId":"p1","addresses":[],"names":[]})";
  const std::string bytes = compact(with_all, "Person");
  EXPECT_EQ(vault_->seal(bytes, shape("Person"), "person-p1", {1}, {}, numbers()).value(), bytes);
}

TEST_F(a_vault, hashes_apart_by_purpose) {
  EXPECT_EQ(vault_->hash("a", "text"), vault_->hash("a", "text"));
  EXPECT_NE(vault_->hash("a", "text"), vault_->hash("b", "text"));
  const std::string before = vault_->hash("a", "text");
  open();
  EXPECT_EQ(vault_->hash("a", "text"), before);
}

}  // namespace
}  // namespace weir::personal
