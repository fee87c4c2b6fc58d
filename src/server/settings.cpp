#include "server/settings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <map>
#include <string_view>

#include "http/allowed_hosts.hpp"
#include "http/cors.hpp"
#include "net/address.hpp"

namespace weir {
namespace {

/// Puts the seconds in the place of a time such as 12h; says what is wrong with it.
std::string to_seconds(std::string& text) {
  constexpr std::string_view units = "smhdw";
  constexpr std::array<std::uint64_t, 5> seconds{1, 60, 3'600, 86'400, 7 * 86'400};
  constexpr std::uint64_t seconds_max = 3'650 * 86'400ull;
  std::uint64_t number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  const std::size_t known = unit.empty() ? 0 : units.find(unit);
  if (fault != std::errc{} || unit.size() > 1 || known == units.npos)
    return text + " is not a time such as 12h, 7d or 4w";
  if (number > seconds_max / seconds[known]) return text + " is more than ten years";
  text = std::to_string(number * seconds[known]);
  return "";
}

constexpr double shortest_seconds = 0.1;
constexpr double day_seconds = 86'400;

/// --drain-seconds as WEIR_DRAIN_SECONDS
std::string environment_name(std::string option) {
  std::replace(option.begin(), option.end(), '-', '_');
  std::transform(option.begin(), option.end(), option.begin(), [](unsigned char c) { return std::toupper(c); });
  return "WEIR_" + option;
}

/// A number of seconds up to a day, and at least a tenth unless there may be none. CLI::Range would let "nan" through.
CLI::Validator seconds(bool none_allowed) {
  return CLI::Validator(
      [none_allowed](std::string& text) {
        double value = 0;
        const bool is_number = CLI::detail::lexical_cast(text, value);
        if (is_number && value >= (none_allowed ? 0 : shortest_seconds) && value <= day_seconds) return std::string();
        return text + " is not a number of seconds from " + (none_allowed ? "0" : "0.1") + " to 86400";
      },
      "SECONDS");
}

/// An address to listen on, as net::read_address reads it.
std::string fault_of_address(const std::string& text) {
  const auto read = net::read_address(text);
  return read ? "" : read.error().detail;
}

template <class Value>
CLI::Option* add(CLI::App& command, const std::string& name, Value& value, const std::string& help) {
  return command.add_option("--" + name, value, help)->envname(environment_name(name))->capture_default_str();
}

}  // namespace

void add_options(CLI::App& command, serve_settings& settings) {
  add(command, "data", settings.data, "Data directory; created if it does not exist")->required()->type_name("DIR");
  add(command, "listen", settings.listen, "Address and port for HTTP; port 0 picks a free port")
      ->check(fault_of_address)
      ->type_name("ADDRESS:PORT");
  add(command, "rpc-listen", settings.rpc_listen, "Address and port for Thrift RPC; port 0 picks a free port")
      ->check(fault_of_address)
      ->type_name("ADDRESS:PORT");
  add(command, "operations-listen", settings.operations_listen,
      "Address and port for /health/live, /health/ready and /metrics alone, with connections of its own")
      ->check(fault_of_address)
      ->type_name("ADDRESS:PORT");
  add(command, "ports-file", settings.ports_file, "File to write the ports in use to, as JSON")->type_name("FILE");
  command
      .add_flag("--insecure", settings.insecure,
                "Allow addresses other than loopback although callers are not authenticated or bytes are not encrypted")
      ->envname("WEIR_INSECURE");
  add(command, "auth", settings.access_file,
      "Access file: who may use the server, and for what; without it nobody is authenticated")
      ->type_name("FILE");
  add(command, "audit-log", settings.audit_log,
      "File for the audit log, one JSON object per line; with --auth by default audit.log in the data directory")
      ->type_name("FILE");
  add(command, "tls-certificate", settings.tls.certificate,
      "TLS for HTTP and Thrift RPC: file with the server's certificate and those of intermediate authorities, in PEM")
      ->type_name("FILE");
  add(command, "tls-key", settings.tls.key, "File with the private key of the certificate, in PEM")->type_name("FILE");
  add(command, "tls-client-ca", settings.tls.client_authorities,
      "File with certificates of authorities, in PEM: clients may show certificates that these have signed")
      ->type_name("FILE");
  add(command, "hsts-seconds", settings.hsts_seconds,
      "Tell browsers to use https only, for so long after each answer (Strict-Transport-Security); 0: do not")
      ->check(CLI::Range(0, 315'360'000));
  add(command, "allowed-host", settings.allowed_hosts,
      "Host name that requests may be for, beside those of loopback, or * for all; may be given again")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        return text == "*" || http::is_host(text) ? "" : text + " is no host such as weir.example.org, without a port";
      })
      ->type_name("HOST");
  add(command, "cors-origin", settings.cors_origins,
      "Origin whose pages may call the server from a browser, such as https://app.example, or *; repeatable")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check([](const std::string& text) {
        return http::is_origin(text) ? "" : text + " is not an origin such as https://app.example, or *";
      })
      ->type_name("ORIGIN");
  add(command, "backup-dir", settings.backup_directory,
      "Directory for the backups that POST /admin/backup makes; without it weir backup takes them")
      ->type_name("DIR");
  add(command, "backup-keep", settings.backup_keep, "Number of backups that are kept in --backup-dir; 0: all")
      ->check(CLI::Range(0, 100'000));
  add(command, "backup-rate", settings.backup_rate_mebibytes,
      "MiB per second that a backup to --backup-dir reads and writes; 0: no limit")
      ->check(CLI::Range(0, 1 << 20));
  add(command, "verify-every", settings.verify_every_seconds,
      "Time between two verifications of all data, such as 12h, 7d or 4w; 0: only by POST /admin/verify")
      ->transform(CLI::Validator(to_seconds, ""))
      ->type_name("TIME")
      ->default_str("7d");
  add(command, "checkpoint-key", settings.checkpoint_key,
      "File with an Ed25519 private key in PEM: signs the checkpoints of GET /log/checkpoint")
      ->type_name("FILE");
  add(command, "threads", settings.threads, "I/O threads, for each of HTTP and RPC; 0: one per processor")
      ->check(CLI::Range(0, 1024));

  add(command, "log-level", settings.log_level, "trace, debug, info, warn, error, critical or off")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "critical", "off"}));
  const std::map<std::string, log_format> formats{
      {"auto", log_format::automatic}, {"json", log_format::json}, {"text", log_format::text}};
  command.add_option("--log-format", settings.log, "auto, json or text; auto: text on a terminal, JSON elsewhere")
      ->envname("WEIR_LOG_FORMAT")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case))
      ->default_str("auto");

  add(command, "body-bytes", settings.body_bytes, "Maximum size of a request body")
      ->check(CLI::Range(1u << 10, 64u << 20));
  add(command, "bodies-mebibytes", settings.bodies_mebibytes,
      "Memory budget for request and answer bodies in progress, for all connections together")
      ->check(CLI::Range(16, 1 << 20));
  add(command, "headers-bytes", settings.headers_bytes, "Maximum size of request line and headers together")
      ->check(CLI::Range(1u << 10, 1u << 20));
  add(command, "connections", settings.connections, "Maximum number of open connections")
      ->check(CLI::Range(1, 1'000'000));
  add(command, "queued-commands", settings.queued_commands, "Maximum number of queued commands")
      ->check(CLI::Range(1, 1'000'000));
  add(command, "cached-aggregates", settings.cached_aggregates,
      "Maximum number of streams whose state is kept in memory")
      ->check(CLI::Range(1, 100'000'000));
  add(command, "cache-mebibytes", settings.cache_mebibytes, "Size of the block cache")->check(CLI::Range(1, 1 << 20));
  add(command, "write-buffer-mebibytes", settings.write_buffer_mebibytes, "Size of the write buffers (memtables)")
      ->check(CLI::Range(4, 1 << 20));
  add(command, "disk-reserve-mebibytes", settings.disk_reserve_mebibytes,
      "Disk space that commands leave free, but at most an eighth of the disk; 0: none")
      ->check(CLI::Range(0, 1 << 20));
  add(command, "request-seconds", settings.request_seconds, "Time for a client to send a request")
      ->check(seconds(false));
  add(command, "idle-seconds", settings.idle_seconds, "Time that a connection may be idle")->check(seconds(false));
  add(command, "write-seconds", settings.write_seconds, "Time for a client to take an answer")->check(seconds(false));
  add(command, "heartbeat-seconds", settings.heartbeat_seconds, "Time between the comment lines of an event stream")
      ->check(seconds(false));
  add(command, "drain-seconds", settings.drain_seconds, "Time for requests in progress when Weir stops")
      ->check(seconds(true));
}

std::vector<CLI::ConfigItem> config_file::from_config(std::istream& input) const {
  std::vector<CLI::ConfigItem> read = CLI::ConfigTOML::from_config(input);
  // CLI11 would count it as set by the command line, which goes before the environment.
  std::erase_if(
      read, [this](const CLI::ConfigItem& item) { return variables_.find(environment_name(item.name)) != nullptr; });
  for (CLI::ConfigItem& item : read) {
    if (item.parents.empty()) item.parents = {"serve"};
  }
  return read;
}

}  // namespace weir
