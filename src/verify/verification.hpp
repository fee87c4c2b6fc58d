#pragma once

#include <atomic>
#include <string>

#include "domain/catalog.hpp"
#include "log/commit.hpp"
#include "personal/vault.hpp"
#include "store/store.hpp"
#include "verify/findings.hpp"
#include "verify/pace.hpp"

namespace weir {

/// What the parts of a verification share.
struct verification {
  const store& in;
  const store::snapshot& at;
  const catalog& domains;
  findings& found;
  pace& speed;
  store::reading point_reads;             ///< of single events
  const personal::vault* keys = nullptr;  ///< null: there is no personal data, or it cannot be read

  void fault(const std::string& family, std::string_view key, std::string what, std::string file = "") const {
    found.add({std::move(file), family, std::string(key), std::move(what)});
  }
  /// What could not be read, with the file that the error names.
  void unreadable(const std::string& family, std::string_view key, const std::string& what, const error& why) const {
    fault(family, key, what + ": " + why.detail, file_named_in(why.detail));
  }
  [[nodiscard]] store::cursor all_of(family which) const { return in.scan(which, at, store::reading::once); }
};

}  // namespace weir
