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
  std::optional<position> checkpoint;  ///< the position that the rows have reached; absent: every commit updates them
  std::string shape;                   ///< of its rows
  std::shared_ptr<family_lease> lease = std::make_shared<family_lease>();
};

/// Which families hold the rows of which views, on disk and in memory.
///
/// Of each projection at most one family serves and one is being built beside it. A projection is rebuilt if its
/// version or the shape of its rows differs from that of the serving family; meanwhile the old rows answer queries if
/// their shape is still the same. Families of projections that this program does not know are kept unchanged; a program
/// that knows them again continues there.
///
/// Order on disk: a family is created before its name is written to `meta`, and dropped after its name is removed from
/// there. So a family without a name in `meta` is incomplete: the next start drops it.
/// Concurrency:  every function from any thread.
class view_registry {
 public:
  /// Reads what is stored, and creates what is missing. `head`: the event log's last position. Errors: errc::corrupt,
  /// errc::io, errc::outcome_unknown.
  static result<std::unique_ptr<view_registry>> open(store& in, const catalog& domains, position head);

  [[nodiscard]] std::shared_ptr<const view_table> current() const;

  /// The families of a projection that need a follower: the serving one if it is not live (it is async or has to catch
  /// up), and the one that is being built.
  struct work {
    std::optional<view_family> serving, building;
  };
  [[nodiscard]] work work_for(const projection_type& projection) const;

  /// Creates the family that is to replace the serving one. Error errc::in_use if there is one already.
  [[nodiscard]] result<view_family> begin_building(const projection_type& projection);

  /// The position that a family's rows reflect in a snapshot; nothing if every commit updates them. Errors:
  /// errc::corrupt, errc::io.
  static result<std::optional<position>> checkpoint_of(const store& in, std::string_view family_name,
                                                       const store::snapshot& at);

  /// Whether a family is still one that serves or is being built.
  enum class outcome { written, replaced };

  /// Writes rows of a family that follows the event log or is being built, with its new checkpoint; not synced.
  /// `replaced`: another family has replaced it, and nothing was written. Errors: errc::outcome_unknown.
  [[nodiscard]] result<outcome> write_rows(store::batch& changes, const projection_type& projection,
                                           const view_family& further);

  /// Writes the batch's rows and makes this family serve all readers from now on. The family that it replaces gets no
  /// further writes and is dropped. Synced. `replaced`: as above. Errors: errc::corrupt, errc::io,
  /// errc::outcome_unknown; then nothing has changed.
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
  std::mutex writing_;  ///< held while a family's rows are written, so that a replaced family gets no further row
  mutable std::mutex mutex_;
  std::map<std::string, families, std::less<>> known_;  ///< by the projection's name
  std::shared_ptr<const view_table> table_;
};

}  // namespace weir
