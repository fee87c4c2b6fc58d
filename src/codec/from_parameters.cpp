#include <algorithm>

#include "codec/builder.hpp"
#include "codec/codec.hpp"
#include "codec/scalar_text.hpp"
#include "codec/utf8.hpp"

namespace weir::codec {
namespace {

using parameters = std::vector<std::pair<std::string, std::string>>;

bool takes_many(const schema::type& of) { return of.is == schema::kind::list || of.is == schema::kind::set; }

void put_elements(builder& out, std::string_view text) {
  for (std::size_t end = 0; end != text.npos;) {
    end = text.find(',');
    put_bare_text(out, text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
  }
}

/// All values of one name as one list.
void put_list(builder& out, const parameters& given, const std::string& name) {
  if (!out.begin_container()) return;
  for (const auto& [other, value] : given) {
    if (other == name) put_elements(out, value);
  }
  out.end_container();
}

bool stood_before(const parameters& given, const std::pair<std::string, std::string>& one) {
  return std::any_of(given.data(), &one, [&](const auto& other) { return other.first == one.first; });
}

}  // namespace

decoded from_parameters(const parameters& given, const schema::structure& shape) {
  if (!std::all_of(given.begin(), given.end(),
                   [](const auto& one) { return is_utf8(one.first) && is_utf8(one.second); })) {
    return malformed{"parameters must be UTF-8"};
  }
  builder out(shape);
  if (!out.begin_structure()) return std::move(out).finish();
  for (const auto& one : given) {
    const auto* const field = shape.find(one.first);
    if (!field) {
      out.unknown_member(one.first);
    } else if (takes_many(field->type) && stood_before(given, one)) {
      continue;  // it went in with the first
    } else if (!out.member(*field)) {
      continue;  // twice, which is noted
    } else if (takes_many(field->type)) {
      put_list(out, given, one.first);
    } else if (field->type.is == schema::kind::map || field->type.is == schema::kind::structure) {
      out.refuse("cannot be given as a parameter");
    } else {
      put_bare_text(out, one.second);
    }
  }
  out.end_structure();
  return std::move(out).finish();
}

}  // namespace weir::codec
