#include "testing/hiding.hpp"

#include "personal/rewriting.hpp"

namespace weir::testing {
namespace {

/// 0xFF, 'W', a number and a colon stand before a hidden value, whose bytes are in reverse.
constexpr std::string_view beginning = "\xffW";
constexpr char end_of_number = ':';

std::string hidden_text(std::string_view clear) {
  static thread_local std::uint64_t count = 0;
  return std::string(beginning) + std::to_string(++count) + end_of_number + std::string(clear.rbegin(), clear.rend());
}

std::string shown_text(std::string_view text) {
  if (!text.starts_with(beginning)) return std::string(text);
  text.remove_prefix(text.find(end_of_number) + 1);
  return {text.rbegin(), text.rend()};
}

class hiding : public personal::rewriting {
 protected:
  done change(const text& value, std::string& into) override {
    if (!value.field || !value.field->personal) return done::kept;
    into = hidden_text(value.value);
    return done::changed;
  }
};

class showing : public personal::rewriting {
 protected:
  done change(const text& value, std::string& into) override {
    const bool may_be_hidden = value.is == schema::kind::string || (value.field && value.field->personal);
    if (!may_be_hidden || !value.value.starts_with(beginning)) return done::kept;
    into = shown_text(value.value);
    return done::changed;
  }
};

}  // namespace

std::string hidden(std::string_view compact, const schema::structure& shape) {
  return hiding().rewrite(compact, shape).value();
}

std::string shown(std::string_view compact, const schema::structure& shape) {
  return showing().rewrite(compact, shape).value();
}

std::optional<std::string> shown_rows::get(view_tag view, std::string_view key) const {
  auto row = of_.get(view, key);
  const projection_type* const projection = domains_.find_personal_view(view);
  if (!row || !projection) return row;
  return shown(*row, *projection->row_shape);
}

void shown_rows::scan(view_tag view, std::string_view from,
                      const std::function<bool(std::string_view, std::string_view)>& row) const {
  const projection_type* const projection = domains_.find_personal_view(view);
  if (!projection) return of_.scan(view, from, row);
  of_.scan(view, from, [&](std::string_view key, std::string_view bytes) {
    return row(key, shown(bytes, *projection->row_shape));
  });
}

std::optional<std::string> rows_by_hidden_keys::get_hidden(std::string_view value, personal_key_function as) const {
  return into_.get(as(shown_text(value)));
}

void rows_by_hidden_keys::put_hidden(std::string_view value, personal_key_function as, std::string_view row) {
  into_.put(as(shown_text(value)), row);
}

void rows_by_hidden_keys::erase_hidden(std::string_view value, personal_key_function as) {
  into_.erase(as(shown_text(value)));
}

}  // namespace weir::testing
