#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "domain/views.hpp"
#include "store/store.hpp"

namespace weir {

/// Held by every reader of a family: a dropped family is freed with its last reader.
struct family_lease {
  std::shared_ptr<void> dropped;
};

/// Where the rows of every view are at one time. Immutable: a change publishes a new table.
struct view_table {
  struct entry {
    std::string projection;   ///< its name
    std::string family_name;  ///< the key in `meta` of the rows' checkpoint, unless they are live; "": no rows
    family rows;              ///< of family_name
    bool live = false;        ///< every commit updates them: an inline projection, fully built
    bool async = false;
    std::shared_ptr<family_lease> lease;
  };
  std::unordered_map<view_tag, entry> entries;

  [[nodiscard]] const entry& at(view_tag view) const { return entries.at(view); }
};

}  // namespace weir
