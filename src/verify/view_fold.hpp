#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "domain/catalog.hpp"
#include "state/fold.hpp"
#include "state/idempotency_store.hpp"
#include "state/subjects.hpp"
#include "verify/log_walk.hpp"
#include "verify/verify_store.hpp"

namespace weir {

/// Rows of a view, and how to make them again.
struct view_target {
  checked_view view;
  const projection_type* projection;
  position upto;         ///< they are a fold of the log up to here
  bool is_live = false;  ///< every commit changes them
};

/// Folds the event log again, into a temporary store, and compares what comes of it: the rows of views, the answers to
/// idempotency keys, and the subjects of personal data.
///
/// Memory:       bounded by the temporary store's buffers.
/// Concurrency:  one thread at a time.
class view_fold {
 public:
  /// `scratch`: a directory that is made, and removed at the end. Errors: errc::io.
  static result<std::unique_ptr<view_fold>> begin(const verification& of, std::vector<view_target> targets,
                                                  const std::filesystem::path& scratch);
  ~view_fold();

  /// Takes the next piece of the log.
  [[nodiscard]] result<> take(const log_piece& piece);

  /// After the last piece. `without_answers`: as log_walk says.
  [[nodiscard]] result<> compare(position without_answers, timestamp now);

  struct counts {
    std::uint64_t views = 0, rows = 0, answers = 0;
  };
  [[nodiscard]] const counts& compared() const { return compared_; }

 private:
  struct folded {
    view_target of;
    family rows;  ///< in the temporary store
    bool given_up = false;
  };
  view_fold(const verification& of, std::vector<view_target> targets, std::filesystem::path scratch,
            std::unique_ptr<store> made);
  void fold(const stored_event& one);
  [[nodiscard]] bool check_personal_values(const found_event& found, const stored_event& one);
  [[nodiscard]] bool may_differ(const folded& one, std::string_view key, std::string_view row) const;
  [[nodiscard]] result<> compare_subjects();
  [[nodiscard]] result<> write(bool all);
  [[nodiscard]] result<> compare(const folded& one);
  [[nodiscard]] result<> compare_answers(position without_answers, timestamp now);

  const verification& of_;
  const std::filesystem::path scratch_;
  std::unique_ptr<store> made_;
  std::vector<folded> views_;
  const idempotency_store answers_;
  const subjects subjects_;
  std::uint64_t last_key_ = 0;  ///< that a commit gave to a subject
  store::batch changes_;
  counts compared_;
};

}  // namespace weir
