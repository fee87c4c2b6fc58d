#include "server/client_settings.hpp"

#include <CLI/CLI.hpp>

#include "backup/files.hpp"

namespace weir {
namespace {

constexpr std::size_t token_bytes_max = 64u << 10;

}  // namespace

void add_options(CLI::App& command, client_settings& settings) {
  command.add_option("--url", settings.url, "The server, such as http://127.0.0.1:8080")
      ->required()
      ->envname("WEIR_URL")
      ->check([](const std::string& text) {
        const auto fault = backup::server_fault({.url = text, .token = {}, .ca_file = {}});
        return fault ? text + " " + *fault : std::string();
      })
      ->type_name("URL");
  command
      .add_option("--token-file", settings.token_file,
                  "File with the API token or access token to use; or give the token in WEIR_TOKEN")
      ->envname("WEIR_TOKEN_FILE")
      ->type_name("FILE");
  command
      .add_option("--ca-file", settings.ca_file,
                  "Certificates of the authorities that the server's certificate is from")
      ->envname("WEIR_CA_FILE")
      ->type_name("FILE");
  command.add_flag("--insecure", settings.insecure, "Allow the token to be sent to another machine without encryption");
  // Hidden, for the environment: on a command line others on the machine could read it.
  command.add_option("--token", settings.token)->envname("WEIR_TOKEN")->group("");
}

result<backup::server_settings> server_of(const client_settings& settings) {
  backup::server_settings made;
  made.url = settings.url;
  made.token = settings.token;
  made.ca_file = settings.ca_file.string();
  made.insecure = settings.insecure;
  if (!settings.token_file.empty()) {
    auto read = backup::read_whole(settings.token_file, token_bytes_max);
    if (!read) return read.error();
    made.token = std::move(*read);
  }
  while (!made.token.empty() && (made.token.back() == '\n' || made.token.back() == '\r' || made.token.back() == ' ')) {
    made.token.pop_back();
  }
  if (made.token.find_first_of("\r\n") != made.token.npos) {
    return error{errc::invalid, "the token has more than one line"};
  }
  if (const auto fault = server_fault(made)) return error{errc::invalid, "--url " + settings.url + " " + *fault};
  return made;
}

}  // namespace weir
