#include "server/descriptors.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

/// Everything that may be open at once, but for the store and what there is of a fixed number.
std::size_t connections_of(const descriptor_shares& shares) {
  return 2 * shares.connections + shares.refusals + shares.operations_connections;
}

serve_settings with_two_threads() {
  serve_settings made;
  made.threads = 2;
  return made;
}

TEST(descriptors, suffice_for_all_connections_and_files_where_there_are_many) {
  const auto shares = share_descriptors(1u << 20, with_two_threads()).value();
  EXPECT_EQ(shares.connections, limits::connections_max);
  EXPECT_EQ(shares.store_files, -1);
}

TEST(descriptors, are_kept_for_the_store_before_connections) {
  for (const std::size_t limit : {400u, 1024u, 4096u, 20'000u, 65'536u, 500'000u}) {
    SCOPED_TRACE(limit);
    const auto shares = share_descriptors(limit, with_two_threads()).value();
    EXPECT_GE(shares.connections, 8u);
    EXPECT_GE(shares.refusals, 4u);
    EXPECT_GE(shares.operations_connections, 4u);
    EXPECT_LE(connections_of(shares) + limit / 8, limit);
    if (shares.store_files < 0) continue;
    EXPECT_GE(shares.store_files, 90);
    EXPECT_LT(connections_of(shares) + static_cast<std::size_t>(shares.store_files), limit);
  }
}

TEST(descriptors, lower_the_number_of_connections_where_there_are_few) {
  EXPECT_EQ(share_descriptors(65'536, with_two_threads()).value().connections, limits::connections_max);
  EXPECT_LT(share_descriptors(4096, with_two_threads()).value().connections, 2048u);
  serve_settings few = with_two_threads();
  few.connections = 100;
  EXPECT_EQ(share_descriptors(4096, few).value().connections, 100u);
}

TEST(descriptors, are_too_few_to_start_where_the_store_would_fail) {
  const auto shares = share_descriptors(256, with_two_threads());
  ASSERT_FALSE(shares);
  EXPECT_EQ(shares.error().code, errc::invalid);
  EXPECT_NE(shares.error().detail.find("ulimit -n"), std::string::npos);
}

}  // namespace
}  // namespace weir
