#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/limits.hpp"
#include "net/tls_identity.hpp"
#include "server/environment.hpp"
#include "server/logging.hpp"

namespace weir {

/// The settings of `weir serve`, with their defaults.
struct serve_settings {
  std::filesystem::path data;
  std::string listen = "127.0.0.1:8080";
  std::string rpc_listen = "127.0.0.1:9090";
  std::string operations_listen;     ///< empty: health and metrics are at `listen` only
  std::filesystem::path ports_file;  ///< empty: none is written
  bool insecure = false;
  net::tls_files tls;  ///< without a certificate: plain HTTP and RPC
  std::size_t hsts_seconds = 0;
  std::filesystem::path access_file;     ///< empty: nobody is authenticated
  std::filesystem::path audit_log;       ///< empty: audit.log in the data directory if callers are authenticated
  std::filesystem::path checkpoint_key;  ///< empty: no checkpoints are signed
  std::size_t verify_every_seconds = 7 * 86'400;  ///< 0: only when asked
  std::vector<std::string> allowed_hosts;         ///< beside those of loopback and of `listen`; * for all
  std::vector<std::string> cors_origins;
  std::filesystem::path backup_directory;  ///< empty: POST /admin/backup is refused
  std::size_t backup_keep = 7;             ///< backups there; 0: all
  std::size_t backup_rate_mebibytes = 64;  ///< a second; 0: as quick as it goes
  std::size_t threads = 0;                 ///< 0: one per processor

  std::string log_level = "info";
  log_format log = log_format::automatic;

  std::size_t body_bytes = limits::request_body_bytes_max;
  std::size_t headers_bytes = limits::request_headers_bytes_max;
  std::size_t bodies_mebibytes = limits::bodies_bytes_max >> 20;
  std::size_t connections = limits::connections_max;
  std::size_t queued_commands = limits::queued_commands_max;
  std::size_t cached_aggregates = limits::cached_aggregates_max;
  std::size_t cache_mebibytes = 128;
  std::size_t write_buffer_mebibytes = 64;
  std::size_t disk_reserve_mebibytes = 256;
  double request_seconds = std::chrono::duration<double>(limits::request_deadline).count();
  double idle_seconds = std::chrono::duration<double>(limits::idle_deadline).count();
  double write_seconds = std::chrono::duration<double>(limits::write_deadline).count();
  double heartbeat_seconds = std::chrono::duration<double>(limits::heartbeat).count();
  double drain_seconds = std::chrono::duration<double>(limits::drain_deadline).count();

  std::vector<std::string> warnings;  ///< about the sources of the settings; not an option
};

/// Adds the options to a command: each as a flag, as WEIR_... in the environment, and by its long name in the file that
/// --config names. A flag takes precedence over the environment, and the environment over the file.
void add_options(CLI::App& command, serve_settings& settings);

/// The file of --config: lines `name = value`, with the options of `serve`. An unknown name is an error.
class config_file : public CLI::ConfigTOML {
 public:
  /// `variables` outlive it.
  explicit config_file(const environment& variables) : variables_(variables) {}
  [[nodiscard]] std::vector<CLI::ConfigItem> from_config(std::istream& input) const override;

 private:
  const environment& variables_;
};

}  // namespace weir
