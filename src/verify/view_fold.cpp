#include "verify/view_fold.hpp"

#include <algorithm>
#include <any>

#include "log/format.hpp"
#include "log/recorded_event.hpp"
#include "state/hidden_rows.hpp"
#include "state/row_access.hpp"
#include "verify/answers.hpp"
#include "verify/row_comparison.hpp"

namespace weir {
namespace {

constexpr std::size_t batch_bytes_max = 8u << 20;

/// Of the temporary rows' family: as `requests`, but nothing expires there.
family_options answers_family() { return {.name = idempotency_store::family_needed().name}; }

}  // namespace

result<std::unique_ptr<view_fold>> view_fold::begin(const verification& of, std::vector<view_target> targets,
                                                    const std::filesystem::path& scratch) {
  store_options options;
  options.directory = scratch;
  options.cache_bytes = 16u << 20;
  options.write_buffer_bytes = 32u << 20;
  options.open_files_max = 64;
  options.scratch = true;
  options.families = {answers_family(), subjects::family_needed()};
  for (const view_target& each : targets)
    options.families.push_back({.name = each.view.family_name, .looked_up = true});
  auto made = store::open(options);
  if (!made) {
    return error{errc::io, "cannot make a temporary store to fold views into: " + made.error().detail};
  }
  return std::unique_ptr<view_fold>(new view_fold(of, std::move(targets), scratch, std::move(*made)));
}

view_fold::view_fold(const verification& of, std::vector<view_target> targets, std::filesystem::path scratch,
                     std::unique_ptr<store> made)
    : of_(of),
      scratch_(std::move(scratch)),
      made_(std::move(made)),
      answers_(*made_),
      subjects_(*made_),
      changes_(made_->begin()) {
  for (view_target& each : targets) {
    const family rows = made_->find(each.view.family_name);
    of_.speed.expect(of_.in.estimated_rows(each.view.rows));
    const bool given_up = each.projection->has_personal_keys && !of_.keys;
    if (given_up) {
      of_.found.note("the rows in " + each.view.family_name +
                     " could not be compared: they are found by personal values, which cannot be read without keys");
    }
    views_.push_back({std::move(each), rows, given_up});
  }
}

view_fold::~view_fold() {
  changes_ = made_->begin();
  made_.reset();
  std::error_code ignored;  // the system clears its temporary directory
  std::filesystem::remove_all(scratch_, ignored);
}

result<> view_fold::take(const log_piece& piece) {
  if (piece.first_missing.value != 0) {
    for (folded& each : views_) {
      if (each.given_up || each.of.upto < piece.first_missing) continue;
      each.given_up = true;
      of_.found.note("the rows in " + each.of.view.family_name +
                     " could not be compared, because the event at position " +
                     std::to_string(piece.first_missing.value) + " cannot be read");
    }
  }
  for (const stored_event& each : piece.events) fold(each);
  for (const idempotent_answer& each : piece.answers) answers_.put(changes_, each);
  for (const keyed_subject& each : piece.subjects) {
    subjects_.put(changes_, each);
    if (each.key <= last_key_) {
      of_.fault("commits", "",
                "a commit gives key " + std::to_string(each.key) + " to " + each.subject +
                    ", but an earlier one gave it or a later key");
    }
    last_key_ = std::max(last_key_, each.key);
  }
  for (const keyed_subject& each : piece.erasures) {
    subjects_.put_erased(changes_, each);
    for (const folded& one : views_) {
      if (one.of.is_live && one.of.projection->has_personal_keys) erase_hidden_rows(changes_, one.rows, each.key);
    }
  }
  return write(false);
}

void view_fold::fold(const stored_event& one) {
  const auto found = find_event(of_.domains, one.bytes, one.stream, one.sequence);
  const auto fault = [&](const std::string& why) {
    // Bytes that are no event at all were reported by the walk through the log.
    if (view_recorded(one.bytes, one.stream, one.sequence)) {
      of_.fault("events", format::event_key(one.stream, one.sequence), why);
    }
    for (folded& each : views_) {
      if (found && found->recorded.position > each.of.upto) continue;
      if (!each.given_up) of_.found.note("the rows in " + each.of.view.family_name + " could not be compared");
      each.given_up = true;
    }
  };
  if (!found) return fault(found.error().detail);
  std::any event;
  try {
    event = found->decode();
  } catch (const std::exception& e) {
    return fault("event " + std::to_string(one.sequence.value) + " of stream " + one.stream +
                 " cannot be decoded: " + e.what());
  }
  if (!check_personal_values(*found, one)) {
    for (folded& each : views_) each.given_up |= each.of.projection->has_personal_keys;
  }
  const known_event known{*found->place, event, found->recorded};
  for_each_projection(known, [&](const projection_type& projection, const known_event& what) {
    for (folded& each : views_) {
      if (each.of.projection != &projection || each.given_up || what.recorded.position > each.of.upto) continue;
      try {
        batch_sink sink(changes_, each.rows);
        with_hidden_keys(sink, projection, of_.keys, [&](row_sink& rows) { fold_into_rows(projection, what, rows); });
      } catch (const fatal_error&) {
        throw;  // the temporary store
      } catch (const std::exception& e) {
        each.given_up = true;
        of_.fault(each.of.view.family_name, "",
                  "the projection cannot apply the event at position " + std::to_string(what.recorded.position.value) +
                      ", so the rows could not be compared: " + e.what());
      }
    }
  });
}

/// Whether all sealed values of an event can be read, or are erased.
bool view_fold::check_personal_values(const found_event& found, const stored_event& one) {
  if (!of_.keys || !found.place->type().shape->personal) return true;
  const auto opened = of_.keys->open(found.payload, *found.place->type().shape, found.recorded.position);
  if (opened) return true;
  of_.fault("events", format::event_key(one.stream, one.sequence),
            "the personal values of event " + std::to_string(one.sequence.value) + " of stream " + one.stream +
                " cannot be read: " + opened.error().detail);
  return false;
}

result<> view_fold::write(bool all) {
  if (changes_.empty() || (!all && changes_.bytes() < batch_bytes_max)) return {};
  if (const auto written = made_->write(changes_, store::durability::operating_system); !written) {
    return error{errc::io,
                 "the temporary store in " + scratch_.string() + " cannot be written: " + written.error().detail};
  }
  changes_ = made_->begin();
  return {};
}

result<> view_fold::compare(position without_answers, timestamp now) {
  if (const auto written = write(true); !written) return written;
  for (const folded& each : views_) {
    if (const auto done = compare(each); !done) return done;
  }
  if (const auto done = compare_answers(without_answers, now); !done) return done;
  return compare_subjects();
}

result<> view_fold::compare(const folded& one) {
  const std::string& name = one.of.view.family_name;
  auto stored = of_.all_of(one.of.view.rows);
  if (one.given_up) {
    // What can be compared without the fold: the checksums.
    std::uint64_t rows = 0;
    for (stored.seek(""); stored.valid(); stored.next()) {
      if (++rows % 1'000 == 0) of_.speed.check();
    }
    if (const auto status = stored.status(); !status) of_.unreadable(name, "", "rows cannot be read", status.error());
    return {};
  }
  ++compared_.views;
  auto made = made_->scan(one.rows, made_->take_snapshot(), store::reading::once);
  return compare_rows(
      of_, name, stored, made, compared_.rows,
      [&](std::string_view key, std::optional<std::string_view> there, std::optional<std::string_view> expected) {
        if ((there && may_differ(one, key, *there)) || (expected && may_differ(one, key, *expected))) return;
        of_.fault(
            name, key,
            !there ? "the row is missing: the events up to position " + std::to_string(one.of.upto.value) + " make one"
            : !expected
                ? "the row should not be there: the events up to position " + std::to_string(one.of.upto.value) +
                      " make none"
                : "the row is not what the events up to position " + std::to_string(one.of.upto.value) + " make");
      });
}

/// Rows of a subject whose key was destroyed are in one place and not in the other if they were made before: in the store
/// if the erasure came after the moment that is verified, and in rows that commits do not change.
bool view_fold::may_differ(const folded& one, std::string_view key, std::string_view row) const {
  if (!one.of.projection->has_personal_keys || !of_.keys) return false;
  const auto owner = owner_of_hidden_row(key, row);
  if (!owner || *owner == 0 || !of_.keys->is_destroyed(*owner).value()) return false;
  return !one.of.is_live || !subjects_.is_erased(*owner).value();
}

result<> view_fold::compare_subjects() {
  const std::string name = subjects::family_needed().name;
  auto stored = of_.all_of(of_.in.find(name));
  auto made = made_->scan(made_->find(name), made_->take_snapshot(), store::reading::once);
  std::uint64_t count = 0;
  const auto done = compare_rows(
      of_, name, stored, made, count,
      [&](std::string_view key, std::optional<std::string_view> there, std::optional<std::string_view> expected) {
        if (subjects::is_last_given(key)) return;
        of_.fault(name, key,
                  !there      ? "the row is missing: a commit names this subject"
                  : !expected ? "no commit names this subject"
                              : "the row is not what the commits make");
      });
  if (!done) return done;
  const auto given = subjects(of_.in).last_given(of_.at);
  if (!given) {
    of_.fault(name, "", given.error().detail);
  } else if (last_key_ > 0 && (!*given || (*given)->last < last_key_)) {
    of_.fault(name, "",
              "the number of the last key is not there, or too small: a commit gave key " + std::to_string(last_key_));
  }
  return {};
}

result<> view_fold::compare_answers(position without_answers, timestamp now) {
  const std::string name = idempotency_store::family_needed().name;
  auto stored = of_.all_of(of_.in.find(name));
  auto made = made_->scan(made_->find(name), made_->take_snapshot(), store::reading::once);
  return compare_rows(
      of_, name, stored, made, compared_.answers,
      [&](std::string_view key, std::optional<std::string_view> there, std::optional<std::string_view> expected) {
        const std::string why = why_not_an_answer(there, expected, without_answers, now);
        if (!why.empty()) of_.fault(name, key, why);
      });
}

}  // namespace weir
