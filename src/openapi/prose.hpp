#pragma once

#include <string>
#include <string_view>

/// Doc comments as the texts of a document.
namespace weir::openapi {

/// The first sentence, on one line and without its full stop; "" for an empty text.
[[nodiscard]] std::string first_sentence(std::string_view doc);

/// Two texts as two paragraphs; either may be empty.
[[nodiscard]] std::string paragraphs(std::string_view first, std::string_view second);

/// userCreated as UserCreated.
[[nodiscard]] std::string capitalized(std::string_view name);

/// A name as words: createUser as "Create user".
[[nodiscard]] std::string as_words(std::string_view name);

}  // namespace weir::openapi
