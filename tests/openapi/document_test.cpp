#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "http/problem.hpp"
#include "nasty/binding.hpp"
#include "openapi/openapi.hpp"
#include "openapi/problems.hpp"
#include "openapi/type_schemas.hpp"
#include "users/binding.hpp"

namespace weir::openapi {
namespace {

std::string users_document() { return document({users::binding::idl()}, {WEIR_VERSION}); }
std::string nasty_document() { return document({nasty::binding::idl()}, {WEIR_VERSION}); }

/// `WEIR_REFRESH=1 test_openapi` writes the contract instead of comparing it.
TEST(contract, is_what_the_code_makes) {
  const std::string made = users_document();
  if (std::getenv("WEIR_REFRESH")) std::ofstream(WEIR_CONTRACT) << made;
  std::ifstream file(WEIR_CONTRACT);
  std::ostringstream kept;
  kept << file.rdbuf();
  EXPECT_TRUE(kept.str() == made) << "openapi/weir.json is not what the IDL and the code say. If that is meant:\n"
                                     "  WEIR_REFRESH=1 build/release/tests/openapi/test_openapi";
}

}  // namespace
}  // namespace weir::openapi
