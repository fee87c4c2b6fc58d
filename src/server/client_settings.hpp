#pragma once

#include <filesystem>
#include <string>

#include "backup/server_client.hpp"
#include "base/error.hpp"

namespace CLI {
class App;
}

namespace weir {

/// How a command of the program reaches a server.
struct client_settings {
  std::string url;
  std::string token;  ///< of WEIR_TOKEN
  std::filesystem::path token_file;
  std::filesystem::path ca_file;
  bool insecure = false;
};

/// --url, --token-file, --ca-file, --insecure.
void add_options(CLI::App& command, client_settings& settings);

/// Reads the token. Errors: errc::invalid; errc::io.
[[nodiscard]] result<backup::server_settings> server_of(const client_settings& settings);

}  // namespace weir
