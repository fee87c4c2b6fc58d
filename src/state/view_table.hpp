#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "domain/views.hpp"
#include "store/store.hpp"

namespace weir {

/// Held by all who may read from a family: a family that is dropped is let go with its last reader.
struct family_lease {
  std::shared_ptr<void> dropped;
};

/// Where the rows of every view are at one time. Never changed: another one takes its place.
struct view_table {
  struct entry {
    std::string projection;   ///< its name
    std::string family_name;  ///< under which `meta` says how far the rows are, unless they are live; "": no rows
    family rows;              ///< of family_name
    bool live = false;        ///< every commit keeps them up with the log: an inline projection, fully built
    bool async = false;
    std::shared_ptr<family_lease> lease;
  };
  std::unordered_map<view_tag, entry> entries;

  [[nodiscard]] const entry& at(view_tag view) const { return entries.at(view); }
};

}  // namespace weir
