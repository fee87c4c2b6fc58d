#pragma once

#include <string>

namespace weir::auth {

/// Why nobody is admitted with a credential, or without one.
struct denial {
  bool try_again = false;  ///< 503: the key of the credential is being fetched. Otherwise 401
  std::string challenge;   ///< the value of WWW-Authenticate
  std::string detail;      ///< a sentence for the client
  std::string reason;      ///< for the audit log; holds no part of the credential
};

}  // namespace weir::auth
