#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/numbers.hpp"
#include "domain/catalog.hpp"
#include "state/view_table.hpp"
#include "store/store.hpp"

namespace weir {

/// One family of rows of a projection, as `meta` knows it.
struct view_family {
  std::string name;  ///< view.users.1, or view.users.1.2 for one that was built beside it
  int version = 0;
  family rows;
  bool serving = false;                ///< else it is being built
  std::optional<position> checkpoint;  ///< how far the log is in it; absent: every commit keeps it up with the log
  std::string shape;                   ///< of its rows
  std::shared_ptr<family_lease> lease = std::make_shared<family_lease>();
};

/// Which families hold which views' rows, on disk and at present.
///
/// Of each projection at most one family serves and one is being built beside it. A projection whose version, or whose
/// rows' shape, is another one than that of the family that serves is built anew; the old rows answer queries meanwhile
/// if they have the new ones' shape. Families of projections that this program does not know are kept as they are, and
/// go on from there when a program knows them again.
///
/// Order on disk: a family is made before it is named in `meta`, and dropped after its name is gone from there: what is
/// found without a name at the start was on its way, and is dropped.
/// Concurrency:  every function from any thread.
class view_registry {
 public:
  /// Reads what is there, and makes what a new store needs. `head`: the log's last position. Errors: errc::corrupt,
  /// errc::io, errc::outcome_unknown.
  static result<std::unique_ptr<view_registry>> open(store& in, const catalog& domains, position head);

  [[nodiscard]] std::shared_ptr<const view_table> current() const;

  /// What has to be done for a projection beside the commits: the family that serves and is not live (it follows the
  /// log, or has to catch up), and the one that is being built.
  struct work {
    std::optional<view_family> serving, building;
  };
  [[nodiscard]] work work_for(const projection_type& projection) const;

  /// Makes the family that is to take the serving one's place. Error errc::in_use if there is one already.
  [[nodiscard]] result<view_family> begin_building(const projection_type& projection);

  /// How far the log is in a family's rows at a moment; nothing if every commit keeps them up with it. Errors:
  /// errc::corrupt, errc::io.
  static result<std::optional<position>> checkpoint_of(const store& in, std::string_view family_name,
                                                       const store::snapshot& at);

  /// Whether a family is still one that serves or is being built.
  enum class outcome { written, replaced };

  /// Writes rows of a family that follows the log or is being built, with its new checkpoint; not synced. `replaced`:
  /// another family has taken its place, and nothing was written. Errors: errc::outcome_unknown.
  [[nodiscard]] result<outcome> write_rows(store::batch& changes, const projection_type& projection,
                                           const view_family& further);

  /// Writes that this family, with the batch's own rows, is complete: it serves from now on, for all readers. Nobody
  /// writes to the one whose place it takes any more, and that one is dropped. Synced. `replaced`: as above. Errors:
  /// errc::corrupt, errc::io, errc::outcome_unknown: nothing is other than before then.
  [[nodiscard]] result<outcome> promote(store::batch& changes, const projection_type& projection, view_family complete);

 private:
  struct families {
    std::optional<view_family> serving, building;
  };

  explicit view_registry(store& in) : store_(in), meta_(in.find("meta")) {}
  [[nodiscard]] bool is_known(const projection_type& projection, const view_family& one) const;
  [[nodiscard]] result<> put_promotion(store::batch& changes, const projection_type& projection,
                                       const view_family& complete) const;
  void put_checkpoint(store::batch& changes, const view_family& of) const;
  [[nodiscard]] result<> adopt(const catalog& domains, position head);
  [[nodiscard]] result<> read();
  [[nodiscard]] result<> forget_dropped();
  [[nodiscard]] result<> settle(const projection_type& projection, position head);
  [[nodiscard]] result<> freeze(view_family& one, position at);
  [[nodiscard]] result<view_family> create(const projection_type& projection);
  [[nodiscard]] result<> write(const view_family& one);
  void drop(const std::string& name, family_lease& lease);
  void publish();

  store& store_;
  const family meta_;
  std::vector<const projection_type*> projections_;
  std::mutex writing_;  ///< held while a family's rows are written: so a replaced one gets no further row
  mutable std::mutex mutex_;
  std::map<std::string, families, std::less<>> known_;  ///< by the projection's name
  std::shared_ptr<const view_table> table_;
};

}  // namespace weir
