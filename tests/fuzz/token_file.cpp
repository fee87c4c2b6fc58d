// The file that weir token writes, and an API token that is compared with it. Input: the file, a zero byte, the token.
#include "auth/token_file.hpp"

#include <algorithm>

#include "fuzz/file_in_memory.hpp"
#include "fuzz/fuzz.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  static file_in_memory file;
  const std::size_t end = std::min(input.find('\0'), input.size());
  file.hold(input.substr(0, end));
  const std::string_view text = input.substr(std::min(end + 1, input.size()));
  const auto presented = auth::read_api_token(text);
  if (presented) {
    claim(auth::looks_like_api_token(text), "what is a token looks like one");
    claim(presented->id.size() == 16 && presented->secret.size() == 32, "a token has an id and a secret");
  }
  const auto read = auth::read_token_file(file.path());
  if (!read) {
    claim(!read.error().all.empty() && !read.error().text().empty(), "a refusal says why");
    return;
  }
  claim(read->size() <= auth::api_tokens_max, "a file keeps the limit");
  for (const auto& token : *read) {
    claim(token.id.size() == 16 && token.salt.size() == 16 && token.hash.size() == 32, "a token is whole");
    if (presented) (void)auth::has_secret(token, presented->secret);
  }
}

}  // namespace weir::fuzz
