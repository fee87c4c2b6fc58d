// The file of --auth. Input: whether the server's names are known, the file.
#include "auth/access_file.hpp"

#include "auth/permissions.hpp"
#include "fuzz/file_in_memory.hpp"
#include "fuzz/fuzz.hpp"

namespace weir::fuzz {

void try_input(std::string_view input) {
  static file_in_memory file;
  static const auth::known_names names{
      {"users", "ledger"}, {"createUser", "renameUser", "transfer"}, {"getUser", "listUsers"}, {"user", "account"}};
  const auth::known_names* known = take_choice(input) % 2 == 0 ? &names : nullptr;
  file.hold(input);
  const auto read = auth::read_access_file(file.path(), known);
  if (!read) {
    claim(!read.error().all.empty() && !read.error().text().empty(), "a refusal says why");
    return;
  }
  for (const auto& ready_made : auth::ready_made_roles()) {
    const auto role = read->roles.find(ready_made.first);
    claim(role != read->roles.end() && role->second == ready_made.second, "no file changes a ready-made role");
  }
  for (const auto& role : read->roles) {
    const auth::permissions may(role.second);
    const bool no_command = role.second.commands.empty();
    if (no_command) claim(!may.may_command("users", "createUser"), "what is not granted is refused");
    if (role.second.admin.empty()) claim(!may.may_administer("erase"), "what is not granted is refused");
    (void)may.may_read_stream("user-u1");
  }
  for (const auto& issuer : read->issuers) {
    claim(!issuer.audiences.empty(), "an issuer has an audience");
    claim(issuer.keys.url.empty() != issuer.keys.file.empty(), "keys come from one place");
    for (const auto& role : issuer.roles) claim(read->roles.contains(role), "every role is there");
  }
}

}  // namespace weir::fuzz
