#include "store/changed_rows.hpp"

#include <algorithm>
#include <utility>

namespace weir {

void changed_rows::put(family in, std::string_view key, std::string_view value) { set(in, key, std::string(value)); }

void changed_rows::erase(family in, std::string_view key) { set(in, key, std::nullopt); }

const changed_rows::change* changed_rows::find(family in, std::string_view key) const {
  const rows* of_family = of(in);
  if (of_family == nullptr) return nullptr;
  const auto found = of_family->find(key);
  return found == of_family->end() ? nullptr : &found->second;
}

const changed_rows::rows* changed_rows::of(family in) const {
  const auto found = std::find_if(families_.begin(), families_.end(),
                                  [in](const family_rows& one) { return one.in.handle == in.handle; });
  return found == families_.end() ? nullptr : &found->changed;
}

changed_rows::family_rows& changed_rows::rows_of(family in) {
  const auto found = std::find_if(families_.begin(), families_.end(),
                                  [in](const family_rows& one) { return one.in.handle == in.handle; });
  return found == families_.end() ? families_.emplace_back(family_rows{in, {}}) : *found;
}

void changed_rows::set(family in, std::string_view key, change value) {
  family_rows& to = rows_of(in);
  auto row = to.changed.lower_bound(key);
  std::optional<change> before;
  bytes_ += bytes_of(key, value);
  if (row != to.changed.end() && row->first == key) {
    bytes_ -= bytes_of(key, row->second);
    before.emplace(std::exchange(row->second, std::move(value)));
  } else {
    row = to.changed.emplace_hint(row, key, std::move(value));
    ++count_;
  }
  if (!marks_.empty()) undo_.push_back({&to, row, std::move(before)});
}

void changed_rows::back_to_mark() {
  const std::size_t kept = marks_.back();
  marks_.pop_back();
  for (; undo_.size() > kept; undo_.pop_back()) {
    replaced& last = undo_.back();
    bytes_ -= bytes_of(last.row->first, last.row->second);
    if (last.before) {
      bytes_ += bytes_of(last.row->first, *last.before);
      last.row->second = std::move(*last.before);
    } else {
      last.in->changed.erase(last.row);
      --count_;
    }
  }
}

void changed_rows::drop_mark() {
  marks_.pop_back();
  if (marks_.empty()) undo_.clear();
}

}  // namespace weir
