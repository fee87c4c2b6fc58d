#include "verify/keys.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "state/subjects.hpp"

namespace weir {
namespace {

using copy = personal::key_files::copy;

constexpr const char* both_files = "keys/keys.1, keys/keys.2";
constexpr std::uint64_t looked_at_once = 1'000;

std::string name_of(std::uint64_t number) {
  return number == 0 ? std::string("the key of the store") : "key " + std::to_string(number);
}

void report_slot(const verification& of, std::uint64_t number, const personal::key_files::looked_at& seen) {
  const auto fault = [&](const std::string& file, std::string what) { of.fault("", "", std::move(what), file); };
  const auto damaged = std::count(seen.copies.begin(), seen.copies.end(), copy::damaged);
  if (damaged == static_cast<std::ptrdiff_t>(seen.copies.size())) {
    return fault(both_files, name_of(number) + " is damaged in both files: put back a copy of the directory keys");
  }
  for (std::size_t i = 0; i < seen.copies.size(); ++i) {
    if (seen.copies[i] != copy::damaged) continue;
    const std::string file = "keys/keys." + std::to_string(i + 1);
    fault(file, name_of(number) + " is damaged in this file, and whole in the other one: stop the server, remove " +
                    file + " and start it; it is made again");
  }
  if (damaged > 0 || seen.equal) return;
  if (std::count(seen.copies.begin(), seen.copies.end(), copy::erased) > 0) {
    of.found.note(name_of(number) + " is destroyed in one file only: the next start of the server completes that");
  } else {
    fault(both_files, name_of(number) + " is another one in each file: put back two files that belong together");
  }
}

bool is_in_order(const personal::key_files::looked_at& seen) {
  return seen.copies.size() == 2 && seen.equal && seen.copies[0] != copy::damaged;
}

void check_slots(const verification& of, std::uint64_t last) {
  std::vector<std::uint64_t> doubtful;
  for (std::uint64_t number = 0; number <= last; ++number) {
    if (number % looked_at_once == 0) of.speed.check();
    if (!is_in_order(of.keys->look_at(number).value())) doubtful.push_back(number);
    if (doubtful.size() == looked_at_once) break;
  }
  // Once more: one may have been overwritten while it was read.
  for (const std::uint64_t number : doubtful) {
    const auto seen = of.keys->look_at(number).value();
    if (seen.copies.size() < 2) {
      of.fault("", "", "there is only one file of keys, or the header of the other one is damaged", "keys");
      return;
    }
    if (!is_in_order(seen)) report_slot(of, number, seen);
  }
}

void check_subject(const verification& of, std::string_view subject, const subjects::entry& known, bool is_live) {
  const std::string family = subjects::family_needed().name;
  if (known.key >= of.keys->keys()) {
    return of.fault(family, subject, name_of(known.key) + " of this subject is missing", both_files);
  }
  const auto seen = of.keys->look_at(known.key).value();
  const bool is_destroyed = std::find(seen.copies.begin(), seen.copies.end(), copy::erased) != seen.copies.end();
  if (is_destroyed == known.erased) return;
  if (!is_destroyed) {
    if (!is_live)
      of.found.note("the key of an erased subject is still there: the next start of the server destroys it");
    return;
  }
  // The erasure may be later than the moment that is verified.
  const auto now = subjects(of.in).find(subject).value();
  if (now && now->erased) return;
  // While the server runs, its start has seen to that, and others may add to the list.
  if (!is_live && of.keys->is_listed({std::string(subject), known.key})) {
    of.found.note(std::string(subject) +
                  " is in the list of erasures and not erased in the log, which was restored to an earlier moment: the "
                  "next start of the server erases it");
    return;
  }
  of.fault(family, subject, name_of(known.key) + " of this subject is destroyed, but no commit erases it", both_files);
}

}  // namespace

void check_keys(const verification& of, bool is_live) {
  if (!of.keys) return;
  const subjects known(of.in);
  const auto given = known.last_given(of.at);
  if (!given || !*given) return;  // what cannot be read is reported where the subjects are compared
  check_slots(of, std::min((*given)->last, of.keys->keys() - 1));

  const std::string family = subjects::family_needed().name;
  auto row = of.all_of(of.in.find(family));
  std::uint64_t count = 0;
  for (row.seek(""); row.valid(); row.next()) {
    if (++count % looked_at_once == 0) of.speed.check();
    if (row.key().starts_with('\0')) continue;
    const auto entry = subjects::read(row.key(), row.value());
    if (!entry) {
      of.fault(family, row.key(), entry.error().detail);
      continue;
    }
    check_subject(of, row.key(), *entry, is_live);
    if (entry->erased && !is_live && !of.keys->is_listed({std::string(row.key()), entry->key})) {
      of.found.note("the list of erasures lacks " + std::string(row.key()) + ": the next start of the server adds it");
    }
  }
  if (const auto status = row.status(); !status) of.unreadable(family, "", "rows cannot be read", status.error());
}

}  // namespace weir
