#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

/// The IDL at compile time: the templates that `weir-idl` uses in a domain's header `binding.hpp`.
namespace weir::schema {

/// Text as a template argument.
template <std::size_t Size>
struct fixed_text {
  char characters[Size]{};
  constexpr fixed_text(const char (&text)[Size]) {
    std::copy_n(text, Size, characters);
  }  // NOLINT: implicit by purpose
  [[nodiscard]] constexpr std::string_view view() const { return {characters, Size - 1}; }
};

/// A member of the union `Command`, and the category of the stream that it is for (`user` of `user-{userId}`).
template <fixed_text Name, class Struct, fixed_text Category>
struct command_entry {
  static constexpr std::string_view name = Name.view();
  static constexpr std::string_view category = Category.view();
  using type = Struct;
};

/// A member of the union `Event`.
template <fixed_text Name, class Struct>
struct event_entry {
  static constexpr std::string_view name = Name.view();
  using type = Struct;
};

/// A method of the service that takes one query struct and answers with another.
template <fixed_text Name, class Query, class Answer>
struct query_entry {
  static constexpr std::string_view name = Name.view();
  using type = Query;
  using answer = Answer;
};

/// An exception that some command or query is declared to throw.
template <fixed_text Name, class Exception>
struct refusal_entry {
  static constexpr std::string_view name = Name.view();
  using type = Exception;
};

/// A list of generated structs.
template <class... Structs>
struct types {};

/// A list of entries.
template <class... Entries>
struct entries {};

}  // namespace weir::schema
